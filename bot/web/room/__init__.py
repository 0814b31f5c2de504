"""The room: a conversation around one incident, live, with a line to type commands on."""
