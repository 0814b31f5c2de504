"""Watching the chat systems that rooms are on, so that a response does not wait for one that is gone."""
