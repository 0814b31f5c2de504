"""Appending to the record, by itself or as part of another adapter's transaction."""

import secrets
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from psycopg.types.json import Json

from integrations.postgres.cards import card_insert, card_row, move, moves, tells
from integrations.postgres.database import Connection, Pool, connected
from integrations.postgres.notices import ARRIVED, notify
from integrations.postgres.vault import Vault
from integrations.postgres.words import INSERT, hidden_words
from playbooks.domain.entry import Entry
from playbooks.domain.proof.slots import SALT_BYTES, SLOTS, seal, tree_of
from playbooks.ports.record import Settlement

_APPEND = """
WITH new AS (
    INSERT INTO entry (id, tree, commitments) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING RETURNING id, tree
), bodies AS (
    INSERT INTO body (
        entry, salts, kind, at, actor, organization, subject, data, who, texts, marking, audience, cause, key
    )
    SELECT id, %s::bytea, %s::text, %s::text, %s::text, %s::text, %s::text, %s::text,
           %s::text, %s::text, %s::text, %s::text, %s::text, %s::bytea
    FROM new
), cards AS (
    {card}
), said AS (
    {words}
)
INSERT INTO arrival (entry) SELECT id FROM new RETURNING entry
"""
_STATEMENTS = {
    telling: _APPEND.format(card=card_insert(telling=telling), words=INSERT).encode()
    for telling in (False, True)
}
"""By whether an entry may tell something in a list or in figures: most do not, and are the quicker for it."""
_SETTLE = """
UPDATE command SET verdict = %s, decided_at = clock_timestamp(), settled_at = clock_timestamp()
WHERE id = %s AND verdict IS NULL
"""


async def append_entries(
    connection: Connection, entries: Sequence[Entry], verdict: Settlement | None = None
) -> None:
    """Append within the caller's transaction. Plain inserts: writers of other entries never wait.

    The caller announces the entries once it has committed; `recording` does both.
    """
    if len(entries) == 1 or any(map(moves, entries)):
        for entry in entries:
            await _append(connection, entry)
    elif entries:
        telling = any(map(tells, entries))
        async with connection.cursor() as cursor:
            await cursor.executemany(
                _STATEMENTS[telling], [_row(entry, connection.vault, telling=telling) for entry in entries]
            )
    if verdict is not None:
        command, judged = verdict
        await connection.execute(_SETTLE, (Json(judged.model_dump(mode="json")), command))


async def _append(connection: Connection, entry: Entry) -> None:
    telling = tells(entry)
    cursor = await connection.execute(_STATEMENTS[telling], _row(entry, connection.vault, telling=telling))
    if moves(entry) and await cursor.fetchone() is not None:
        await move(connection, entry)


def _row(entry: Entry, vault: Vault, *, telling: bool) -> list[object]:
    sealed = seal(entry, secrets.token_bytes(SALT_BYTES * len(SLOTS)))
    stored, key = vault.close(sealed.id, sealed.values, sealed.salts)
    return [
        sealed.id,
        sealed.tree,
        sealed.commitments,
        sealed.salts,
        *(stored[slot] for slot in SLOTS),
        key,
        *card_row(entry, telling=telling),
        hidden_words(vault, entry.texts),
    ]


class Recording:
    """A transaction that appends to the record beside its own work."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self._hints: set[tuple[str, str]] = set()

    async def append(self, entries: Sequence[Entry], verdict: Settlement | None = None) -> None:
        """Append as part of this transaction."""
        await append_entries(self.connection, entries, verdict)
        for entry in entries:
            self.hint(ARRIVED, tree_of(entry.incident))

    def hint(self, channel: str, payload: str = "") -> None:
        """Give the listeners of a channel a hint once this transaction is committed."""
        self._hints.add((channel, payload))

    async def announce(self) -> None:
        """Wake the sequencer, the relays and whoever watches these incidents."""
        await notify(self.connection, self._hints)


@asynccontextmanager
async def recording(pool: Pool) -> AsyncIterator[Recording]:
    """One transaction, committed on leaving and then announced. Raises Unavailable.

    In a pipeline: what asks for no answer waits for none, and is sent together with the commit and what announces it;
    so it raises on leaving. Announced after the commit, not in it: a NOTIFY inside would make every commit wait for
    the one before.
    """
    async with connected(pool) as connection, connection.pipeline():
        writing = Recording(connection)
        async with connection.transaction():
            yield writing
        await writing.announce()
