"""OpenID Connect: organizations' own identity providers."""
