"""Alerts of every vendor, read into `playbooks.domain.alert`: start at `reading`, look up `registry`."""
