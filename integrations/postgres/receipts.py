"""Receipts from the record as it was committed, and checked against it."""

from collections.abc import Callable
from datetime import datetime

from integrations.postgres.database import Connection, Pool, connected
from integrations.postgres.keys import SigningKeys
from playbooks.domain.command import Command, Verdict
from playbooks.domain.proof.merkle import leaf_hash
from playbooks.domain.proof.receipt import Receipt, broken_promise
from playbooks.domain.proof.slots import leaf_input
from playbooks.domain.proof.verification import Problem

_ENTRIES = "SELECT id, tree, commitments FROM entry WHERE id = ANY(%s)"
_STANDS = "SELECT position FROM leaf WHERE tree = %s AND hash = %s"
_WAITING = "SELECT id, tree, commitments FROM arrival JOIN entry ON entry.id = arrival.entry WHERE tree = %s"


class PostgresReceipts:
    """The receipts port on PostgreSQL."""

    def __init__(self, pool: Pool, keys: SigningKeys, now: Callable[[], datetime]) -> None:
        self._pool = pool
        self._keys = keys
        self._now = now

    async def receipt(self, command: Command, verdict: Verdict) -> str | None:
        """See the port."""
        async with connected(self._pool) as connection:
            rows = await (await connection.execute(_ENTRIES, (list(verdict.entries),))).fetchall()
        placed = sorted(rows, key=lambda row: verdict.entries.index(row[0]))
        if not placed:
            return None
        receipt = Receipt(
            key=self._keys.key_id,
            at=int(self._now().timestamp() * 1000),
            outcome=verdict.outcome,
            command=command.id,
            promised=tuple((tree, _leaf(entry, tree, commitments)) for entry, tree, commitments in placed),
        )
        return receipt.signed(self._keys.sign_bytes)


async def check_receipt(connection: Connection, receipt: Receipt) -> Problem | None:
    """What of a promise the record does not keep; the record itself is verified apart."""
    for tree, leaf in receipt.promised:
        placed = await (await connection.execute(_STANDS, (tree, leaf))).fetchone()
        if placed is None and not await _waits(connection, tree, leaf):
            return broken_promise(receipt, tree)
    return None


async def _waits(connection: Connection, tree: str, leaf: bytes) -> bool:
    rows = await (await connection.execute(_WAITING, (tree,))).fetchall()
    return any(_leaf(*row) == leaf for row in rows)


def _leaf(entry: str, tree: str, commitments: bytes) -> bytes:
    return leaf_hash(leaf_input(entry, tree, bytes(commitments)))
