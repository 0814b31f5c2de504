"""A playbook tried on a clock that runs ahead: what people do, by a script or by default, and what came of it."""
