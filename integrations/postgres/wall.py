"""Whether the wall stands: what would let a reader's connection past row-level security (docs/reading.md)."""

from collections.abc import AsyncIterator
from typing import Final

from integrations.postgres.database import Connection, Pool, connected
from integrations.postgres.roles import ALL, READER, VERIFIER, WALL
from playbooks.domain.saying import Saying, saying

_WITHOUT_CONTENT: Final = ("node", "signed_head", "cosigned", "time_stamp", "words")
"""Hashes, signatures and stamps, the same for every reader; and keyed hashes of words, which no view shows."""

_LOGIN = "SELECT session_user, rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = session_user"
_OWN_RIGHTS = (
    "SELECT rolname FROM pg_roles WHERE rolname = ANY(%(all)s) AND pg_has_role(session_user, oid, 'USAGE')"
)
_PASSING = """
SELECT one.rolname FROM pg_roles AS one WHERE one.rolname = ANY(%(all)s) AND (one.rolsuper OR one.rolbypassrls
    OR EXISTS (SELECT FROM pg_roles AS other
        WHERE other.rolname <> one.rolname AND pg_has_role(one.oid, other.oid, 'MEMBER')))
ORDER BY 1
"""
_READABLE = """
SELECT format('%%s.%%s', relnamespace::regnamespace, relname) FROM pg_class
WHERE relnamespace NOT IN ('pg_catalog'::regnamespace, 'information_schema'::regnamespace)
  AND relkind IN ('r', 'p', 'v', 'm', 'f') AND has_any_column_privilege(%(reader)s, oid, 'SELECT')
  AND NOT (relnamespace = 'shown'::regnamespace AND relkind = 'v' AND pg_get_userbyid(relowner) = %(wall)s)
ORDER BY 1
"""
_UNFORCED = """
SELECT relname FROM pg_class
WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')
  AND has_any_column_privilege(%(wall)s, oid, 'SELECT') AND NOT (relrowsecurity AND relforcerowsecurity)
  AND relname <> ALL (%(without_content)s)
ORDER BY relname
"""
_WRITABLE = """
SELECT relname, role FROM pg_class, unnest(%(reading)s::text[]) AS role
WHERE relnamespace IN ('public'::regnamespace, 'shown'::regnamespace) AND relkind IN ('r', 'p', 'v')
  AND pg_get_userbyid(relowner) <> role AND has_table_privilege(role, oid, 'INSERT, UPDATE, DELETE, TRUNCATE')
ORDER BY 1, 2
"""
_HOLES: Final = {
    "own_rights": _OWN_RIGHTS,
    "passing": _PASSING,
    "readable": _READABLE,
    "unforced": _UNFORCED,
    "writable": _WRITABLE,
}
"""What looks for each kind of hole, `wall.<kind>`: the name of what lets through, and who comes through by it."""


async def holes(pool: Pool, readers: Pool) -> list[Saying]:
    """What is wrong with the wall; nothing where it stands. Raises Unavailable."""
    async with connected(pool) as application, connected(readers) as reader:
        return [each async for each in _holes(application, reader)]


async def _holes(application: Connection, reader: Connection) -> AsyncIterator[Saying]:
    row = await (await application.execute(_LOGIN)).fetchone()
    if row is not None and row[1]:
        yield saying("wall.superuser", name=row[0])
        return
    row = await (await reader.execute("SELECT current_user")).fetchone()
    if row != (READER,):
        yield saying("wall.not_readers", name=row[0] if row else None, role=READER)
    given = {
        "all": list(ALL),
        "reader": READER,
        "reading": [READER, VERIFIER, WALL],
        "wall": WALL,
        "without_content": list(_WITHOUT_CONTENT),
    }
    for kind, query in _HOLES.items():
        for found in await (await application.execute(query.encode(), given)).fetchall():
            yield saying(f"wall.{kind}", **dict(zip(("name", "role"), found, strict=False)))
