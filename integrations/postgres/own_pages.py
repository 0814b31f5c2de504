"""The memory of Muster's own pager, and the turns that people have put in, in PostgreSQL."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from psycopg.types.json import Jsonb

from integrations.postgres.database import Pool, connected, transaction
from playbooks.domain.ids import EffectId, EntryId
from playbooks.domain.proof.slots import canonical
from playbooks.ports.pages import Order, OwnPage
from playbooks.ports.paging import PageStatus

_AT_ONCE: Final = 100
_COLUMNS: Final = "id, incident, organization, status, calls, level, due_at, orders"
_OPEN = f"""
INSERT INTO own_page ({_COLUMNS}) VALUES (%s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING
"""  # noqa: S608  the columns are ours
_PAGE = f"SELECT {_COLUMNS} FROM own_page WHERE id = %s"  # noqa: S608  as above
_SETTLE = f"""
UPDATE own_page SET status = CASE status WHEN 'resolved' THEN status ELSE %s END WHERE id = %s RETURNING {_COLUMNS}
"""  # noqa: S608  as above
_DUE = f"""
SELECT {_COLUMNS} FROM own_page
WHERE (status = 'triggered' AND due_at <= %s) OR (status <> 'resolved' AND orders @> '[{{"called": false}}]')
ORDER BY due_at, id LIMIT {_AT_ONCE}
"""  # noqa: S608  as above
_ORDER = f"""
UPDATE own_page
SET orders = orders || %(order)s, status = CASE WHEN %(handed)s THEN 'triggered' ELSE status END
WHERE id = %(id)s AND status <> 'resolved' AND NOT orders @> %(same)s
RETURNING {_COLUMNS}
"""  # noqa: S608  as above
_CARRIED_OUT = """
UPDATE own_page
SET orders = (
    SELECT jsonb_agg(CASE WHEN one ->> 'effect' = %s THEN one || '{"called": true}' ELSE one END ORDER BY place)
    FROM jsonb_array_elements(orders) WITH ORDINALITY AS each (one, place)
)
WHERE id = %s
"""
_CALLED = "UPDATE own_page SET calls = calls + 1, level = %s, due_at = %s WHERE id = %s AND calls = %s"
_OF_KINDS = "SELECT entry FROM body WHERE kind = ANY(%s) ORDER BY entry"


class PostgresPages:
    """The pages port on PostgreSQL."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def open(self, page: OwnPage) -> None:
        """See the port."""
        async with transaction(self._pool) as connection:
            row = {**page.model_dump(mode="json"), "orders": Jsonb([_kept(each) for each in page.orders])}
            await connection.execute(_OPEN.encode(), tuple(row.values()))

    async def page(self, id: EffectId) -> OwnPage | None:
        """See the port."""
        async with connected(self._pool) as connection:
            row = await (await connection.execute(_PAGE.encode(), (id,))).fetchone()
        return _page(row) if row else None

    async def settle(self, id: EffectId, status: PageStatus) -> OwnPage | None:
        """See the port."""
        async with transaction(self._pool) as connection:
            row = await (await connection.execute(_SETTLE.encode(), (status.value, id))).fetchone()
        return _page(row) if row else None

    async def order(self, id: EffectId, order: Order) -> OwnPage | None:
        """See the port."""
        kept, same = Jsonb([_kept(order)]), Jsonb([{"effect": order.effect}])
        wanted = {"order": kept, "handed": order.handed, "id": id, "same": same}
        async with transaction(self._pool) as connection:
            row = await (await connection.execute(_ORDER.encode(), wanted)).fetchone()
        return _page(row) if row else await self.page(id)

    async def carried_out(self, id: EffectId, order: EffectId) -> None:
        """See the port."""
        async with transaction(self._pool) as connection:
            await connection.execute(_CARRIED_OUT.encode(), (order, id))

    async def due(self, at: datetime) -> Sequence[OwnPage]:
        """See the port."""
        async with connected(self._pool) as connection:
            rows = await (await connection.execute(_DUE.encode(), (at,))).fetchall()
        return [_page(row) for row in rows]

    async def called(self, page: OwnPage, level: int, due_at: datetime) -> None:
        """See the port."""
        async with transaction(self._pool) as connection:
            await connection.execute(_CALLED.encode(), (level, due_at, page.id, page.calls))


async def entries_of(pool: Pool, *kinds: str) -> tuple[EntryId, ...]:
    """The entries of these kinds, in no order that means anything. Raises Unavailable."""
    async with connected(pool) as connection:
        wanted = [canonical(kind) for kind in kinds]
        rows = await (await connection.execute(_OF_KINDS.encode(), (wanted,))).fetchall()
    return tuple(EntryId(entry) for (entry,) in rows)


def _kept(order: Order) -> dict[str, Any]:
    return order.model_dump(mode="json")


def _page(row: tuple[Any, ...]) -> OwnPage:
    return OwnPage.model_validate(dict(zip(OwnPage.model_fields, row, strict=True)))
