"""PartWorkflow: one organization's part in an incident: its tasks."""
