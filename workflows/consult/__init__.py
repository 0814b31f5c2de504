"""ConsultWorkflow: ask many, chase, tally."""
