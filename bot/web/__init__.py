"""The web: incidents, their pages, their rooms, triage and sign-in. Every read passes a reader; nothing else reads."""
