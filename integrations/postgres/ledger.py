"""The ledger in PostgreSQL."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from psycopg.rows import TupleRow
from psycopg.types.json import Json

from integrations.postgres.database import Connection, Pool, connected, transaction
from playbooks.domain.command import Command, Verdict
from playbooks.domain.errors import Conflict, NotFound
from playbooks.domain.ids import CommandId, IncidentKey, OrganizationCode
from playbooks.domain.saying import says
from playbooks.ports.ledger import OpenedIncident

_ENTER = """
INSERT INTO command (id, verb, actor, incident, args, texts, received_at) VALUES (%s, %s, %s, %s, %s, %s, %s)
ON CONFLICT DO NOTHING RETURNING id
"""
_COMMAND = "SELECT id, verb, actor, incident, args, texts, received_at, verdict, settled_at FROM command"
_NAMES = ("id", "verb", "actor", "incident", "args", "texts", "received_at")
_SETTLE = """
UPDATE command SET
    verdict = COALESCE(verdict, %s), decided_at = COALESCE(decided_at, clock_timestamp()),
    settled_at = COALESCE(settled_at, clock_timestamp())
WHERE id = %s RETURNING verdict
"""
_PENDING = f"""
{_COMMAND} WHERE settled_at IS NULL AND entered_at < clock_timestamp() - %s ORDER BY entered_at LIMIT %s
"""
_ALLOCATE = """
INSERT INTO incident (key, year, number, command_id, organization)
SELECT format('INC-%%s-%%s', %(year)s::int, lpad(next::text, greatest(4, length(next::text)), '0')),
       %(year)s, next, %(command)s, %(organization)s
FROM (SELECT COALESCE(max(number), 0) + 1 AS next FROM incident WHERE year = %(year)s) AS numbering
RETURNING key
"""
_NUMBERING_LOCK = 0x696E63  # "inc"


async def allocate_incident(
    connection: Connection, command_id: CommandId, organization: OrganizationCode, year: int
) -> IncidentKey:
    """Give out `INC-<year>-<nnnn>` within the caller's transaction; the same key for the same request.

    Declaring is rare, so keys are given out one after another under a lock and have no gaps.
    """
    await connection.execute("SELECT pg_advisory_xact_lock(%s, %s)", (_NUMBERING_LOCK, year))
    cursor = await connection.execute("SELECT key FROM incident WHERE command_id = %s", (command_id,))
    row = await cursor.fetchone()
    if row is None:
        given = {"year": year, "command": command_id, "organization": organization}
        row = await (await connection.execute(_ALLOCATE, given)).fetchone()
    if row is None:
        raise RuntimeError("an INSERT with RETURNING gave no row")
    return IncidentKey(row[0])


class PostgresLedger:
    """The ledger port on PostgreSQL."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def enter(self, command: Command) -> Verdict | None:
        """See the port."""
        stored = command.model_dump(mode="json")
        given = [
            Json(stored[name]) if name in {"actor", "args", "texts"} else stored[name] for name in _NAMES
        ]
        async with connected(self._pool) as connection:
            cursor = await connection.execute(_ENTER, given)
            if await cursor.fetchone() is not None:
                return None
        row = await self._row(command.id)
        if _body(_command(row)) != _body(command):
            raise Conflict(says("command_id_reused", id=command.id))
        return _settled(row)

    async def command(self, id: CommandId) -> Command:
        """See the port."""
        return _command(await self._row(id))

    async def texts(self, id: CommandId) -> Mapping[str, str]:
        """See the port."""
        return (await self.command(id)).texts

    async def verdict(self, id: CommandId) -> Verdict | None:
        """See the port."""
        return _verdict(await self._row(id))

    async def settle(self, id: CommandId, verdict: Verdict) -> Verdict:
        """See the port."""
        async with connected(self._pool) as connection:
            cursor = await connection.execute(_SETTLE, (Json(verdict.model_dump(mode="json")), id))
            row = await cursor.fetchone()
        if row is None:
            raise _unknown(id)
        return Verdict.model_validate(row[0])

    async def pending(self, older_than: timedelta, *, limit: int = 100) -> Sequence[Command]:
        """See the port."""
        async with connected(self._pool) as connection:
            cursor = await connection.execute(_PENDING.encode(), (older_than, limit))
            return [_command(row) for row in await cursor.fetchall()]

    async def allocate(self, command: CommandId, organization: OrganizationCode, year: int) -> IncidentKey:
        """See the port."""
        async with transaction(self._pool) as connection:
            return await allocate_incident(connection, command, organization, year)

    async def incidents(self) -> Sequence[OpenedIncident]:
        """See the port."""
        async with connected(self._pool) as connection:
            cursor = await connection.execute(
                "SELECT key, command_id, organization, created_at FROM incident ORDER BY year, number"
            )
            return [
                OpenedIncident(key=key, command=command, organization=organization, created_at=created_at)
                for key, command, organization, created_at in await cursor.fetchall()
            ]

    async def _row(self, id: CommandId) -> TupleRow:
        async with connected(self._pool) as connection:
            cursor = await connection.execute(f"{_COMMAND} WHERE id = %s".encode(), (id,))
            row = await cursor.fetchone()
        if row is None:
            raise _unknown(id)
        return row


def _command(row: TupleRow) -> Command:
    return Command.model_validate(dict(zip(_NAMES, row, strict=False)))


def _verdict(row: TupleRow) -> Verdict | None:
    return None if row[-2] is None else Verdict.model_validate(row[-2])


def _settled(row: TupleRow) -> Verdict | None:
    """The verdict of a command whose judge keeps it too; others are carried there again."""
    return None if row[-1] is None else _verdict(row)


def _body(command: Command) -> dict[str, Any]:
    return command.model_dump(mode="json", exclude={"received_at"})


def _unknown(id: CommandId) -> NotFound:
    return NotFound(says("no_such_command", id=id))
