"""A world of vendors, true to life, that reaches nobody: for tests, rehearsals and what is not connected."""
