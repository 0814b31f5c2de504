"""The evidence locker: files come in for those who take part, and go out by the release rule, each copy recorded."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

from playbooks.domain.actor import Actor
from playbooks.domain.case import Case
from playbooks.domain.entry import Entry, entry_id, in_milliseconds
from playbooks.domain.errors import NotFound
from playbooks.domain.evidence import Evidence
from playbooks.domain.ids import EntryId, EvidenceId, IncidentKey
from playbooks.domain.kinds import Kind
from playbooks.domain.organization import Person
from playbooks.domain.policy import check_permission
from playbooks.domain.release import Reader
from playbooks.domain.saying import says
from playbooks.ports.evidence import EvidenceStore
from playbooks.ports.views import Views

_ADD: Final = "evidence.add"


class Entries(Protocol):
    """What of the record this needs."""

    async def append(self, entries: Sequence[Entry]) -> None:
        """Record them."""
        ...

    async def entries_by_id(self, ids: Sequence[EntryId]) -> tuple[Entry, ...]:
        """Find them."""
        ...


@dataclass(frozen=True, slots=True)
class Locker:
    """Over the store, what a reader's case tells of, and the record."""

    store: EvidenceStore
    views: Views
    record: Entries
    now: Callable[[], datetime]

    async def take_in(self, person: Person, reader: Reader, key: IncidentKey, content: bytes) -> str:
        """Keep a file before its entry is asked for; its SHA-256. Raises NotFound, Refused or Malformed."""
        case = await self.views.case(reader, key)
        check_permission(Actor.of(person), _ADD, case.state)
        return await self.store.keep(key, content)

    async def let_go(self, reader: Reader, key: IncidentKey, sha256: str) -> None:
        """Forget a file whose entry was refused, unless another entry tells of it."""
        case = await self.views.case(reader, key)
        if all(piece.sha256 != sha256 for piece in case.evidence.values()):
            await self.store.forget(key, sha256)

    async def kept(self, reader: Reader, case: Case) -> frozenset[EvidenceId]:
        """The pieces of this reader's case of which she may have a copy, and whose files are here."""
        hashes = await self.store.kept(case.state.key) if case.evidence else frozenset()
        hers = (piece for piece in case.evidence.values() if piece.may_be_copied_by(reader.organization))
        return frozenset(piece.id for piece in hers if piece.sha256 in hashes)

    async def copy(self, person: Person, reader: Reader, key: IncidentKey, id: EvidenceId) -> bytes:
        """A piece's file for a reader, recorded in the chain of custody before it is given. Raises NotFound."""
        case = await self.views.case(reader, key)
        piece = case.evidence.get(id)
        if piece is None or not piece.may_be_copied_by(reader.organization):
            raise NotFound(says("not_found.evidence", evidence=id, incident=key))
        content = await self.store.fetch(key, piece.sha256)
        await self.record.append([await self._copied(person, case, piece)])
        return content

    async def _copied(self, person: Person, case: Case, piece: Evidence) -> Entry:
        """For whom the piece is, and marked as it: its chain of custody is read with it."""
        [received] = await self.record.entries_by_id([EntryId(piece.entry)])
        at, state = in_milliseconds(self.now()), case.state
        return Entry(
            id=entry_id(f"copy/{state.key}/{piece.id}/{person.id}/{at.isoformat()}"),
            incident=state.key,
            kind=Kind.EVIDENCE_COPY,
            at=at,
            actor=Actor.of(person),
            subject=f"evidence/{piece.id}",
            data={"evidence": piece.id, "sha256": piece.sha256},
            marking=received.marking,
            audience=state.audience if state.restricted else received.audience,
        )
