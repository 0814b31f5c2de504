"""Files that people attach to tickets there: they are kept here as the incident's other files are."""

from collections.abc import Callable
from enum import StrEnum
from hashlib import sha256
from typing import Final

from pydantic import BaseModel, ConfigDict

from playbooks.domain.errors import Denied, Permanent, Transient, Unavailable
from playbooks.domain.ids import ConnectionId, IncidentKey
from playbooks.domain.seen import Attached
from playbooks.ports.evidence import MOST_BYTES, EvidenceStore
from playbooks.ports.ticketing import HoldsFiles

FindPort = Callable[[ConnectionId], object]


class Bringing(StrEnum):
    """What became of a file that somebody attached there."""

    KEPT = "kept"
    KNOWN = "known"
    """The same bytes are in evidence already."""
    TOO_LARGE = "too_large"
    NOT_FETCHED = "not_fetched"
    """It was taken away again, or does not come in the time there is."""


class Brought(BaseModel):
    """A file as far as it came."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    became: Bringing
    file: Attached | None = None
    sha256: str = ""

    @property
    def args(self) -> dict[str, str | int]:
        """What the incident is told of it, besides its name."""
        known: dict[str, str | int] = {"size": self.file.size, "url": self.file.url} if self.file else {}
        return {"file": self.became.value, **known, **({"sha256": self.sha256} if self.sha256 else {})}


class TicketFiles:
    """Fetches what is attached there, and keeps it beside what is in evidence."""

    def __init__(self, store: EvidenceStore, port: FindPort) -> None:
        self._store = store
        self._port = port

    async def bring(self, connection: ConnectionId, incident: IncidentKey, ref: str) -> Brought | None:
        """Keep a file before its entry is asked for; None for one that Muster attached. Raises Unavailable."""
        port = self._port(connection)
        if not isinstance(port, HoldsFiles):
            return None
        try:
            return await self._brought(port, incident, ref)
        except Permanent:
            return Brought(became=Bringing.NOT_FETCHED)
        except (Transient, Denied) as away:
            raise Unavailable(away.sentence) from away

    async def _brought(self, port: HoldsFiles, incident: IncidentKey, ref: str) -> Brought | None:
        file = await port.attached(ref)
        if file.size > MOST_BYTES:
            return Brought(became=Bringing.TOO_LARGE, file=file)
        try:
            content = await port.fetch(file)
        except Permanent:
            return Brought(became=Bringing.NOT_FETCHED, file=file)
        hashed = sha256(content).hexdigest()
        if hashed in await self._store.kept(incident):
            ours = file.name.startswith(f"{incident}-{_PIECE}")
            return None if ours else Brought(became=Bringing.KNOWN, file=file, sha256=hashed)
        await self._store.keep(incident, content)
        return Brought(became=Bringing.KEPT, file=file, sha256=hashed)

    async def let_go(self, incident: IncidentKey, brought: Brought) -> None:
        """Forget a file whose entry was refused."""
        if brought.became is Bringing.KEPT:
            await self._store.forget(incident, brought.sha256)


_PIECE: Final = "E-"
"""How the names of what Muster attaches go on after the incident's key."""
