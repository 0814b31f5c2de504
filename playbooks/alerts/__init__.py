"""From alerts to incidents: what the rules decide about a group, what a person decides, and what became of it."""
