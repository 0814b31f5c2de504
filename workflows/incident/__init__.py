"""IncidentWorkflow: coordinates one incident; decides on its commands, starts its parts, runs and consultations."""
