"""Migrations: numbered .sql files, each applied once, in order, and never changed afterwards."""

from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from importlib.resources import files

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

from integrations.postgres.card_making import ensure_cards
from integrations.postgres.database import Connection, reaching
from integrations.postgres.roles import ALL, WRITER, become
from integrations.postgres.sheaves import ensure_sheaves
from integrations.postgres.vault import CLEAR, Vault
from integrations.postgres.word_making import ensure_words
from playbooks.domain.errors import Conflict, Denied
from playbooks.domain.saying import says

OWNER = "muster"
"""Owns the schema; no superuser, since superusers pass every row security policy."""

_LOCK = 0x6D757374  # "must"
_STILL = "LOCK TABLE entry IN SHARE MODE"
"""While read models are made again nothing is recorded; otherwise it is for a moment."""
_APPLIED = """
CREATE TABLE IF NOT EXISTS migration (
    name       text PRIMARY KEY,
    sha256     text NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT clock_timestamp()
)"""

SAME_SCHEMA = {
    "0600_readers.sql": "f0e20f30ce91a78be76cdbab78e0113ad8135e6c50b4d5e17c67369f6344c758",
}
"""An earlier text of a migration that was given out and made the same schema: databases that have it go on from it.
This one let the owner have the writer's rights without taking its role."""


async def migrate(dsn: str, vault: Vault = CLEAR) -> list[str]:
    """Bring a database up to date and return the names of the migrations applied now.

    Cards are made again from the entries; `vault` opens those that are under lock.

    Safe to run from several processes at once. Raises Conflict when an applied migration was changed or is not known
    to this version, Denied when a superuser has to make the roles first, Unavailable when there is no database.
    """
    with reaching(), _permitted():
        async with (
            await Connection.connect(dsn, autocommit=True) as connection,
            connection.transaction(),
        ):
            connection.vault = vault
            await connection.execute("SELECT pg_advisory_xact_lock(%s)", (_LOCK,))
            applied = await _apply(connection)
            await connection.execute(_STILL)
            await become(connection, WRITER)  # the login owns the tables, and forced policies show it nothing
            await ensure_cards(connection)
            await ensure_words(connection)
            await ensure_sheaves(connection)
            return applied


@contextmanager
def _permitted() -> Iterator[None]:
    try:
        yield
    except psycopg.errors.InsufficientPrivilege as error:
        raise Denied(says("no_roles", said=error.diag.message_primary)) from error


async def _apply(connection: Connection) -> list[str]:
    await connection.execute(_APPLIED)
    cursor = await connection.execute("SELECT name, sha256 FROM migration")
    applied: dict[str, str] = dict(await cursor.fetchall())
    known = migrations()
    _check(applied, {name: _digest(text) for name, text in known.items()})
    new = [name for name in known if name not in applied]
    for name in new:
        await connection.execute(known[name].encode())
        await connection.execute(
            "INSERT INTO migration (name, sha256) VALUES (%s, %s)", (name, _digest(known[name]))
        )
    return new


def migrations() -> dict[str, str]:
    """The text of each migration by its name, in order."""
    folder = files("integrations.postgres") / "migrations"
    found = [file for file in folder.iterdir() if file.name.endswith(".sql")]
    return {file.name: file.read_text(encoding="utf-8") for file in sorted(found, key=lambda file: file.name)}


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def _check(applied: dict[str, str], known: dict[str, str]) -> None:
    for name, digest in applied.items():
        if name not in known:
            raise Conflict(says("migration_unknown", migration=name))
        if digest not in (known[name], SAME_SCHEMA.get(name)):
            raise Conflict(says("migration_changed", migration=name))


async def bootstrap(superuser_dsn: str, database: str, password: str, owner: str = OWNER) -> str:
    """Make the owner role and its database where they are missing; return the owner's DSN.

    The password is set anew each time, so a lost one is replaced by starting again.
    """
    with reaching():
        async with await Connection.connect(superuser_dsn, autocommit=True) as connection:
            await _ensure_role(connection, owner, password)
            await _ensure_groups(connection, owner)
            await _ensure_database(connection, database, owner)
    return make_conninfo(superuser_dsn, dbname=database, user=owner, password=password)


async def _ensure_role(connection: Connection, owner: str, password: str) -> None:
    cursor = await connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (owner,))
    verb = "ALTER" if await cursor.fetchone() else "CREATE"
    await connection.execute(
        sql.SQL("{} ROLE {} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS PASSWORD {}").format(
            sql.SQL(verb), sql.Identifier(owner), sql.Literal(password)
        )
    )


async def _ensure_groups(connection: Connection, owner: str) -> None:
    """The roles that migrations make by themselves only where the owner may make roles."""
    await connection.execute("SELECT pg_advisory_lock(%s)", (_LOCK,))
    for group in ALL:
        cursor = await connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (group,))
        if not await cursor.fetchone():
            await connection.execute(sql.SQL("CREATE ROLE {}").format(sql.Identifier(group)))
        await connection.execute(
            sql.SQL("GRANT {} TO {} WITH INHERIT FALSE, SET TRUE").format(
                sql.Identifier(group), sql.Identifier(owner)
            )
        )
    await connection.execute("SELECT pg_advisory_unlock(%s)", (_LOCK,))


async def _ensure_database(connection: Connection, database: str, owner: str) -> None:
    cursor = await connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (database,))
    if await cursor.fetchone():
        return
    try:
        await connection.execute(
            sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE template0 ENCODING 'UTF8'").format(
                sql.Identifier(database), sql.Identifier(owner)
            )
        )
    except psycopg.errors.DuplicateDatabase:
        return
