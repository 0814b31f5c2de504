"""Playbooks declare: the language of incident response. No input or output happens here."""
