"""RehearsalWorkflow: the people of a rehearsal, on the clock that runs ahead."""
