"""Groups of alerts, in PostgreSQL: looked at, changed, and judged by people at triage."""

import json
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import asdict
from datetime import datetime
from functools import partial
from uuid import UUID

from integrations.postgres.alert_rows import COLUMNS, group_of, post, put, read_group
from integrations.postgres.append import recording
from integrations.postgres.database import Connect, Connection, Pool, connected, transaction
from playbooks.alerts.spike import Counted
from playbooks.domain.alert import NormalizedAlert
from playbooks.domain.errors import NotFound
from playbooks.domain.ids import IncidentKey, OrganizationCode
from playbooks.domain.saying import says
from playbooks.ports.intake import (
    Aside,
    AtTriage,
    Change,
    Group,
    Kept,
    KeptAlert,
    Move,
    Regrouping,
    TriageDecision,
    is_group,
)

_TRIAGE = f"""
SELECT {COLUMNS} FROM alert_group WHERE status = 'triage' AND organization = coalesce(%s, organization)
ORDER BY last_at DESC LIMIT %s
"""  # noqa: S608  columns are our own constants
_RATES = "SELECT source, slot, alerts FROM alert_rate WHERE organization = %s AND slot >= %s"
_OF_INCIDENT = f"""
SELECT {COLUMNS} FROM alert_group WHERE incident = %s ORDER BY first_at, id LIMIT 200
"""  # noqa: S608  columns are our own constants
_KEPT = """
SELECT normalized, source, delivery, times, last_at FROM alert
WHERE alert_group = %s ORDER BY last_at DESC, delivery_key LIMIT %s
"""
_HISTORY = """
SELECT normalized, source, delivery, times, last_at FROM alert
WHERE last_at >= %s AND (normalized::json ->> 'received_at')::timestamptz >= %s
ORDER BY (normalized::json ->> 'received_at')::timestamptz, delivery_key
"""
_LOCK_NAMED = "SELECT 1 FROM alert_group WHERE id = ANY(%s) ORDER BY id FOR UPDATE"
_NAMED_ALERTS = """
SELECT fingerprint, normalized, times, last_at FROM alert
WHERE alert_group = %s AND fingerprint LIKE ANY(%s) ORDER BY delivery_key
"""
_ASIDE_OF = "SELECT DISTINCT source, organization FROM set_aside WHERE source = ANY(%s) ORDER BY source"
_ASKED = "SELECT what, asked_by FROM erasure_asked WHERE what = ANY(%s)"
_MOVE = """
WITH gone AS (
    DELETE FROM alert WHERE alert_group = %(origin)s
    AND (cardinality(%(fingerprints)s::text[]) = 0 OR fingerprint = ANY(%(fingerprints)s)) RETURNING *
)
INSERT INTO alert AS known
    (alert_group, delivery_key, fingerprint, source, delivery, times, last_at, normalized, resolved)
SELECT %(target)s, delivery_key, fingerprint, source, delivery, times, last_at, normalized, resolved FROM gone
ON CONFLICT (alert_group, delivery_key) DO UPDATE SET
    times = known.times + excluded.times, last_at = greatest(known.last_at, excluded.last_at)
"""
_REGROUP = """
WITH followed AS (
    UPDATE regrouping SET alert_group = %(group)s, target = %(target)s
    WHERE target = %(key)s AND %(fingerprint)s = ''
)
INSERT INTO regrouping (key, fingerprint, alert_group, target)
VALUES (%(key)s, %(fingerprint)s, %(group)s, %(target)s)
ON CONFLICT (key, fingerprint) DO UPDATE SET alert_group = excluded.alert_group, target = excluded.target
"""


class PostgresAlertGroups:
    """The groups of the intake port."""

    def __init__(self, pool: Pool, connect: Connect | None = None) -> None:
        """`connect` opens the connections that groups and alerts are looked at through, as by one reader."""
        self._pool = pool
        self._connect = connect or partial(connected, pool)

    async def group(self, id: str) -> Group:
        """See the port."""
        async with self._connect() as connection:
            return await read_group(connection, id)

    async def change(self, id: str, decide: Callable[[Group], Change]) -> Group:
        """See the port."""
        async with recording(self._pool) as writing:
            connection = writing.connection
            await connection.execute("SELECT 1 FROM alert_group WHERE id = %s FOR UPDATE", (id,))
            change = decide(await read_group(connection, id))
            await put(connection, [change.group])
            await post(writing, change.errands)
        return change.group

    async def judge(
        self, ids: Sequence[str], fingerprints: Sequence[str], decide: Callable[[AtTriage], TriageDecision]
    ) -> TriageDecision:
        """See the port."""
        async with recording(self._pool) as writing:
            found = await self._at_triage(writing.connection, ids, fingerprints)
            decision = decide(found)
            await put(writing.connection, [change.group for change in decision.changes])
            for move in decision.moves:
                await _move(writing.connection, move)
            for regrouping in decision.regroupings:
                await _regroup(writing.connection, regrouping)
            for what, asked_by in decision.asked.items():
                await _ask(writing.connection, what, asked_by)
            await writing.append(decision.entries, decision.verdict)
            await post(writing, [errand for change in decision.changes for errand in change.errands])
        return decision

    async def _at_triage(
        self, connection: Connection, ids: Sequence[str], fingerprints: Sequence[str]
    ) -> AtTriage:
        await connection.execute(_LOCK_NAMED, (list(ids),))
        groups = tuple([await read_group(connection, id) for id in ids if is_group(id)])
        rows = await (await connection.execute(_ASIDE_OF, (list(ids),))).fetchall()
        aside = tuple(Aside(*row) for row in rows)
        _check_all_found(ids, groups, aside)
        asked: dict[str, str] = dict(await (await connection.execute(_ASKED, (list(ids),))).fetchall())
        beginnings = [f"{each}%" for each in fingerprints]
        alerts = await (await connection.execute(_NAMED_ALERTS, (ids[0], beginnings))).fetchall()
        return AtTriage(groups, tuple(_counted(*row) for row in alerts), aside, asked)

    async def triage(
        self, organization: OrganizationCode | None = None, *, limit: int = 200
    ) -> Sequence[Group]:
        """See the port."""
        async with self._connect() as connection:
            return [
                group_of(row)
                for row in await (await connection.execute(_TRIAGE, (organization, limit))).fetchall()
            ]

    async def rates(self, organization: OrganizationCode, since: datetime) -> Sequence[Counted]:
        """See the port."""
        async with self._connect() as connection:
            rows = await (await connection.execute(_RATES, (organization, since))).fetchall()
        return [Counted(*row) for row in rows]

    async def of_incident(self, key: IncidentKey) -> Sequence[Group]:
        """See the port."""
        async with self._connect() as connection:
            return [
                group_of(row) for row in await (await connection.execute(_OF_INCIDENT, (key,))).fetchall()
            ]

    async def alerts(self, id: str, *, limit: int = 100) -> Sequence[Kept]:
        """See the port."""
        async with self._connect() as connection:
            rows = await (await connection.execute(_KEPT, (id, limit))).fetchall()
        return [_kept(*row) for row in rows]

    async def history(self, since: datetime) -> AsyncIterator[Kept]:
        """See the port."""
        async with transaction(self._pool) as connection, connection.cursor("history") as cursor:
            await cursor.execute(_HISTORY, (since, since))
            async for row in cursor:
                yield _kept(*row)

    async def body(self, delivery: UUID) -> bytes:
        """See the port."""
        async with connected(self._pool) as connection:
            cursor = await connection.execute(
                "SELECT body FROM delivery WHERE id = %s", (delivery,), binary=True
            )
            row = await cursor.fetchone()
        if row is None or row[0] is None:
            raise NotFound(says("not_found.delivery"))
        return bytes(row[0])


async def _move(connection: Connection, move: Move) -> None:
    await connection.execute(
        _MOVE, {"origin": move.origin, "target": move.target, "fingerprints": list(move.fingerprints)}
    )


async def _regroup(connection: Connection, word: Regrouping) -> None:
    """What was sent to a group that goes into another goes there too, so nothing is ever sent on twice."""
    await connection.execute(_REGROUP, asdict(word))


async def _ask(connection: Connection, what: str, asked_by: str | None) -> None:
    if asked_by is None:
        await connection.execute("DELETE FROM erasure_asked WHERE what = %s", (what,))
    else:
        await connection.execute(
            "INSERT INTO erasure_asked (what, asked_by) VALUES (%s, %s)", (what, asked_by)
        )


def _check_all_found(ids: Sequence[str], groups: Sequence[Group], aside: Sequence[Aside]) -> None:
    """Each id is a group, or a source of which something was set aside. Raises NotFound."""
    for id in {*ids} - {group.id for group in groups} - {each.source for each in aside}:
        raise NotFound(says("not_found.set_aside", source=id))


def _counted(fingerprint: str, normalized: str, times: int, last_at: datetime) -> KeptAlert:
    alert = NormalizedAlert.model_validate({**json.loads(normalized), "raw": b""})
    return KeptAlert(fingerprint, alert.severity, alert.title, times, last_at)


def _kept(normalized: str, source: str, delivery: UUID, times: int, last_at: datetime) -> Kept:
    alert = NormalizedAlert.model_validate({**json.loads(normalized), "raw": b""})
    return Kept(alert, source, delivery, times, last_at)
