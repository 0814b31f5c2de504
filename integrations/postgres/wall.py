"""Whether the wall stands: what would let a reader's connection past row-level security (docs/reading.md)."""

from collections.abc import AsyncIterator
from typing import Final

from integrations.postgres.database import Connection, Pool, connected
from integrations.postgres.roles import ALL, READER, VERIFIER, WALL

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
SELECT format('%%s can be written by %%s', relname, role) FROM pg_class, unnest(%(reading)s::text[]) AS role
WHERE relnamespace IN ('public'::regnamespace, 'shown'::regnamespace) AND relkind IN ('r', 'p', 'v')
  AND pg_get_userbyid(relowner) <> role AND has_table_privilege(role, oid, 'INSERT, UPDATE, DELETE, TRUNCATE')
ORDER BY 1
"""
_SENTENCES = {
    _OWN_RIGHTS: "the application's login has the rights of {0} by itself; grant it WITH INHERIT FALSE, SET TRUE",
    _PASSING: "{} passes the policies; take SUPERUSER, BYPASSRLS and every membership from it",
    _READABLE: "{} can be read by readers and is no view of the wall's",
    _UNFORCED: "{} is read by the wall and has no forced row-level security",
    _WRITABLE: "{}",
}


async def holes(pool: Pool, readers: Pool) -> list[str]:
    """What is wrong with the wall, in sentences; nothing where it stands. Raises Unavailable."""
    async with connected(pool) as application, connected(readers) as reader:
        return [each async for each in _holes(application, reader)]


async def _holes(application: Connection, reader: Connection) -> AsyncIterator[str]:
    row = await (await application.execute(_LOGIN)).fetchone()
    if row is not None and row[1]:
        yield (
            f"the application connects as {row[0]}, which passes every policy; give it a login that is no superuser "
            "and has no BYPASSRLS"
        )
        return
    row = await (await reader.execute("SELECT current_user")).fetchone()
    if row != (READER,):
        yield f"readers' connections are {row[0] if row else 'nobody'}, not {READER}"
    given = {
        "all": list(ALL),
        "reader": READER,
        "reading": [READER, VERIFIER, WALL],
        "wall": WALL,
        "without_content": list(_WITHOUT_CONTENT),
    }
    for query, sentence in _SENTENCES.items():
        for (name,) in await (await application.execute(query.encode(), given)).fetchall():
            yield sentence.format(name)
