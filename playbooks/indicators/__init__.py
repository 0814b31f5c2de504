"""Indicators of an incident: how the record holds them, whose they are, and what of them may go out unnamed."""
