"""The memory of Muster's own pager, and the turns that people have put in, in PostgreSQL."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from integrations.postgres.database import Pool, connected, transaction
from playbooks.domain.ids import EffectId, EntryId
from playbooks.domain.proof.slots import canonical
from playbooks.ports.pages import OwnPage
from playbooks.ports.paging import PageStatus

_AT_ONCE: Final = 100
_COLUMNS: Final = "id, incident, organization, status, calls, level, due_at"
_OPEN = f"INSERT INTO own_page ({_COLUMNS}) VALUES (%s, %s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING"  # noqa: S608  the columns are ours
_PAGE = f"SELECT {_COLUMNS} FROM own_page WHERE id = %s"  # noqa: S608  as above
_SETTLE = f"""
UPDATE own_page SET status = CASE status WHEN 'resolved' THEN status ELSE %s END WHERE id = %s RETURNING {_COLUMNS}
"""  # noqa: S608  as above
_DUE = f"""
SELECT {_COLUMNS} FROM own_page WHERE status = 'triggered' AND due_at <= %s ORDER BY due_at, id LIMIT {_AT_ONCE}
"""  # noqa: S608  as above
_CALLED = "UPDATE own_page SET calls = calls + 1, level = %s, due_at = %s WHERE id = %s AND calls = %s"
_OF_KINDS = "SELECT entry FROM body WHERE kind = ANY(%s) ORDER BY entry"


class PostgresPages:
    """The pages port on PostgreSQL."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def open(self, page: OwnPage) -> None:
        """See the port."""
        async with transaction(self._pool) as connection:
            await connection.execute(_OPEN.encode(), tuple(page.model_dump(mode="json").values()))

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


def _page(row: tuple[Any, ...]) -> OwnPage:
    return OwnPage.model_validate(dict(zip(OwnPage.model_fields, row, strict=True)))
