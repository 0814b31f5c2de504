"""Alerts of every vendor, read into `playbooks.domain.alert`. Start at `reading.read_body`; formats are listed in `registry`."""
