"""Rounds in which open incidents are compared by keyed hashes, and their leads asked whether to be introduced."""
