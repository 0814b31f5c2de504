"""Muster's own pager: whoever its rota names is called by what the incident has, chat and mail."""
