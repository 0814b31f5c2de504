"""The bot connects people: chat, web, intake of alerts, the command line, and the wiring of it all."""
