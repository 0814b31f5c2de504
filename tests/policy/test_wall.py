"""Whoever works as a reader's role and writes SQL of her own: whatever it may touch holds nothing that is not hers."""

from collections.abc import AsyncIterator, Iterator
from itertools import product
from typing import Any

import psycopg
import pytest_asyncio
from psycopg import sql
from psycopg.conninfo import make_conninfo
from psycopg.rows import dict_row

from bot.embedded import EmbeddedPostgres
from integrations.postgres.database import Connection
from integrations.postgres.reading import set_reader
from integrations.postgres.roles import ALL, READER, SEQUENCER, VERIFIER, WRITER
from playbooks.domain.marking import Marking
from playbooks.domain.release import Reader
from tests.policy.canaries import PEOPLE, may_see, reader_of
from tests.policy.walking import Walk

_RELATIONS = """
SELECT relnamespace::regnamespace::text, relname FROM pg_class WHERE relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
  AND relnamespace <> 'pg_toast'::regnamespace ORDER BY 1, 2
"""
_FUNCTIONS = """
SELECT pronamespace::regnamespace::text, proname, pronargs, proargtypes::regtype[]::text[] FROM pg_proc
WHERE pronamespace IN ('public'::regnamespace, 'shown'::regnamespace) AND prokind = 'f'
  AND prorettype <> 'trigger'::regtype
ORDER BY 1, 2
"""
_GUESSES: dict[str, tuple[Any, ...]] = {
    "text": ("cn1", "", "t", "-nothing", "UNHCR", "INC-2026-0003"),
    "bytea": (bytes(176),),
}
NAMING = ("author", "lead", "party", "standing", "commander", "commander_of", "item", "asked", "demand")
_SLOTS_OF_NAMES = ("actor", "organization", "subject", "who", "cause")
CATALOGUES = ("pg_catalog", "information_schema")


@pytest_asyncio.fixture
async def reader(database: str) -> AsyncIterator[Connection]:
    """The role as anybody would have it who came by its connection: no schema chosen, and ready to write."""
    address = make_conninfo(database, options=f"-c role={READER}")
    async with await Connection.connect(address, autocommit=True) as connection:
        yield connection


def _kinds_of_reader() -> Iterator[Reader]:
    yield Reader(organization=None)
    for who, rule in product(PEOPLE, (False, True)):
        yield reader_of(who, chatham_house=rule)
    yield reader_of(PEOPLE[1], ceiling=Marking.GREEN)


async def _tried(connection: Connection, query: sql.Composed, given: tuple[Any, ...] = ()) -> str:
    """What comes back, as text in every way in which it could be written; an error's words where one does."""
    try:
        async with connection.transaction():
            cursor = await connection.execute(query, given)
            return "" if cursor.description is None else _written(await cursor.fetchall())
    except psycopg.Error as error:
        return str(error)


def _written(rows: list[Any]) -> str:
    raw = [bytes(value) for row in rows for value in row if isinstance(value, bytes | memoryview)]
    return repr(rows) + "".join(each.decode("utf-8", "ignore") + each.decode("latin-1") for each in raw)


async def test_nothing_that_a_reader_may_touch_holds_what_is_not_hers(walk: Walk, reader: Connection) -> None:
    relations = await (await reader.execute(_RELATIONS)).fetchall()
    functions = await (await reader.execute(_FUNCTIONS)).fetchall()
    assert len(relations) > 200
    read: set[str] = set()
    for who in _kinds_of_reader():
        hers = {word for told in walk.told.values() for word in may_see(who, told)}
        async with reader.transaction():
            await set_reader(reader, who)
            for schema, name in relations:
                if schema in CATALOGUES and who.organization is not None:
                    continue  # the same for all: read once
                given = await _tried(reader, sql.SQL("SELECT * FROM {}").format(sql.Identifier(schema, name)))
                assert walk.leaked(given, hers) == [], (who, schema, name)
                assert schema != "public" or "permission denied" in given, name
                read |= {name} if hers and any(word in given for word in hers) else set()
            for schema, name, arguments, types in functions:
                for guesses in product(*(_GUESSES.get(each, (None,)) for each in types)):
                    asked = sql.SQL("SELECT * FROM {}({})").format(
                        sql.Identifier(schema, name), sql.SQL(", ").join([sql.Placeholder()] * arguments)
                    )
                    given = await _tried(reader, asked, guesses)
                    assert walk.leaked(given, hers) == [], (who, schema, name)
    assert read == {"body"}, (
        "the words of entries stand in one place, and are found there by whom they are for"
    )


async def test_under_the_chatham_house_rule_the_database_names_nobody(walk: Walk, reader: Connection) -> None:
    """Not in a column, not by asking for it, not in an index of words, and not by a salt to try guesses with."""
    others = 0
    for who in PEOPLE:
        own = reader_of(who).organization
        async with reader.transaction():
            await set_reader(reader, reader_of(who, chatham_house=True))
            bodies = await (await reader.execute("SELECT * FROM shown.body")).fetchall()
            written = {entry.id: entry for told in walk.told.values() for entry in told}
            for row in bodies:
                if written[row[0]].actor.organization != own:
                    others += 1
                    assert [row[at] for at in (4, 5, 6, 8, 12)] == [None] * len(_SLOTS_OF_NAMES)
                    assert not any(row[1][32:80] + row[1][96:112] + row[1][144:176])
            cards = reader.cursor(row_factory=dict_row)
            await cards.execute("SELECT * FROM shown.card WHERE author IS DISTINCT FROM %s", (own,))
            for card in await cards.fetchall():
                assert [card[name] for name in NAMING if card[name] is not None] == []
            for name in ("sheaf", "sheaf_block", "kept_line"):
                rows = await reader.execute(sql.SQL("SELECT * FROM {}").format(sql.Identifier("shown", name)))
                assert await rows.fetchall() == []
    assert others > 20


async def test_a_reader_writes_nothing_and_becomes_nobody_else(walk: Walk, reader: Connection) -> None:
    assert walk.told
    for schema, name in await (await reader.execute(_RELATIONS)).fetchall():
        if schema not in CATALOGUES:
            target = sql.Identifier(schema, name)
            for attempt in ("DELETE FROM {}", "INSERT INTO {} DEFAULT VALUES", "TRUNCATE {}"):
                said = await _tried(reader, sql.SQL(attempt).format(target))
                assert said, (attempt, schema, name)
    for attempt in (
        "CREATE TABLE public.mine (x int)",
        "CREATE VIEW shown.mine AS SELECT 1",
        "ALTER TABLE body NO FORCE ROW LEVEL SECURITY",
        "CREATE POLICY mine ON public.body USING (true)",
        "GRANT muster_writer TO muster_reader",
        "ALTER ROLE muster_reader BYPASSRLS",
        "SET row_security = off; SELECT * FROM shown.body",
    ):
        assert await _tried(reader, sql.SQL(attempt).format()) != "", attempt


async def test_each_role_has_what_its_work_needs_and_no_more(
    database: str, postgres: EmbeddedPostgres
) -> None:
    async with await Connection.connect(database, autocommit=True) as login:
        for role in (WRITER, SEQUENCER, VERIFIER, READER):
            assert await _rights(login, role) == RIGHTS[role], role
        for role in ALL:
            passing = await (
                await login.execute(
                    "SELECT rolsuper OR rolbypassrls OR rolcanlogin FROM pg_roles WHERE rolname = %s", (role,)
                )
            ).fetchone()
            assert passing == (False,), role


async def _rights(login: Connection, role: str) -> dict[str, str]:
    """What a role may do with each table that it may change at all, or, of the verifier, read."""
    rows = await login.execute(
        """
        SELECT relname, concat_ws(' ', VARIADIC ARRAY(
            SELECT lower(right_) FROM unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE']) AS right_
            WHERE has_table_privilege(%s, pg_class.oid, right_)))
        FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' ORDER BY relname
        """,
        (role,),
    )
    return {name: rights for name, rights in await rows.fetchall() if rights and rights != _WORKING}


_WORKING = "select insert update delete"
"""On the working tables, which the writer keeps."""
_MADE_AGAIN = f"{_WORKING} truncate"
RIGHTS = {
    READER: {},
    WRITER: {
        "entry": "select insert", "erased": "select insert", "arrival": "select insert", "migration": "select",
        **dict.fromkeys(("leaf", "node", "head", "signed_head", "tree"), "select"),
        **dict.fromkeys(("card", "kept_line", "standing", "restricted", "words"), _MADE_AGAIN),
    },
    SEQUENCER: {
        "entry": "select", "arrival": "select delete", "tree": "select insert update",
        **dict.fromkeys(("leaf", "node", "head", "signed_head"), "select insert"),
    },
    VERIFIER: dict.fromkeys(
        ("entry", "body", "arrival", "leaf", "node", "head", "signed_head", "tree", "erased", "cosigned", "time_stamp",
         "content", "evidence", "released_report", "reported_quarter", "organization_key"),
        "select",
    ),
}  # fmt: skip


async def test_the_owner_of_the_tables_is_shown_nothing(walk: Walk, database: str) -> None:
    """Row-level security is forced: the login, which owns the tables and is no role, passes no policy."""
    assert walk.told
    async with await Connection.connect(database, autocommit=True) as login:
        policed = await login.execute(
            "SELECT DISTINCT tablename FROM pg_policies WHERE schemaname = 'public'"
        )
        names = {name for (name,) in await policed.fetchall()}
        assert names > {"body", "card", "entry", "leaf", "head", "arrival", "standing"}
        for name in names:
            rows = await login.execute(sql.SQL("SELECT * FROM {}").format(sql.Identifier("public", name)))
            assert await rows.fetchall() == [], name
