"""Rehearsing playbooks: the real workflows in a simulated world, on a clock that runs ahead."""
