"""Tokens that are renewed, in memory: for where nothing need outlive the process."""

import asyncio

from playbooks.domain.ids import ConnectionId
from playbooks.ports.tokens import Renew, Token


class SimulatedTokens:
    """The Tokens port."""

    def __init__(self) -> None:
        self._tokens: dict[ConnectionId, Token] = {}
        self._asking = asyncio.Lock()

    async def kept(self, connection: ConnectionId) -> Token | None:
        """See the port."""
        return self._tokens.get(connection)

    async def renewed(self, connection: ConnectionId, after: Token | None, renew: Renew) -> Token:
        """See the port."""
        async with self._asking:
            known = self._tokens.get(connection)
            if known is None or known == after:
                known = self._tokens[connection] = await renew(known)
        return known
