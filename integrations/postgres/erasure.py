"""Carrying out what was approved to be erased: the slots' values and salts go, here and in the ledger.

An approval counts once it stands in its incident's tree, so that the record can always show who decided. What is not
reached from here is said in docs/operating.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from psycopg.rows import TupleRow

from integrations.postgres.database import Connection, Pool, transaction
from integrations.postgres.record import placed_of
from integrations.postgres.vault import Vault
from playbooks.domain.slots import SALT_BYTES, SLOTS

_APPROVED = """
SELECT leaf.tree, body.* FROM body JOIN leaf USING (entry) WHERE body.kind = '"record:erasure:approve"'
"""
_PENDING = (
    _APPROVED + "AND NOT EXISTS (SELECT FROM erased WHERE decision = body.entry) ORDER BY body.entry LIMIT 1"
)
_HELD = """
SELECT body.kind = '"record:hold:place"' FROM body JOIN entry ON entry.id = body.entry
LEFT JOIN leaf ON leaf.entry = body.entry LEFT JOIN arrival ON arrival.entry = body.entry
WHERE entry.tree = %s AND body.kind IN ('"record:hold:place"', '"record:hold:lift"')
ORDER BY leaf.position DESC NULLS FIRST, arrival.seq DESC LIMIT 1
"""
_TARGET = """
SELECT leaf.position, leaf.tree, body.* FROM body JOIN leaf USING (entry)
WHERE entry = %s AND leaf.tree = %s FOR UPDATE OF body
"""
_SALT = """
UPDATE body SET salts = overlay(salts PLACING decode(repeat('00', %s), 'hex') FROM %s) WHERE entry = %s
"""
_WORDS = "UPDATE command SET texts = '{}' WHERE id = %s"
_AUTHOR = """
UPDATE command SET actor = jsonb_set(actor::jsonb, '{id}', '""')::json WHERE id = %s
"""
_DONE = "INSERT INTO erased (decision) VALUES (%s) ON CONFLICT DO NOTHING"


@dataclass(frozen=True, slots=True)
class Approval:
    """An approval that stands in its tree: which slots of which entry of that tree."""

    decision: str
    tree: str
    target: str
    slots: tuple[str, ...]


async def approvals(connection: Connection) -> list[Approval]:
    """Every approval that stands in a tree."""
    rows = await (await connection.execute(_APPROVED)).fetchall()
    return [_approval(row, connection.vault) for row in rows]


def _approval(row: TupleRow, vault: Vault) -> Approval:
    _, decision = placed_of((None, *row), vault)
    return Approval(
        decision.id, row[0], str(decision.data.get("entry")), tuple(decision.data.get("slots", ()))
    )


async def carry_out(pool: Pool) -> int:
    """Carry out one approval and return 1; 0 when none waits, or what waits is under a legal hold by now."""
    async with transaction(pool) as connection:
        row = await (await connection.execute(_PENDING)).fetchone()
        if row is None or await _is_held(connection, row[0]):
            return 0
        await _erase(connection, _approval(row, connection.vault))
        return 1


async def _is_held(connection: Connection, tree: str) -> bool:
    row = await (await connection.execute(_HELD, (tree,))).fetchone()
    return bool(row and row[0])


async def _erase(connection: Connection, approval: Approval) -> None:
    row = await (await connection.execute(_TARGET, (approval.target, approval.tree))).fetchone()
    if row is not None:
        _, target = placed_of(row, connection.vault)
        await _from_ledger(connection, approval.slots, target.cause)
        for slot in approval.slots:
            await _slot(connection, approval.target, SLOTS.index(slot))
    await connection.execute(_DONE, (approval.decision,))


async def _slot(connection: Connection, entry: str, at: int) -> None:
    """The salt goes too, and with it the slot's key: what a copy still holds under lock can be opened no more."""
    emptied = f"UPDATE body SET {SLOTS[at]} = NULL WHERE entry = %s"  # noqa: S608  a slot of ours
    await connection.execute(emptied.encode(), (entry,))
    await connection.execute(_SALT, (SALT_BYTES, at * SALT_BYTES + 1, entry))


async def _from_ledger(connection: Connection, slots: Sequence[str], cause: str | None) -> None:
    """The same words, and who gave them, stand in the command that led to the entry."""
    if cause is not None and "texts" in slots:
        await connection.execute(_WORDS, (cause,))
    if cause is not None and "actor" in slots:
        await connection.execute(_AUTHOR, (cause,))
