"""What sources sent, in PostgreSQL: accepted in groups, so that one commit answers many requests."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from integrations.postgres.database import Connection, Pool, connected
from playbooks.ports.intake import Delivery, Receipt

QUIET = timedelta(hours=24)
"""The same bytes after so long a silence are a new alert and no repeat."""

_MOST_TOGETHER = 500
_MOST_BYTES_TOGETHER = 16 * 1024 * 1024

_RECEIVE = """
WITH kept AS (
    INSERT INTO delivery (id, source, organization, body, received_at)
    SELECT * FROM unnest(%b::uuid[], %b::text[], %b::text[], %b::bytea[], %b::timestamptz[])
), aside AS (
    INSERT INTO set_aside (delivery, source, raw, reason, received_at)
    SELECT * FROM unnest(%b::uuid[], %b::text[], %b::bytea[], %b::text[], %b::timestamptz[])
)
INSERT INTO delivery_mark AS known (mark, delivery, times, last_at)
SELECT * FROM unnest(%b::uuid[], %b::uuid[], %b::int[], %b::timestamptz[])
ON CONFLICT (mark) DO UPDATE SET
    delivery = CASE WHEN known.last_at < excluded.last_at - %b::interval
                    THEN excluded.delivery ELSE known.delivery END,
    times = known.times + excluded.times,
    last_at = greatest(known.last_at, excluded.last_at)
RETURNING mark, delivery
"""
_SET_ASIDE = "INSERT INTO set_aside (source, raw, reason, received_at) VALUES (%s, %s, %s, %s)"

_Waiting = tuple[Delivery, asyncio.Future[Receipt]]


class PostgresIntake:
    """The request path of the intake port.

    While one commit is under way, what comes in waits and goes into the next together: the busier, the larger
    the groups, and a lone sender waits for nobody.
    """

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._waiting: list[_Waiting] = []
        self.arrived = asyncio.Event()
        self._writer: asyncio.Task[None] | None = None

    async def receive(self, delivery: Delivery) -> Receipt:
        """See the port."""
        answer: asyncio.Future[Receipt] = asyncio.get_running_loop().create_future()
        self._waiting.append((delivery, answer))
        if self._writer is None or self._writer.done():
            self._writer = asyncio.create_task(self._write_all())
        return await answer

    async def set_aside(self, source: str, raw: bytes, reason: str, received_at: datetime) -> None:
        """See the port."""
        async with connected(self._pool) as connection:
            await connection.execute(_SET_ASIDE, (source, raw, reason, received_at))

    async def _write_all(self) -> None:
        while self._waiting:
            together = self._next()
            try:
                receipts = await self._commit([delivery for delivery, _ in together])
            except Exception as error:  # noqa: BLE001 - every sender that waits must hear of it
                _fail(together, error)
            else:
                for (_, answer), receipt in zip(together, receipts, strict=True):
                    if not answer.done():
                        answer.set_result(receipt)

    def _next(self) -> list[_Waiting]:
        size = count = 0
        for delivery, _ in self._waiting[:_MOST_TOGETHER]:
            size += len(delivery.body)
            if count and size > _MOST_BYTES_TOGETHER:
                break
            count += 1
        together, self._waiting = self._waiting[:count], self._waiting[count:]
        return together

    async def _commit(self, deliveries: Sequence[Delivery]) -> list[Receipt]:
        async with connected(self._pool) as connection:
            counts_for = await _insert(connection, deliveries)
        self.arrived.set()
        return [_receipt(delivery, counts_for) for delivery in deliveries]


def _fail(together: Sequence[_Waiting], error: Exception) -> None:
    for _, answer in together:
        if not answer.done():
            answer.set_exception(error)


async def _insert(connection: Connection, deliveries: Sequence[Delivery]) -> dict[UUID, UUID]:
    """One statement, so one round trip and one commit. Returns the delivery that each mark counts for."""
    aside = [(each, part) for each in deliveries for part in each.unreadable]
    marks: dict[UUID, list[Delivery]] = {}
    for delivery in deliveries:
        for mark in delivery.marks:
            marks.setdefault(mark, []).append(delivery)
    # In one order everywhere, or two writers could wait for each other.
    ordered = sorted(marks, key=lambda mark: mark.bytes)
    cursor = await connection.execute(
        _RECEIVE,
        (
            [each.id for each in deliveries],
            [each.source for each in deliveries],
            [each.organization for each in deliveries],
            [each.body for each in deliveries],
            [each.received_at for each in deliveries],
            [each.id for each, _ in aside],
            [each.source for each, _ in aside],
            [part.raw for _, part in aside],
            [part.reason for _, part in aside],
            [each.received_at for each, _ in aside],
            ordered,
            [marks[mark][0].id for mark in ordered],
            [len(marks[mark]) for mark in ordered],
            [marks[mark][0].received_at for mark in ordered],
            QUIET,
        ),
        binary=True,
    )
    return dict(await cursor.fetchall())


def _receipt(delivery: Delivery, counts_for: dict[UUID, UUID]) -> Receipt:
    own = {mark for mark in delivery.marks if counts_for[mark] == delivery.id}
    return Receipt(len(own), len(delivery.marks) - len(own), len(delivery.unreadable))
