"""The views port over the record: whatever a page shows was released to its reader entry by entry."""

from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import datetime
from typing import Protocol

from bot.reading.cases import Cases
from playbooks.domain.errors import NotFound
from playbooks.domain.fold import Case, fold
from playbooks.domain.ids import IncidentKey
from playbooks.domain.policy import is_known_to
from playbooks.domain.release import Reader, Shown, cut, show
from playbooks.domain.roles import Role
from playbooks.ports.ledger import Ledger
from playbooks.ports.record import Record
from playbooks.ports.views import GroupShown, IncidentLine, TriageItem


class TriageList(Protocol):
    """What of the triage board this needs."""

    async def waiting(self, reader: Reader) -> list[TriageItem]:
        """What waits for a person."""
        ...

    async def group(self, reader: Reader, id: str) -> GroupShown:
        """One group of alerts. Raises NotFound."""
        ...


class RecordViews:
    """Reads by folding what is released: what a reader may not know never shaped what she sees."""

    def __init__(self, record: Record, ledger: Ledger, cases: Cases, triage: TriageList) -> None:
        self._record = record
        self._ledger = ledger
        self._cases = cases
        self._triage = triage

    async def incidents(self, reader: Reader, *, open_only: bool = False) -> list[IncidentLine]:
        """See the port."""
        lines = []
        for opened in reversed(await self._ledger.incidents()):
            state = (await self._cases.case(opened.key)).state
            known = is_known_to(reader.person, reader.organization, state)
            if known and (state.is_open or not open_only):
                with suppress(
                    NotFound
                ):  # one of which nothing is released, as of TLP:RED to who is not named
                    case = await self.case(reader, opened.key)
                    lines.append(_line(case, case.state.declared_at or opened.created_at))
        return lines

    async def case(self, reader: Reader, key: IncidentKey) -> Case:
        """See the port."""
        reader = await self._as_party(reader, key)
        released = [cut(entry, reader) async for _position, entry in self._record.entries(key)]
        case = fold(key, (entry for entry in released if entry is not None))
        if case.state.declared_at is None:
            raise NotFound(f"There is no incident {key} that you take part in.")
        return case

    async def story(self, reader: Reader, key: IncidentKey, after: int = 0) -> list[Shown]:
        """See the port."""
        reader = await self._as_party(reader, key)
        shown = [show(entry, reader, position) async for position, entry in self._record.entries(key, after)]
        return [each for each in shown if not each.is_withheld]

    async def triage(self, reader: Reader) -> list[TriageItem]:
        """See the port."""
        return await self._triage.waiting(reader)

    async def group(self, reader: Reader, id: str) -> GroupShown:
        """See the port."""
        return await self._triage.group(reader, id)

    def changes(self) -> AsyncIterator[IncidentKey]:
        """See the port."""
        return self._record.changes()

    async def _as_party(self, reader: Reader, key: IncidentKey) -> Reader:
        """The reader with what her organization's part in this incident entitles her to.

        Raises NotFound for whoever may not know of it: also what was said before it was restricted is the named's.
        """
        state = (await self._cases.case(key)).state
        if not is_known_to(reader.person, reader.organization, state):
            raise NotFound(f"There is no incident {key} that you take part in.")
        if reader.organization in state.active_parties:
            return reader.model_copy(update={"party_to": (key,)})
        return reader.model_copy(update={"party_to": ()})


def _line(case: Case, declared_at: datetime) -> IncidentLine:
    state = case.state
    return IncidentLine(
        key=state.key,
        title=case.title,
        severity=state.severity,
        phase=state.phase,
        lead=state.lead,
        parties=tuple(state.parties),
        commander=state.roles.get(Role.INCIDENT_COMMANDER, ""),
        declared_at=declared_at,
        closed_at=state.closed_at,
        marking=state.marking.value,
        waiting=len(case.open_tasks) + len(case.open_consultations),
    )
