"""Appending to the record, by itself or as part of another adapter's transaction."""

import secrets
from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import asynccontextmanager

from psycopg.types.json import Json

from integrations.postgres.announcing import Hint
from integrations.postgres.cards import CARD, CARDS, card_of, move, moves
from integrations.postgres.database import Connection, Pool, connected
from integrations.postgres.notices import ARRIVED
from integrations.postgres.rows import Row, as_rows, from_rows
from integrations.postgres.signing_out import end_sign_in
from integrations.postgres.vault import Vault
from integrations.postgres.words import WORDS, hidden_words
from playbooks.domain.entry import Entry
from playbooks.domain.ids import EntryId
from playbooks.domain.kinds import Kind
from playbooks.domain.proof.slots import SALT_BYTES, SLOTS, seal, tree_of
from playbooks.ports.record import Settlement

_BODY = ("salts", *SLOTS, "key")
_COLUMNS = {
    **dict.fromkeys(("id", "tree", "commitments", *_BODY), "text"),
    **dict.fromkeys(("commitments", "salts", "key"), "bytea"),
    **CARD,
    "words": "text",
}
# In the order of their ids where they could wait for one another, so that no two writers ever wait crosswise.
_APPEND = f"""
WITH given AS MATERIALIZED (
    {from_rows(_COLUMNS)}
), new AS (
    INSERT INTO entry (id, tree, commitments) SELECT id, tree, commitments FROM given ORDER BY id
    ON CONFLICT DO NOTHING RETURNING id
), fresh AS MATERIALIZED (
    SELECT given.* FROM new JOIN given USING (id) ORDER BY place
), bodies AS (
    INSERT INTO body (entry, {", ".join(_BODY)}) SELECT id, {", ".join(_BODY)} FROM fresh
), {CARDS}, said AS (
    {WORDS}
)
INSERT INTO arrival (entry) SELECT id FROM fresh RETURNING entry
""".encode()  # noqa: S608  our columns
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
    if entries:
        first: dict[EntryId, Entry] = {}
        for entry in entries:
            first.setdefault(entry.id, entry)
        await _append(connection, first.values())
    if verdict is not None:
        command, judged = verdict
        await connection.execute(_SETTLE, (Json(judged.model_dump(mode="json")), command))


async def _append(connection: Connection, entries: Collection[Entry]) -> None:
    rows = as_rows(_row(entry, connection.vault) for entry in entries)
    cursor = await connection.execute(_APPEND, (rows,))
    if moving := [entry for entry in entries if moves(entry)]:
        new = {id for (id,) in await cursor.fetchall()}
        for entry in moving:
            if entry.id in new:
                await move(connection, entry)
                if entry.kind == Kind.GUEST_LEAVE:
                    await end_sign_in(connection, entry.data["person"])


def _row(entry: Entry, vault: Vault) -> Row:
    sealed = seal(entry, secrets.token_bytes(SALT_BYTES * len(SLOTS)))
    stored, key = vault.close(sealed.id, sealed.values, sealed.salts)
    return {
        "id": sealed.id,
        "tree": sealed.tree,
        "commitments": sealed.commitments,
        "salts": sealed.salts,
        **stored,
        "key": key,
        **card_of(entry),
        "words": hidden_words(vault, entry.texts),
    }


class Recording:
    """A transaction that appends to the record beside its own work."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.hints: set[Hint] = set()
        """What the listeners are told once this transaction is committed."""

    async def append(self, entries: Sequence[Entry], verdict: Settlement | None = None) -> None:
        """Append as part of this transaction; the sequencer and whoever watches these incidents are told."""
        await append_entries(self.connection, entries, verdict)
        for entry in entries:
            self.hint(ARRIVED, tree_of(entry.incident))

    def hint(self, channel: str, payload: str = "") -> None:
        """Give the listeners of a channel a hint once this transaction is committed."""
        self.hints.add((channel, payload))


@asynccontextmanager
async def recording(pool: Pool) -> AsyncIterator[Recording]:
    """One transaction, committed on leaving; then its hints are given. Raises Unavailable.

    In a pipeline: what asks for no answer waits for none, and is sent together with the commit; so it raises on
    leaving. A NOTIFY inside would make every commit wait for the one before.
    """
    async with connected(pool) as connection, connection.pipeline():
        writing = Recording(connection)
        async with connection.transaction():
            yield writing
    pool.announcer.tell(writing.hints)
