"""The review after an incident: its first draft, and what it is like."""
