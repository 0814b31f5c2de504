"""Integrations provide: each port of the playbooks, over a vendor, PostgreSQL or a simulated world."""
