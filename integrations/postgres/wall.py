"""Whether the wall stands: what would let a reader's connection past row-level security (docs/reading.md)."""

from collections.abc import AsyncIterator

from integrations.postgres.database import READER_ROLE, Connection, Pool, connected

WITHOUT_CONTENT = ("node", "signed_head", "cosigned", "time_stamp")
"""Hashes, signatures and stamps: the same for every reader."""

_WHO = """
SELECT current_user, rolsuper OR rolbypassrls, pg_has_role(oid, 'muster_writer', 'USAGE')
FROM pg_roles WHERE rolname = current_user
"""
_UNFORCED = """
SELECT relname FROM pg_class
WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')
  AND has_any_column_privilege(%(reader)s, oid, 'SELECT') AND NOT (relrowsecurity AND relforcerowsecurity)
  AND relname <> ALL (%(without_content)s)
ORDER BY relname
"""
_AS_THEIR_OWNER = """
SELECT relname FROM pg_class
WHERE relnamespace = 'public'::regnamespace AND relkind IN ('v', 'm')
  AND has_any_column_privilege(%(reader)s, oid, 'SELECT')
  AND NOT coalesce(reloptions && ARRAY['security_invoker=true', 'security_invoker=on', 'security_invoker'], false)
ORDER BY relname
"""
_WRITABLE = """
SELECT relname FROM pg_class
WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')
  AND has_table_privilege(%(reader)s, oid, 'INSERT, UPDATE, DELETE, TRUNCATE')
ORDER BY relname
"""


async def holes(pool: Pool, readers: Pool) -> list[str]:
    """What is wrong with the wall, in sentences; nothing where it stands. Raises Unavailable."""
    async with connected(pool) as application, connected(readers) as reader:
        return [each async for each in _application(application)] + [each async for each in _reader(reader)]


async def _application(connection: Connection) -> AsyncIterator[str]:
    row = await (await connection.execute(_WHO)).fetchone()
    if row is not None and row[1]:
        yield (
            f"the application connects as {row[0]}, which passes every policy; give it a role that is no superuser "
            "and has no BYPASSRLS"
        )


async def _reader(connection: Connection) -> AsyncIterator[str]:
    row = await (await connection.execute(_WHO)).fetchone()
    if row is None or row[0] != READER_ROLE:
        yield f"readers' connections are {row[0] if row else 'nobody'}, not {READER_ROLE}"
    elif row[1] or row[2]:
        yield f"{READER_ROLE} passes the policies; take SUPERUSER, BYPASSRLS and muster_writer from it"
    given = {"reader": READER_ROLE, "without_content": list(WITHOUT_CONTENT)}
    for query, sentence in (
        (_UNFORCED, "{} can be read and has no forced row-level security"),
        (_AS_THEIR_OWNER, "the view {} reads as its owner, not as its reader"),
        (_WRITABLE, "{} can be written by readers"),
    ):
        for (name,) in await (await connection.execute(query.encode(), given)).fetchall():
            yield sentence.format(name)
