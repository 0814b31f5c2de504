"""Muster's own pager at work."""
