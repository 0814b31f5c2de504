"""Signing in: passkeys, recovery codes, enrolment, sessions. docs/decisions/web-sign-in.md has the rules."""
