"""The door's memory held in memory: for rehearsals and tests of what does not need PostgreSQL."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from integrations.simulated.record import SimulatedRecord
from playbooks.domain.entry import Entry
from playbooks.domain.errors import Conflict, NotFound
from playbooks.domain.ids import EffectId, IncidentKey
from playbooks.ports.effects import Claim, ClaimState, EffectRow, EffectState

_CONCLUDED = {EffectState.DONE, EffectState.FAILED, EffectState.UNKNOWN}


@dataclass
class _Row:
    incident: IncidentKey | None
    request: Mapping[str, Any]
    state: EffectState
    holder: str
    until: datetime
    claimed_at: datetime
    attempts: int = 0
    outcome: Mapping[str, Any] | None = None
    concluded_at: datetime | None = None


@dataclass
class SimulatedEffects:
    """The Effects port; its entries stand in `record`."""

    record: SimulatedRecord = field(default_factory=SimulatedRecord)
    _rows: dict[EffectId, _Row] = field(default_factory=dict)

    async def claim(
        self,
        id: EffectId,
        request: Mapping[str, Any],
        *,
        incident: IncidentKey | None,
        holder: str,
        lease: timedelta,
        now: datetime,
        entries: Sequence[Entry] = (),
    ) -> Claim:
        """Take an effect in hand."""
        row = self._rows.get(id)
        state = _found(row, holder, now)
        if row is not None and state is ClaimState.CONCLUDED:
            return Claim(state=state, attempt=row.attempts, concluded=row.state, outcome=row.outcome)
        if row is not None and state is ClaimState.BUSY:
            return Claim(state=state, attempt=row.attempts, until=row.until)
        previous_at = row.claimed_at if row is not None and state is not ClaimState.NEW else None
        attempts = row.attempts + 1 if row is not None else 1
        self._rows[id] = _Row(incident, request, EffectState.CLAIMED, holder, now + lease, now, attempts)
        self.record.keep(entries)
        return Claim(state=state, attempt=attempts, until=now + lease, previous_at=previous_at)

    async def conclude(
        self,
        id: EffectId,
        holder: str,
        state: EffectState,
        outcome: Mapping[str, Any],
        *,
        now: datetime,
        entries: Sequence[Entry] = (),
    ) -> None:
        """Store what came of it."""
        row = self._row(id)
        if row.state in _CONCLUDED and row.state is not EffectState.UNKNOWN:
            if row.state is not state or row.outcome != outcome:
                raise Conflict(f"{id} is concluded otherwise.")
            return
        if row.state is not EffectState.UNKNOWN and row.holder != holder:
            raise Conflict(f"{id} is in other hands.")
        row.state, row.outcome, row.concluded_at = state, outcome, now
        self.record.keep(entries)

    async def release(self, id: EffectId, holder: str) -> None:
        """Give a claim back."""
        row = self._row(id)
        if row.state is not EffectState.CLAIMED or row.holder != holder:
            raise Conflict(f"{id} is in other hands.")
        row.state = EffectState.RELEASED

    async def effect(self, id: EffectId) -> EffectRow:
        """One effect as it stands."""
        return _shown(id, self._row(id))

    async def made(self, connection: str, ref: str) -> EffectRow | None:
        """The effect that brought back this reference."""
        for effect, row in self._rows.items():
            if row.request.get("connection") == connection and (row.outcome or {}).get("vendor_ref") == ref:
                return _shown(effect, row)
        return None

    async def follow(self, id: EffectId, ref: str) -> None:
        """What it made goes by another reference now."""
        row = self._rows.get(id)
        if row is None or row.outcome is None:
            raise NotFound(f"No effect {id} was ever done.", code="no_such_effect")
        row.outcome = {**row.outcome, "vendor_ref": ref}

    async def unknowns(self, incident: IncidentKey | None = None) -> Sequence[EffectRow]:
        """Effects concluded UNKNOWN."""
        rows = self._rows.items()
        return [
            _shown(effect, row)
            for effect, row in rows
            if row.state is EffectState.UNKNOWN and incident in {None, row.incident}
        ]

    def _row(self, id: EffectId) -> _Row:
        if id not in self._rows:
            raise NotFound(f"{id} was never claimed.")
        return self._rows[id]


def _found(row: _Row | None, holder: str, now: datetime) -> ClaimState:
    if row is None or row.state is EffectState.RELEASED:
        return ClaimState.NEW
    if row.state in _CONCLUDED:
        return ClaimState.CONCLUDED
    if row.holder == holder:
        return ClaimState.MINE
    return ClaimState.BUSY if now < row.until else ClaimState.UNRESOLVED


def _shown(id: EffectId, row: _Row) -> EffectRow:
    return EffectRow(
        id=id,
        incident=row.incident,
        state=row.state,
        request=row.request,
        outcome=row.outcome,
        attempts=row.attempts,
        claimed_at=row.claimed_at,
        concluded_at=row.concluded_at,
    )
