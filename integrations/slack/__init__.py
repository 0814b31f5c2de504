"""Slack: one workspace as a ChatPort, and documents as Slack's blocks."""
