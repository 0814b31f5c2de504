"""The review of an incident."""
