"""Tokens that a vendor gives for some hours and renews against another: kept, so that they outlive a restart."""

from collections.abc import Awaitable, Callable
from typing import Protocol

from pydantic import AwareDatetime, BaseModel, ConfigDict

from playbooks.domain.ids import ConnectionId


class Token(BaseModel):
    """What a vendor gave last; it stands in no log, no message and, but for the port's adapter, in no store."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    access: str
    refresh: str
    """What the next one is asked for with; the vendor takes it once."""
    until: AwareDatetime
    """When `access` ends."""
    begun_with: str
    """A fingerprint of what was configured when the first of the row was asked for."""


Renew = Callable[[Token | None], Awaitable[Token]]
"""From what is kept, None for nothing, to a new one. Raises ProviderErrors."""


class Tokens(Protocol):
    """Keeps one token for each connection."""

    async def kept(self, connection: ConnectionId) -> Token | None:
        """What was kept last. Raises Unavailable."""

    async def renewed(self, connection: ConnectionId, after: Token | None, renew: Renew) -> Token:
        """A newer one than `after`: what another process has kept meanwhile, else what `renew` brings.

        It is kept before anybody has it, and asked for once, whoever asks at the same time; who goes away while it is
        asked for does not stop that. Raises Unavailable, and what `renew` raises.
        """
