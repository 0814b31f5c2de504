"""Deliveries understood, in PostgreSQL: what waits, and what is made of it in one transaction."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta

from integrations.postgres.alert_rows import COLUMNS, group_of, post, put
from integrations.postgres.append import recording
from integrations.postgres.database import Connection, Pool, connected
from integrations.postgres.flapping import resolved_lately, still_now
from playbooks.domain.alert import AlertStatus
from playbooks.domain.ids import OrganizationCode
from playbooks.ports.intake import Batch, Delivery, Group, Known, Regrouping, Sighting

_WAITING = """
SELECT id, source, organization, body, received_at FROM (
    SELECT *, sum(octet_length(body)) OVER (ORDER BY seq) - octet_length(body) AS before
    FROM (SELECT * FROM delivery WHERE understood_at IS NULL ORDER BY seq LIMIT %s) AS oldest
) AS counted WHERE before < %s ORDER BY seq
"""
_NEWEST = f"""
SELECT DISTINCT ON (key) {COLUMNS} FROM alert_group WHERE key = ANY(%s) ORDER BY key, generation DESC
"""  # noqa: S608  columns of this file
_LOCK = "SELECT 1 FROM alert_group WHERE key = ANY(%s) ORDER BY id FOR UPDATE"
_REGROUPED = "SELECT key, alert_group, target, fingerprint FROM regrouping WHERE key = ANY(%s)"
_SEEN = """
SELECT alert_group, delivery_key FROM alert
WHERE (alert_group, delivery_key) IN (SELECT * FROM unnest(%s::text[], %s::text[]))
"""
_ALERTS = """
INSERT INTO alert AS known
    (alert_group, delivery_key, fingerprint, source, delivery, times, last_at, normalized, resolved)
SELECT * FROM unnest(
    %b::text[], %b::text[], %b::text[], %b::text[], %b::uuid[], %b::bigint[], %b::timestamptz[], %b::text[], %b::bool[]
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
_RATE = """
INSERT INTO alert_rate AS known (organization, source, slot, alerts)
SELECT organization, source, date_bin('10 minutes', at, 'epoch'), sum(times)
FROM unnest(%s::text[], %s::text[], %s::timestamptz[], %s::bigint[]) AS came (organization, source, at, times)
GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
ON CONFLICT (organization, source, slot) DO UPDATE SET alerts = known.alerts + excluded.alerts
"""
_HELD = "SELECT delivery FROM delivery_of_group JOIN held USING (incident)"
_FORGET_BODIES = f"""
UPDATE delivery SET body = NULL
WHERE received_at < %s AND body IS NOT NULL AND understood_at IS NOT NULL AND id NOT IN ({_HELD})
"""  # noqa: S608  of this file
_FORGET_ASIDE = f"""
DELETE FROM set_aside WHERE received_at < %s AND (delivery IS NULL OR delivery NOT IN ({_HELD}))
"""  # noqa: S608  of this file
_POLL = 0.25
"""Seconds after which another process's deliveries are found at the latest."""


class PostgresUnderstanding:
    """The understanding of the intake port."""

    def __init__(self, pool: Pool, arrived: asyncio.Event | None = None) -> None:
        """`arrived` is set by a request path of this process, which saves the wait for the next look."""
        self._pool = pool
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

    async def understand(self, sightings: Sequence[Sighting], assess: Callable[[Known], Batch]) -> Batch:
        """See the port."""
        keys = sorted({each.group_key for each in sightings})
        async with recording(self._pool) as writing:
            connection = writing.connection
            regrouped = await _regrouped(connection, keys)
            keys = sorted({*keys, *(word.target for word in regrouped.values())})
            await connection.execute(_LOCK, (keys,))
            groups = await _newest(connection, keys)
            pairs = [
                (groups[place].id, each.delivery_key)
                for each in sightings
                for place in (
                    each.group_key,
                    *(word.target for word in regrouped.values() if word.key == each.group_key),
                )
                if place in groups
            ]
            seen, resolved = await _seen(connection, pairs), await resolved_lately(connection, sightings)
            batch = assess(Known(groups, seen, regrouped, resolved))
            await _store(connection, batch)
            await writing.append(batch.entries)
            await post(writing, batch.errands)
        return batch

    async def held_until(self, at: datetime) -> Sequence[Sequence[Sighting]]:
        """See the port."""
        async with connected(self._pool) as connection:
            return await still_now(connection, at)

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


async def _newest(connection: Connection, keys: Sequence[str]) -> dict[str, Group]:
    rows = await (await connection.execute(_NEWEST, (list(keys),))).fetchall()
    return {group.key: group for group in map(group_of, rows)}


async def _regrouped(connection: Connection, keys: Sequence[str]) -> dict[tuple[str, str], Regrouping]:
    rows = await (await connection.execute(_REGROUPED, (list(keys),))).fetchall()
    words = [Regrouping(*row) for row in rows]
    return {(word.key, word.fingerprint): word for word in words}


async def _seen(connection: Connection, pairs: Sequence[tuple[str, str]]) -> frozenset[tuple[str, str]]:
    if not pairs:
        return frozenset()
    cursor = await connection.execute(_SEEN, ([group for group, _ in pairs], [key for _, key in pairs]))
    return frozenset((group, key) for group, key in await cursor.fetchall())


async def _store(connection: Connection, batch: Batch) -> None:
    await put(connection, batch.groups)
    ids = {group.key: group.id for group in batch.groups}
    if batch.sightings:
        await connection.execute(_ALERTS, _alert_columns(batch.sightings, ids))
        await connection.execute(_RATE, _rate_columns(batch.sightings))
    if batch.unreadable:
        deliveries, parts = zip(*batch.unreadable, strict=True)
        given = (list(deliveries), [part.raw for part in parts], [part.reason for part in parts])
        await connection.execute(_ASIDE, given)
    await connection.execute(_UNDERSTOOD, (list(batch.deliveries),))


def _alert_columns(sightings: Sequence[Sighting], ids: Mapping[str, str]) -> tuple[list[object], ...]:
    return (
        [ids[each.group_key] for each in sightings],
        [each.delivery_key for each in sightings],
        [each.fingerprint for each in sightings],
        [each.source for each in sightings],
        [each.delivery for each in sightings],
        [each.times for each in sightings],
        [each.last_at for each in sightings],
        [each.alert.model_dump_json(exclude={"raw"}, exclude_defaults=True) for each in sightings],
        [each.alert.status is AlertStatus.RESOLVED for each in sightings],
    )


def _rate_columns(sightings: Sequence[Sighting]) -> tuple[list[object], ...]:
    return (
        [each.alert.organization or "" for each in sightings],
        [each.source for each in sightings],
        [each.alert.received_at for each in sightings],
        [each.times for each in sightings],
    )
