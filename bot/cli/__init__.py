"""The command line, `muster`."""
