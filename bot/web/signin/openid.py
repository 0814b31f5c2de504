"""One try at an organization's own sign-in: bound to the browser that began it, good once and for minutes.

Nothing of it is kept but the digest of `state`: verifier and nonce follow from it and from the visit's cookie.
"""

import hashlib
import hmac
from base64 import urlsafe_b64encode
from datetime import timedelta
from typing import Final

from bot.web.parts import WebParts
from bot.web.signin.forms import Visit
from bot.web.signin.secret import digest, new_secret
from playbooks.domain.errors import NotFound, Refused
from playbooks.domain.organization import Person
from playbooks.domain.saying import says
from playbooks.ports.openid import Asking, IdentityProvider
from playbooks.ports.signin import Challenge

IDENTITY: Final = "openid"
"""Under which a person of the directory has her provider's `sub`."""
_WITHIN: Final = timedelta(minutes=10)


def provider_named(parts: WebParts, name: str) -> IdentityProvider:
    """A provider of this installation. Raises NotFound."""
    for provider in parts.providers:
        if provider.name == name:
            return provider
    raise NotFound(says("not_found.provider", name=name))


async def begin(parts: WebParts, visit: Visit, provider: IdentityProvider) -> str:
    """Where to send the browser; what comes back is for this visit alone."""
    state = new_secret()
    expires_at = parts.now() + _WITHIN
    await parts.signin.keep_challenge(
        Challenge(digest=digest(state), visit=digest(visit.secret), person=None, expires_at=expires_at)
    )
    return await provider.where_to_ask(_asking(parts, visit, provider, state))


def check_completed(provider: IdentityProvider, code: str, error: str) -> None:
    """Raise Refused where somebody came back without having signed in (Core, section 3.1.2.6)."""
    if error or not code:
        raise Refused(
            says("openid_not_accepted", organization=provider.organization), source="OpenID Connect Core 1.0"
        )


async def end(
    parts: WebParts, visit: Visit, provider: IdentityProvider, state: str, code: str, issuer: str = ""
) -> Person:
    """Who came back. Raises Refused for an answer that this browser did not ask for, and for a stranger."""
    challenge = await parts.signin.take_challenge(digest(state), parts.now())
    if challenge is None or challenge.visit != digest(visit.secret):
        raise Refused(says("openid_not_asked"), source="OpenID Connect Core 1.0")
    return known(
        parts, provider, await provider.subject(code, _asking(parts, visit, provider, state), issuer)
    )


def known(parts: WebParts, provider: IdentityProvider, subject: str) -> Person:
    """The person whom a provider means; it speaks for its own organization alone. Raises Refused."""
    for person in parts.directory.people:
        if person.organization == provider.organization and person.identities.get(IDENTITY) == subject:
            return person
    raise Refused(
        says(
            "not_in_directory.openid",
            organization=provider.organization,
            subject=subject[:100],
            identity=IDENTITY,
        ),
        source="004 §4",
    )


def _asking(parts: WebParts, visit: Visit, provider: IdentityProvider, state: str) -> Asking:
    return Asking(
        state=state,
        nonce=_following(visit, "nonce", state),
        verifier=_following(visit, "verifier", state),
        redirect_uri=f"{parts.settings.origin}/sign-in/openid/{provider.name}",
    )


def _following(visit: Visit, what: str, state: str) -> str:
    mac = hmac.new(visit.secret.encode(), f"muster openid {what} {state}".encode(), hashlib.sha256)
    return urlsafe_b64encode(mac.digest()).rstrip(b"=").decode()
