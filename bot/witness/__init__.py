"""Witnesses: showing them the log's heads, and being one for somebody else."""
