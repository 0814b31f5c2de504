"""Calls of playbooks over HTTP: an allow-list, an address that is looked at before it is called, and one attempt."""
