"""The command line of people on Matrix: `!incident ...` in a room."""
