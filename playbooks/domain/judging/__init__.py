"""Judging commands: pure decisions. A judgement is the entries that a command leads to, or a refusal."""
