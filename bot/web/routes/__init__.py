"""The routes, a file for each group. A route translates, asks one port, renders."""
