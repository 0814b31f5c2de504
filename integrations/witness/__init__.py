"""Witnesses in other organizations, reached over HTTP or by a folder that both can write to."""
