"""Jira, Cloud and Data Center: one project as a TicketingPort, and documents as Jira's text."""
