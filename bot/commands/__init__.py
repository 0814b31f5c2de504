"""The chat commands: one grammar, one registry, one desk, the same on every front end."""
