"""Deliveries understood, groups and their alerts, in PostgreSQL."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from psycopg.types.json import Json

from integrations.postgres.append import Recording, recording
from integrations.postgres.database import Connect, Connection, Pool, connected, transaction
from integrations.postgres.notices import ERRANDS
from playbooks.alerts.spike import Counted
from playbooks.domain.alert import NormalizedAlert
from playbooks.domain.errors import NotFound
from playbooks.domain.ids import IncidentKey, OrganizationCode
from playbooks.ports.inbox import Errand
from playbooks.ports.intake import (
    Aside,
    AtTriage,
    Batch,
    Change,
    Delivery,
    Group,
    Kept,
    KeptAlert,
    Known,
    Move,
    Regrouping,
    Sighting,
    TriageDecision,
    is_group,
)

_COLUMNS = (
    "id, key, generation, source, organization, title, severity, alerts, arrivals, first_at, last_at, status, "
    "rule, because, declares, incident, told, told_severity, errands, waiting, owner"
)
_NAMES = tuple(_COLUMNS.replace(" ", "").split(","))
_WAITING = """
SELECT id, source, organization, body, received_at FROM (
    SELECT *, sum(octet_length(body)) OVER (ORDER BY seq) - octet_length(body) AS before
    FROM (SELECT * FROM delivery WHERE understood_at IS NULL ORDER BY seq LIMIT %s) AS oldest
) AS counted WHERE before < %s ORDER BY seq
"""
_NEWEST = f"""
SELECT DISTINCT ON (key) {_COLUMNS} FROM alert_group WHERE key = ANY(%s) ORDER BY key, generation DESC
"""  # noqa: S608  columns of this file
_LOCK = "SELECT 1 FROM alert_group WHERE key = ANY(%s) ORDER BY id FOR UPDATE"
_REGROUPED = "SELECT key, alert_group, target, fingerprint FROM regrouping WHERE key = ANY(%s)"
_SEEN = """
SELECT alert_group, delivery_key FROM alert
WHERE (alert_group, delivery_key) IN (SELECT * FROM unnest(%s::text[], %s::text[]))
"""
_PUT = f"""
INSERT INTO alert_group ({_COLUMNS}) VALUES ({", ".join(["%s"] * len(_NAMES))})
ON CONFLICT (id) DO UPDATE SET {", ".join(f"{name} = excluded.{name}" for name in _NAMES[6:])}
"""  # noqa: S608  columns are our own constants
_ALERTS = """
INSERT INTO alert AS known
    (alert_group, delivery_key, fingerprint, source, delivery, times, last_at, normalized)
SELECT * FROM unnest(
    %b::text[], %b::text[], %b::text[], %b::text[], %b::uuid[], %b::bigint[], %b::timestamptz[], %b::text[]
)
ON CONFLICT (alert_group, delivery_key) DO UPDATE SET
    times = known.times + excluded.times, last_at = greatest(known.last_at, excluded.last_at)
"""
_ASIDE = """
INSERT INTO set_aside (delivery, source, organization, raw, reason, received_at)
SELECT given.delivery, delivery.source, delivery.organization, given.raw, given.reason, delivery.received_at
FROM unnest(%b::uuid[], %b::bytea[], %b::text[]) AS given (delivery, raw, reason)
JOIN delivery ON delivery.id = given.delivery
"""
_UNDERSTOOD = "UPDATE delivery SET understood_at = clock_timestamp() WHERE id = ANY(%s)"
_ERRANDS = """
INSERT INTO outbox (id, kind, body) SELECT * FROM unnest(%s::text[], %s::text[], %s::json[]) ON CONFLICT DO NOTHING
"""
_GROUP = f"SELECT {_COLUMNS} FROM alert_group WHERE id = %s"  # noqa: S608  columns are our own constants
_TRIAGE = f"""
SELECT {_COLUMNS} FROM alert_group WHERE status = 'triage' AND organization = coalesce(%s, organization)
ORDER BY last_at DESC LIMIT %s
"""  # noqa: S608  columns are our own constants
_RATE = """
INSERT INTO alert_rate AS known (organization, source, slot, alerts)
SELECT organization, source, date_bin('10 minutes', at, 'epoch'), sum(times)
FROM unnest(%s::text[], %s::text[], %s::timestamptz[], %s::bigint[]) AS came (organization, source, at, times)
GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
ON CONFLICT (organization, source, slot) DO UPDATE SET alerts = known.alerts + excluded.alerts
"""
_RATES = "SELECT source, slot, alerts FROM alert_rate WHERE organization = %s AND slot >= %s"
_OF_INCIDENT = f"""
SELECT {_COLUMNS} FROM alert_group WHERE incident = %s ORDER BY first_at, id LIMIT 200
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
_HELD = "SELECT delivery FROM delivery_of_group JOIN held USING (incident)"
_FORGET_BODIES = f"""
UPDATE delivery SET body = NULL
WHERE received_at < %s AND body IS NOT NULL AND understood_at IS NOT NULL AND id NOT IN ({_HELD})
"""  # noqa: S608  of this file
_FORGET_ASIDE = f"""
DELETE FROM set_aside WHERE received_at < %s AND (delivery IS NULL OR delivery NOT IN ({_HELD}))
"""  # noqa: S608  of this file
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
INSERT INTO alert AS known (alert_group, delivery_key, fingerprint, source, delivery, times, last_at, normalized)
SELECT %(target)s, delivery_key, fingerprint, source, delivery, times, last_at, normalized FROM gone
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
_POLL = 0.25
"""Seconds after which another process's deliveries are found at the latest."""


class PostgresAlertGroups:
    """The understanding and the groups of the intake port."""

    def __init__(
        self, pool: Pool, arrived: asyncio.Event | None = None, connect: Connect | None = None
    ) -> None:
        """`arrived` is set by a request path of this process, which saves the wait for the next look.

        `connect` opens the connections that groups and alerts are looked at through, as by one reader.
        """
        self._pool = pool
        self._connect = connect or partial(connected, pool)
        self._arrived = arrived or asyncio.Event()

    async def waiting(self, *, most: int, most_bytes: int) -> Sequence[Delivery]:
        """See the port."""
        async with connected(self._pool) as connection:
            cursor = await connection.execute(_WAITING, (most, most_bytes), binary=True)
            return [
                Delivery(id, source, OrganizationCode(organization), bytes(body), received_at, ())
                for id, source, organization, body, received_at in await cursor.fetchall()
            ]

    async def groups(self, keys: Sequence[str]) -> Mapping[str, Group]:
        """See the port."""
        async with connected(self._pool) as connection:
            elsewhere = await _regrouped(connection, keys)
            return await _newest(connection, [*keys, *(word.target for word in elsewhere.values())])

    async def understand(self, alerts: Sequence[tuple[str, str]], assess: Callable[[Known], Batch]) -> Batch:
        """See the port."""
        keys = sorted({key for key, _ in alerts})
        async with recording(self._pool) as writing:
            connection = writing.connection
            regrouped = await _regrouped(connection, keys)
            keys = sorted({*keys, *(word.target for word in regrouped.values())})
            await connection.execute(_LOCK, (keys,))
            groups = await _newest(connection, keys)
            pairs = [
                (groups[place].id, delivery_key)
                for key, delivery_key in alerts
                for place in (key, *(word.target for word in regrouped.values() if word.key == key))
                if place in groups
            ]
            batch = assess(Known(groups, await _seen(connection, pairs), regrouped))
            await _store(connection, batch)
            await writing.append(batch.entries)
            await _post(writing, batch.errands)
        return batch

    async def forget(self, *, before: datetime, quiet_since: datetime) -> int:
        """See the port."""
        async with connected(self._pool) as connection:
            gone = [
                await connection.execute(statement, (before,))
                for statement in (_FORGET_BODIES, _FORGET_ASIDE)
            ]
            marks = await connection.execute("DELETE FROM delivery_mark WHERE last_at < %s", (quiet_since,))
            return sum(each.rowcount for each in (*gone, marks))

    async def arrivals(self, every: timedelta) -> AsyncIterator[None]:
        """See the port."""
        while True:
            self._arrived.clear()
            yield
            with suppress(TimeoutError):
                await asyncio.wait_for(self._arrived.wait(), min(every.total_seconds(), _POLL))

    async def group(self, id: str) -> Group:
        """See the port."""
        async with self._connect() as connection:
            return await _one(connection, id)

    async def change(self, id: str, decide: Callable[[Group], Change]) -> Group:
        """See the port."""
        async with recording(self._pool) as writing:
            connection = writing.connection
            await connection.execute("SELECT 1 FROM alert_group WHERE id = %s FOR UPDATE", (id,))
            change = decide(await _one(connection, id))
            await _put(connection, [change.group])
            await _post(writing, change.errands)
        return change.group

    async def judge(
        self, ids: Sequence[str], fingerprints: Sequence[str], decide: Callable[[AtTriage], TriageDecision]
    ) -> TriageDecision:
        """See the port."""
        async with recording(self._pool) as writing:
            found = await self._at_triage(writing.connection, ids, fingerprints)
            decision = decide(found)
            await _put(writing.connection, [change.group for change in decision.changes])
            for move in decision.moves:
                await _move(writing.connection, move)
            for regrouping in decision.regroupings:
                await _regroup(writing.connection, regrouping)
            for what, asked_by in decision.asked.items():
                await _ask(writing.connection, what, asked_by)
            await writing.append(decision.entries, decision.verdict)
            await _post(writing, [errand for change in decision.changes for errand in change.errands])
        return decision

    async def _at_triage(
        self, connection: Connection, ids: Sequence[str], fingerprints: Sequence[str]
    ) -> AtTriage:
        await connection.execute(_LOCK_NAMED, (list(ids),))
        groups = tuple([await _one(connection, id) for id in ids if is_group(id)])
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
                _group(row)
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
            return [_group(row) for row in await (await connection.execute(_OF_INCIDENT, (key,))).fetchall()]

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
            raise NotFound("What this request carried is not kept any more.")
        return bytes(row[0])


async def _newest(connection: Connection, keys: Sequence[str]) -> dict[str, Group]:
    rows = await (await connection.execute(_NEWEST, (list(keys),))).fetchall()
    return {group.key: group for group in map(_group, rows)}


async def _regrouped(connection: Connection, keys: Sequence[str]) -> dict[tuple[str, str], Regrouping]:
    rows = await (await connection.execute(_REGROUPED, (list(keys),))).fetchall()
    words = [Regrouping(*row) for row in rows]
    return {(word.key, word.fingerprint): word for word in words}


async def _seen(connection: Connection, pairs: Sequence[tuple[str, str]]) -> frozenset[tuple[str, str]]:
    if not pairs:
        return frozenset()
    cursor = await connection.execute(_SEEN, ([group for group, _ in pairs], [key for _, key in pairs]))
    return frozenset((group, key) for group, key in await cursor.fetchall())


async def _one(connection: Connection, id: str) -> Group:
    row = await (await connection.execute(_GROUP, (id,))).fetchone()
    if row is None:
        raise NotFound(f"There is no group of alerts {id}; see the triage board.")
    return _group(row)


async def _store(connection: Connection, batch: Batch) -> None:
    await _put(connection, batch.groups)
    ids = {group.key: group.id for group in batch.groups}
    if batch.sightings:
        await connection.execute(_ALERTS, _alert_columns(batch.sightings, ids))
        await connection.execute(_RATE, _rate_columns(batch.sightings))
    if batch.unreadable:
        deliveries, parts = zip(*batch.unreadable, strict=True)
        given = (list(deliveries), [part.raw for part in parts], [part.reason for part in parts])
        await connection.execute(_ASIDE, given)
    await connection.execute(_UNDERSTOOD, (list(batch.deliveries),))


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
        raise NotFound(f"Nothing of a source {id} was set aside.")


async def _post(writing: Recording, errands: Sequence[Errand]) -> None:
    """Post errands in the transaction of the groups they are for."""
    if errands:
        bodies = [Json(dict(errand.body)) for errand in errands]
        given = ([errand.id for errand in errands], [errand.kind for errand in errands], bodies)
        await writing.connection.execute(_ERRANDS, given)
        writing.hint(ERRANDS)


async def _put(connection: Connection, groups: Sequence[Group]) -> None:
    rows = [_row(group) for group in groups]
    async with connection.cursor() as cursor:
        await cursor.executemany(_PUT, rows)


def _alert_columns(sightings: Sequence[Sighting], ids: Mapping[str, str]) -> tuple[list[object], ...]:
    return (
        [ids[each.group_key] for each in sightings],
        [each.delivery_key for each in sightings],
        [each.fingerprint for each in sightings],
        [each.source for each in sightings],
        [each.delivery for each in sightings],
        [each.times for each in sightings],
        [each.alert.received_at for each in sightings],
        [each.alert.model_dump_json(exclude={"raw"}, exclude_defaults=True) for each in sightings],
    )


def _rate_columns(sightings: Sequence[Sighting]) -> tuple[list[object], ...]:
    return (
        [each.alert.organization or "" for each in sightings],
        [each.source for each in sightings],
        [each.alert.received_at for each in sightings],
        [each.times for each in sightings],
    )


def _row(group: Group) -> list[object]:
    values = group.model_dump(mode="python")
    declares = values["declares"]
    return [
        *(values[name] for name in _NAMES[:14]),
        Json(group.declares.model_dump(mode="json")) if group.declares and declares else None,
        *(values[name] for name in _NAMES[15:]),
    ]


def _group(row: Sequence[object]) -> Group:
    return Group.model_validate(dict(zip(_NAMES, row, strict=True)))


def _counted(fingerprint: str, normalized: str, times: int, last_at: datetime) -> KeptAlert:
    alert = NormalizedAlert.model_validate({**json.loads(normalized), "raw": b""})
    return KeptAlert(fingerprint, alert.severity, alert.title, times, last_at)


def _kept(normalized: str, source: str, delivery: UUID, times: int, last_at: datetime) -> Kept:
    alert = NormalizedAlert.model_validate({**json.loads(normalized), "raw": b""})
    return Kept(alert, source, delivery, times, last_at)
