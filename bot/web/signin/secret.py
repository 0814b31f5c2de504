"""Secrets that a browser or a sheet of paper holds, of which the database knows the digest alone."""

import hashlib
import hmac
import secrets

_BYTES = 32


def new_secret() -> str:
    """256 random bits, as URLs and cookies take them."""
    return secrets.token_urlsafe(_BYTES)


def digest(secret: str | bytes) -> bytes:
    """SHA-256; enough for secrets of 256 random bits, which nobody guesses."""
    return hashlib.sha256(secret.encode() if isinstance(secret, str) else secret).digest()


def form_token(secret: str) -> str:
    """The token that forms carry against forgery: it follows from the cookie, and tells nothing of it."""
    return hmac.new(secret.encode(), b"muster form", hashlib.sha256).hexdigest()


def same(left: str, right: str) -> bool:
    """Compare without telling by time where they differ."""
    return hmac.compare_digest(left.encode(), right.encode())
