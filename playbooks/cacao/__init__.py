"""CACAO Security Playbooks 2.0: the language of incident response playbooks, without any I/O."""
