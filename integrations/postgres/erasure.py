"""Carrying out what was approved to be erased: the slots' values and salts go, here and in the ledger.

An approval counts once it stands in its incident's tree, so that the record can always show who decided. What is not
reached from here is said in docs/operating.md.
"""

from collections.abc import Sequence

from psycopg.rows import TupleRow

from integrations.postgres.database import Connection, Pool, transaction
from playbooks.domain.slots import SALT_BYTES, SLOTS

APPROVED = """
SELECT approval.entry, leaf.tree, approval.data::json->>'entry' AS target, approval.data::json->'slots' AS slots
FROM body approval JOIN leaf USING (entry) WHERE approval.kind = '"record:erasure:approve"'
"""
_PENDING = (
    APPROVED
    + """
AND NOT EXISTS (SELECT FROM erased WHERE decision = approval.entry) ORDER BY approval.entry LIMIT 1
"""
)
_HELD = """
SELECT body.kind = '"record:hold:place"' FROM body JOIN entry ON entry.id = body.entry
LEFT JOIN leaf ON leaf.entry = body.entry LEFT JOIN arrival ON arrival.entry = body.entry
WHERE entry.tree = %s AND body.kind IN ('"record:hold:place"', '"record:hold:lift"')
ORDER BY leaf.position DESC NULLS FIRST, arrival.seq DESC LIMIT 1
"""
_TARGET = "SELECT body.cause FROM body JOIN leaf USING (entry) WHERE entry = %s AND leaf.tree = %s FOR UPDATE"
_SALT = """
UPDATE body SET salts = overlay(salts PLACING decode(repeat('00', %s), 'hex') FROM %s) WHERE entry = %s
"""
_WORDS = "UPDATE command SET texts = '{}' WHERE id = %s::json #>> '{}'"
_AUTHOR = """
UPDATE command SET actor = jsonb_set(actor::jsonb, '{id}', '""')::json WHERE id = %s::json #>> '{}'
"""
_DONE = "INSERT INTO erased (decision) VALUES (%s) ON CONFLICT DO NOTHING"


async def carry_out(pool: Pool) -> int:
    """Carry out one approval and return 1; 0 when none waits, or what waits is under a legal hold by now."""
    async with transaction(pool) as connection:
        row = await (await connection.execute(_PENDING)).fetchone()
        if row is None or await _is_held(connection, row[1]):
            return 0
        await _erase(connection, row)
        return 1


async def _is_held(connection: Connection, tree: str) -> bool:
    row = await (await connection.execute(_HELD, (tree,))).fetchone()
    return bool(row and row[0])


async def _erase(connection: Connection, approved: TupleRow) -> None:
    decision, tree, target, slots = approved
    found = await (await connection.execute(_TARGET, (target, tree))).fetchone()
    if found is not None:
        await _from_ledger(connection, slots, found[0])
        for slot in slots:
            await _slot(connection, target, slot)
    await connection.execute(_DONE, (decision,))


async def _slot(connection: Connection, entry: str, slot: str) -> None:
    at = SLOTS.index(slot)
    await connection.execute(f"UPDATE body SET {SLOTS[at]} = NULL WHERE entry = %s".encode(), (entry,))  # noqa: S608  a slot of ours
    await connection.execute(_SALT, (SALT_BYTES, at * SALT_BYTES + 1, entry))


async def _from_ledger(connection: Connection, slots: Sequence[str], cause: str | None) -> None:
    """The same words, and who gave them, stand in the command that led to the entry."""
    if cause is not None and "texts" in slots:
        await connection.execute(_WORDS, (cause,))
    if cause is not None and "actor" in slots:
        await connection.execute(_AUTHOR, (cause,))
