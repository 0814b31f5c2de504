"""The door's memory in PostgreSQL: claims and conclusions, with their entries in the same transaction."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from psycopg.rows import TupleRow
from psycopg.types.json import Json

from integrations.postgres.append import recording
from integrations.postgres.database import Connection, Pool, connected
from playbooks.domain.entry import Entry
from playbooks.domain.errors import Conflict, NotFound
from playbooks.domain.ids import EffectId, IncidentKey
from playbooks.ports.effects import Claim, ClaimState, EffectRow, EffectState

_CONCLUDED = {EffectState.DONE, EffectState.FAILED, EffectState.UNKNOWN}
_FIRST = """
INSERT INTO effect (id, incident, request, state, holder, lease_until, attempts, claimed_at)
VALUES (%s, %s, %s, 'claimed', %s, %s, 1, %s) ON CONFLICT DO NOTHING RETURNING id
"""
_AGAIN = """
UPDATE effect SET state = 'claimed', holder = %s, lease_until = %s, attempts = attempts + 1, claimed_at = %s
WHERE id = %s
"""
_ROW = """
SELECT id, incident, state, request, outcome, attempts, claimed_at, concluded_at, holder, lease_until
FROM effect
"""
_MADE = """
WHERE request ->> 'connection' = %s AND outcome ->> 'vendor_ref' = %s ORDER BY claimed_at LIMIT 1
"""
_FOLLOW = """
UPDATE effect SET outcome = jsonb_set(outcome::jsonb, '{vendor_ref}', %s::jsonb)::json
WHERE id = %s AND outcome IS NOT NULL RETURNING id
"""
_CONCLUDE = "UPDATE effect SET state = %s, outcome = %s, concluded_at = %s WHERE id = %s"
_RELEASE = (
    "UPDATE effect SET state = 'released' WHERE id = %s AND holder = %s AND state = 'claimed' RETURNING id"
)


class PostgresEffects:
    """The effects port on PostgreSQL."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

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
        """See the port."""
        async with recording(self._pool) as writing:
            first = (id, incident, Json(dict(request)), holder, now + lease, now)
            if await (await writing.connection.execute(_FIRST, first)).fetchone() is not None:
                claim = Claim(state=ClaimState.NEW, attempt=1, until=now + lease)
            else:
                row = await _locked(writing.connection, id)
                claim = _judge(row, holder, now + lease, now)
                if claim.holds:
                    await writing.connection.execute(_AGAIN, (holder, now + lease, now, id))
            if claim.holds:
                await writing.append(entries)
        return claim

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
        """See the port."""
        if state not in _CONCLUDED:
            raise ValueError(f"{state} concludes nothing")
        async with recording(self._pool) as writing:
            row = await _locked(writing.connection, id)
            effect, held_by = _effect(row), row[-2]
            if effect.state is state and effect.outcome == dict(outcome):
                return
            if not _may_conclude(effect.state, held_by == holder):
                raise _taken(id, effect.state)
            await writing.connection.execute(_CONCLUDE, (state, Json(dict(outcome)), now, id))
            await writing.append(entries)

    async def release(self, id: EffectId, holder: str) -> None:
        """See the port."""
        async with connected(self._pool) as connection:
            if await (await connection.execute(_RELEASE, (id, holder))).fetchone() is None:
                raise _taken(id, (await self.effect(id)).state)

    async def effect(self, id: EffectId) -> EffectRow:
        """See the port."""
        async with connected(self._pool) as connection:
            cursor = await connection.execute(f"{_ROW} WHERE id = %s".encode(), (id,))
            return _effect(_found(await cursor.fetchone(), id))

    async def made(self, connection: str, ref: str) -> EffectRow | None:
        """See the port."""
        async with connected(self._pool) as opened:
            row = await (await opened.execute(_ROW + _MADE, (connection, ref))).fetchone()
        return _effect(row) if row is not None else None

    async def follow(self, id: EffectId, ref: str) -> None:
        """See the port."""
        async with connected(self._pool) as connection:
            if await (await connection.execute(_FOLLOW, (Json(ref), id))).fetchone() is None:
                raise NotFound(f"No effect {id} was ever done.", code="no_such_effect")

    async def unknowns(self, incident: IncidentKey | None = None) -> Sequence[EffectRow]:
        """See the port."""
        wanted = "WHERE state = 'unknown' AND (%(incident)s::text IS NULL OR incident = %(incident)s)"
        async with connected(self._pool) as connection:
            cursor = await connection.execute(
                f"{_ROW} {wanted} ORDER BY claimed_at".encode(), {"incident": incident}
            )
            return [_effect(row) for row in await cursor.fetchall()]


def _judge(row: TupleRow, holder: str, until: datetime, now: datetime) -> Claim:
    """What a claim finds in an effect that was claimed before."""
    effect = _effect(row)
    held_by, held_until = row[-2:]
    if effect.state in _CONCLUDED:
        return Claim(
            state=ClaimState.CONCLUDED,
            attempt=effect.attempts,
            concluded=effect.state,
            outcome=effect.outcome,
        )
    attempt = effect.attempts + 1
    if effect.state is EffectState.RELEASED:
        return Claim(state=ClaimState.NEW, attempt=attempt, until=until)
    if held_by == holder:
        return Claim(state=ClaimState.MINE, attempt=attempt, until=until, previous_at=effect.claimed_at)
    if held_until > now:
        return Claim(state=ClaimState.BUSY, attempt=effect.attempts, until=held_until)
    return Claim(state=ClaimState.UNRESOLVED, attempt=attempt, until=until, previous_at=effect.claimed_at)


def _may_conclude(state: EffectState, ours: bool) -> bool:  # noqa: FBT001  what is asked is a yes or no
    return state is EffectState.UNKNOWN or (state is EffectState.CLAIMED and ours)


async def _locked(connection: Connection, id: EffectId) -> TupleRow:
    cursor = await connection.execute(f"{_ROW} WHERE id = %s FOR UPDATE".encode(), (id,))
    return _found(await cursor.fetchone(), id)


def _found(row: TupleRow | None, id: EffectId) -> TupleRow:
    if row is None:
        raise NotFound(f"No effect {id} was ever claimed.", code="no_such_effect")
    return row


def _effect(row: TupleRow) -> EffectRow:
    return EffectRow.model_validate(dict(zip(EffectRow.model_fields, row, strict=False)))


def _taken(id: EffectId, state: EffectState) -> Conflict:
    return Conflict(
        f"The effect {id} is {state} and not in this attempt's hands; look at it before doing anything.",
        code="effect_not_ours",
    )
