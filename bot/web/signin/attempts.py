"""How often one may try: counted in the database, so that many processes count together."""

from datetime import timedelta
from typing import Final

from starlette.requests import Request

from bot.web.parts import WebParts
from playbooks.domain.errors import Refused
from playbooks.domain.saying import says

WINDOW: Final = timedelta(minutes=15)
PER_PERSON: Final = 5
"""Recovery codes tried for one person (NIST SP 800-63B, section 3.2.2, allows 100 in all)."""
PER_ADDRESS: Final = 60
"""Attempts of any kind from one address; an organization may sit behind one."""


async def check_attempt(request: Request, parts: WebParts, person: str = "") -> None:
    """Count an attempt of this address, and at this person's codes. Raises Refused when there were too many."""
    address = request.client.host if request.client else "unknown"
    scopes = [(f"address:{address}", PER_ADDRESS)]
    if person:
        scopes.append((f"person:{person}", PER_PERSON))
    for scope, most in scopes:
        if await parts.signin.attempt(scope[:200], parts.now(), WINDOW) > most:
            raise Refused(
                says("too_many_attempts", wait_minutes=WINDOW // timedelta(minutes=1)),
                source="NIST SP 800-63B §3.2.2",
            )


async def forgive(parts: WebParts, person: str) -> None:
    """Forget the attempts at a person's codes after one that succeeded."""
    await parts.signin.forgive(f"person:{person}")
