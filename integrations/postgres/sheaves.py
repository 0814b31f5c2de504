"""Sheaves in the database: bound by who holds the lease, read by who may have them, gone with what is erased."""

import asyncio
import zlib
from collections.abc import AsyncIterator, Sequence
from itertools import groupby
from typing import Final

from psycopg.rows import TupleRow

from integrations.postgres.database import Connect, Connection, Pool, transaction
from integrations.postgres.record import placed_of
from integrations.postgres.vault import Vault
from playbooks.domain.entry import Entry
from playbooks.domain.errors import Malformed, Unavailable
from playbooks.domain.ids import IncidentKey
from playbooks.domain.release import UNATTRIBUTED
from playbooks.domain.sheaf import VERSION, Block, Sheaf, bind, read, written

BLOCK: Final = 500
"""Entries in a block: what follows the last whole block is read entry by entry."""
_AT_ONCE: Final = 20
"""Blocks read at once."""

_WAITING: Final = """
SELECT tree.name, 1 + block.number * %(size)s
FROM tree CROSS JOIN generate_series(0, tree.size / %(size)s - 1) AS block (number)
WHERE tree.name <> 'installation' AND tree.size >= %(size)s AND NOT EXISTS (
    SELECT FROM sheaf_block WHERE tree = tree.name AND first = 1 + block.number * %(size)s)
LIMIT 1
"""
# Locked before they are read, so that what is erased meanwhile either is not read, or unbinds what was bound of it.
_LOCKED: Final = """
SELECT FROM leaf JOIN body ON body.entry = leaf.entry
WHERE leaf.tree = %s AND leaf.position BETWEEN %s AND %s FOR SHARE OF body
"""
_ENTRIES: Final = """
SELECT card.strictness, card.persons, card.organizations, card.reach, leaf.position, leaf.tree, body.*
FROM leaf JOIN card ON card.entry = leaf.entry JOIN body ON body.entry = leaf.entry
WHERE leaf.tree = %s AND leaf.position BETWEEN %s AND %s ORDER BY leaf.position
"""
_BLOCK: Final = """
INSERT INTO sheaf_block (tree, first, last, unattributed) VALUES (%s, %s, %s, %s) ON CONFLICT DO NOTHING
"""
_SHEAF: Final = """
INSERT INTO sheaf (tree, first, number, strictness, persons, organizations, reach, body, key)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)
"""
_READ: Final = """
SELECT block.first, block.last, sheaf.number, sheaf.body, sheaf.key FROM (
    SELECT * FROM sheaf_block WHERE tree = %s AND first > %s ORDER BY first LIMIT %s
) AS block LEFT JOIN sheaf USING (tree, first) ORDER BY block.first, sheaf.number
"""
_MADE: Final = "SELECT version FROM read_model WHERE name = 'sheaf'"
_MAKING: Final = """
INSERT INTO read_model (name, version) VALUES ('sheaf', %s) ON CONFLICT (name) DO UPDATE SET version = excluded.version
"""

_Access = tuple[int, list[str], list[str], int]
"""Strictness, persons, organizations and reach, as on a card."""


async def bind_waiting(pool: Pool, size: int = BLOCK) -> int:
    """Bind the first block that is not bound yet and return 1; 0 when all are.

    One in which somebody spoke under the Chatham House Rule has no sheaves: they hold who said what.
    """
    async with transaction(pool) as connection:
        row = await (await connection.execute(_WAITING, {"size": size})).fetchone()
        if row is None:
            return 0
        tree, first = IncidentKey(row[0]), row[1]
        last = first + size - 1
        await connection.execute(_LOCKED, (tree, first, last))
        rows = await (await connection.execute(_ENTRIES, (tree, first, last))).fetchall()
        unattributed = any(UNATTRIBUTED in organizations for _, _, organizations, *_ in rows)
        block = (tree, first, last, unattributed)
        if not (await connection.execute(_BLOCK, block)).rowcount or unattributed:
            return 1
        bound = await asyncio.to_thread(_bound, tree, first, rows, connection.vault)
        async with connection.cursor() as cursor:
            await cursor.executemany(_SHEAF, bound)
    return 1


def _bound(tree: IncidentKey, first: int, rows: Sequence[TupleRow], vault: Vault) -> list[tuple[object, ...]]:
    """The rows of a block's sheaves."""
    opened: list[tuple[_Access, tuple[int, Entry]]] = []
    for strictness, persons, organizations, reach, *row in rows:
        position, entry = placed_of(tuple(row), vault)
        opened.append(((strictness, persons, organizations, reach), (position or 0, entry)))
    opened.sort(key=lambda each: each[0])
    sheaves = [
        (access, sheaf)
        for access, alike in groupby(opened, key=lambda each: each[0])
        for sheaf in bind(tree, (placed for _, placed in alike))
    ]
    return [
        (
            tree,
            first,
            number,
            *access,
            *vault.close_bytes(_name(tree, first, number), zlib.compress(written(sheaf), 1)),
        )
        for number, (access, sheaf) in enumerate(sheaves)
    ]


async def blocks(connect: Connect, incident: IncidentKey, after: int) -> AsyncIterator[Block]:
    """The blocks that begin after a position, in order, with what the connection may read of them.

    One that cannot be opened is left out: the record itself is read in its place, and says what is wrong.
    """
    while True:
        async with connect() as connection:
            rows = await (await connection.execute(_READ, (incident, after, _AT_ONCE))).fetchall()
        if not rows:
            return
        for block in await asyncio.to_thread(_opened, incident, rows, connection.vault):
            yield block
        after = rows[-1][0]


def _opened(incident: IncidentKey, rows: Sequence[TupleRow], vault: Vault) -> list[Block]:
    found = []
    for (first, last), own in groupby(rows, key=lambda row: row[:2]):
        try:
            sheaves = tuple(_sheaf(incident, first, row, vault) for row in own if row[2] is not None)
        except (Malformed, Unavailable):
            continue
        found.append(Block(first, last, sheaves))
    return found


def _sheaf(incident: IncidentKey, first: int, row: TupleRow, vault: Vault) -> Sheaf:
    _, _, number, body, key = row
    return read(incident, zlib.decompress(vault.open_bytes(_name(incident, first, number), body, key)))


def _name(tree: str, first: int, number: int) -> str:
    return f"sheaf\n{tree}\n{first}\n{number}"


async def ensure_sheaves(connection: Connection) -> None:
    """Unbind all that were bound by another version; they are bound again beside the work."""
    row = await (await connection.execute(_MADE)).fetchone()
    if row is None or row[0] != VERSION:
        await unbind_all(connection)
        await connection.execute(_MAKING, (VERSION,))


async def unbind_all(connection: Connection) -> None:
    """Give all of them up, to be bound again: also where the keys that they lie under shall be destroyed."""
    await connection.execute("DELETE FROM sheaf")
    await connection.execute("DELETE FROM sheaf_block")
