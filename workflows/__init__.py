"""Workflows run: the durable side of an incident, on Temporal."""
