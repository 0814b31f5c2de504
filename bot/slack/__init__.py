"""The command line of people in Slack: `/incident ...`, and buttons that give a command."""
