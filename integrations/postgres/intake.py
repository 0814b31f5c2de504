"""What sources sent, in PostgreSQL: accepted in groups, so that one commit answers many requests."""

import asyncio
from collections import Counter
from collections.abc import Sequence

from integrations.postgres.database import Connection, Pool, connected
from integrations.postgres.uuids import Uuids
from playbooks.ports.intake import QUIET, Delivery, Receipt

_MOST_TOGETHER = 500
_MOST_BYTES_TOGETHER = 16 * 1024 * 1024

_RECEIVE = """
WITH kept AS (
    INSERT INTO delivery (id, source, organization, body, received_at)
    SELECT * FROM unnest(%b::uuid[], %b::text[], %b::text[], %b::bytea[], %b::timestamptz[])
), aside AS (
    INSERT INTO set_aside (delivery, source, organization, raw, reason, received_at)
    SELECT * FROM unnest(%b::uuid[], %b::text[], %b::text[], %b::bytea[], %b::text[], %b::timestamptz[])
), counted AS (
    INSERT INTO delivery_mark AS known (mark, delivery, last_at)
    SELECT mark, delivery, %b FROM unnest(%b, %b) AS given (mark, delivery)
    ON CONFLICT (mark) DO UPDATE SET
        delivery = CASE WHEN known.last_at < excluded.last_at - %b::interval
                        THEN excluded.delivery ELSE known.delivery END,
        last_at = greatest(known.last_at, excluded.last_at)
    RETURNING mark, delivery
)
SELECT uuid_send(mark) FROM counted WHERE delivery <> ALL(%b::uuid[])
"""
_SET_ASIDE = """
INSERT INTO set_aside (source, organization, raw, reason, received_at) VALUES (%s, %s, %s, %s, %s)
"""

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

    async def set_aside(self, delivery: Delivery, reason: str) -> None:
        """See the port."""
        given = (delivery.source, delivery.organization, delivery.body, reason, delivery.received_at)
        async with connected(self._pool) as connection:
            await connection.execute(_SET_ASIDE, given)

    async def _write_all(self) -> None:
        while self._waiting:
            # What has arrived already comes along.
            await asyncio.sleep(0)
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
            receipts = await _insert(connection, deliveries)
        self.arrived.set()
        return receipts


def _fail(together: Sequence[_Waiting], error: Exception) -> None:
    for _, answer in together:
        if not answer.done():
            answer.set_exception(error)


async def _insert(connection: Connection, deliveries: Sequence[Delivery]) -> list[Receipt]:
    """One statement, so one round trip and one commit. Only the marks that were known come back."""
    ids = [each.id for each in deliveries]
    aside = [(each, part) for each in deliveries for part in each.unreadable]
    first = _first_of_each(deliveries)
    # In one order everywhere, or two writers could wait for each other.
    ordered = sorted(first)
    cursor = await connection.execute(
        _RECEIVE,
        (
            ids,
            [each.source for each in deliveries],
            [each.organization for each in deliveries],
            [each.body for each in deliveries],
            [each.received_at for each in deliveries],
            [each.id for each, _ in aside],
            [each.source for each, _ in aside],
            [each.organization for each, _ in aside],
            [part.raw for _, part in aside],
            [part.reason for _, part in aside],
            [each.received_at for each, _ in aside],
            max(each.received_at for each in deliveries),
            Uuids(ordered),
            Uuids([first[mark] for mark in ordered]),
            QUIET,
            ids,
        ),
        binary=True,
    )
    for (known,) in await cursor.fetchall():
        del first[bytes(known)]
    new = Counter(first.values())
    return [_receipt(delivery, new[delivery.id.bytes]) for delivery in deliveries]


def _first_of_each(deliveries: Sequence[Delivery]) -> dict[bytes, bytes]:
    """Each mark and the delivery that brings it first."""
    first: dict[bytes, bytes] = {}
    for delivery in reversed(deliveries):
        first.update(dict.fromkeys(delivery.marks, delivery.id.bytes))
    return first


def _receipt(delivery: Delivery, accepted: int) -> Receipt:
    return Receipt(accepted, len(delivery.marks) - accepted, len(delivery.unreadable))
