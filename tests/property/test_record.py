"""Tampering with the stored record: whatever is changed, removed, inserted, swapped or cut off is found and named."""

# ruff: noqa: S608  the statements that spoil the record are put together here and nowhere else

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from integrations.postgres.database import Connection, open_pool, snapshot
from integrations.postgres.export import export_bundle
from integrations.postgres.keys import SigningKeys
from integrations.postgres.ledger import PostgresLedger
from integrations.postgres.record import PostgresRecord
from integrations.postgres.sequencer import integrate
from integrations.postgres.vault import Vault
from integrations.postgres.verify import verify_live
from playbooks.domain.bundle_check import verify_bundle
from playbooks.domain.ids import IncidentKey
from playbooks.domain.merkle import leaf_hash
from playbooks.domain.slots import HASH_BYTES, SLOTS, leaf_input, split
from playbooks.domain.verification import Damage, Problem
from tests.record_samples import KEY, command, entry, verdict

OTHER = IncidentKey("INC-2026-0002")
TABLES = ("entry", "body", "leaf", "head", "signed_head", "tree", "node", "arrival", "command")
BATCHES = ([1, 2], [3, 4, 5], [6], [7, 8])
LAST = 8

# Every column whose content is protected, and the type of its content.
COLUMNS = [
    ("entry", {"id": "text", "tree": "text", "commitments": "bytea"}),
    ("body", {"entry": "text", "salts": "bytea", **dict.fromkeys(SLOTS, "text"), "key": "bytea"}),
    ("leaf", {"tree": "text", "position": "bigint", "hash": "bytea", "entry": "text"}),
    (
        "head",
        {"tree": "text", "size": "bigint", "root": "bytea", "at": "timestamptz", "log_position": "bigint"},
    ),
    (
        "signed_head",
        {
            "size": "bigint",
            "root": "bytea",
            "at": "timestamptz",
            "previous": "bigint",
            "key_id": "text",
            "signature": "bytea",
        },
    ),
    ("tree", {"name": "text", "size": "bigint", "peaks": "bytea"}),
]
ALTERED = [(table, column, kind) for table, columns in COLUMNS for column, kind in columns.items()]
ALTERATIONS = {
    "text": (
        "overlay({0} placing chr(ascii(substr({0}, {1} % length({0}) + 1, 1)) # 1) "
        "from {1} % length({0}) + 1 for 1)"
    ),
    "bytea": "set_bit({0}, {1} % bit_length({0}), 1 - get_bit({0}, {1} % bit_length({0})))",
    "bigint": "{0} + 1 + {1} % 3",
    "timestamptz": "{0} + interval '1 millisecond'",
}
PROPERTY = settings(
    deadline=None,
    max_examples=150,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@dataclass
class Scene:
    """A record that can be spoilt and restored."""

    connection: Connection
    keys: SigningKeys

    async def verify(self) -> Problem | None:
        return (await verify_live(self.connection, self.keys.public_keys)).first_problem

    async def run(self, *statements: str) -> int:
        """Spoil the record; say how many rows that touched."""
        touched = 0
        for statement in statements:
            touched += max((await self.connection.execute(statement.encode())).rowcount, 0)
        return touched

    async def after(self, *statements: str) -> Problem:
        """The problem found after these statements; the record is whole again afterwards."""
        try:
            assert await self.run(*statements)
            problem = await self.verify()
            assert problem is not None
            assert problem.sentence.endswith(".")
            return problem
        finally:
            await self.restore()

    async def restore(self) -> None:
        async with self.connection.transaction():
            for table in TABLES:
                await self.connection.execute(f"DELETE FROM {table}".encode())
                overriding = "OVERRIDING SYSTEM VALUE " if table == "arrival" else ""
                copy = f"INSERT INTO {table} {overriding}SELECT * FROM saved_{table}"
                await self.connection.execute(copy.encode())


@pytest_asyncio.fixture
async def scene(database: str, tmp_path: Path) -> AsyncIterator[Scene]:
    """Two incidents and the installation's own entries, in four batches, and one entry that still waits."""
    keys = SigningKeys.open(tmp_path / "record.pem")
    async with open_pool(database, vault=Vault.at(tmp_path / "entries.json")) as pool:
        record, ledger = PostgresRecord(pool), PostgresLedger(pool)
        for batch in BATCHES:
            await record.append([entry(n, tree) for n in batch for tree in (KEY, OTHER, None)])
            assert await integrate(pool, keys) == 3 * len(batch)
        await record.append([entry(9)])
        await ledger.enter(command())
        await ledger.settle(command().id, verdict(entry(1), entry(9)))
        async with pool.connection() as connection:
            scene = Scene(connection, keys)
            for table in TABLES:
                await scene.run(f"CREATE TABLE saved_{table} AS TABLE {table}")
            # Whoever can write to the tables can drop their constraints as well.
            await scene.run(*(f"ALTER TABLE {table} DROP CONSTRAINT {table}_pkey" for table in TABLES))
            await scene.run("ALTER TABLE leaf DROP CONSTRAINT leaf_entry_key")
            await scene.run("ALTER TABLE head DROP CONSTRAINT head_log_position_key")
            assert await scene.verify() is None
            yield scene


@PROPERTY
@given(data=st.data())
async def test_no_bit_of_any_row_can_be_altered_unseen(scene: Scene, data: st.DataObject) -> None:
    table, column, kind = data.draw(st.sampled_from(ALTERED))
    chosen, bit = data.draw(st.integers(0, 40)), data.draw(st.integers(0, 4000))
    rows = f"(SELECT ctid FROM {table} WHERE {column} IS NOT NULL ORDER BY ctid)"
    row = (
        f"ctid = (SELECT ctid FROM {rows} AS r OFFSET {chosen} % (SELECT count(*) FROM {rows} AS r) LIMIT 1)"
    )
    if kind == "bytea":
        row += f" AND length({column}) > 0"
    if (table, column) == ("entry", "tree"):
        row += " AND id NOT IN (SELECT entry FROM arrival)"  # no head commits to what is not integrated yet
    change = ALTERATIONS[kind].format(column, bit)
    try:
        if await scene.run(f"UPDATE {table} SET {column} = {change} WHERE {row}"):
            assert await scene.verify() is not None, (table, column, row, change)
    finally:
        await scene.restore()


@pytest.mark.parametrize("table", [table for table, _ in COLUMNS])
async def test_no_row_can_be_removed_unseen(scene: Scene, table: str) -> None:
    count = await scene.run(f"SELECT ctid FROM {table}")
    for row in range(count):
        await scene.after(
            f"DELETE FROM {table} WHERE ctid = (SELECT ctid FROM {table} ORDER BY ctid OFFSET {row} LIMIT 1)"
        )


@pytest.mark.parametrize("table", [table for table, _ in COLUMNS])
async def test_no_row_can_be_doubled_unseen(scene: Scene, table: str) -> None:
    await scene.after(f"INSERT INTO {table} SELECT * FROM saved_{table} ORDER BY ctid OFFSET 2 LIMIT 1")


async def test_an_altered_slot_is_named_with_its_entry_and_its_name(scene: Scene) -> None:
    for slot in SLOTS:
        problem = await scene.after(f"UPDATE body SET {slot} = '\"x\"' WHERE entry = '{KEY}/4'")
        assert (problem.kind, problem.tree, problem.position, problem.entry) == (
            Damage.ALTERED_SLOT,
            KEY,
            4,
            f"{KEY}/4",
        )
        assert f"({slot})" in problem.sentence


async def test_an_altered_salt_is_an_altered_slot(scene: Scene) -> None:
    problem = await scene.after(f"UPDATE body SET salts = set_byte(salts, 85, 0) WHERE entry = '{KEY}/4'")
    assert (problem.kind, problem.position) == (Damage.ALTERED_SLOT, 4)


async def test_a_slot_erased_without_a_decision_is_named(scene: Scene) -> None:
    problem = await scene.after(f"UPDATE body SET texts = NULL WHERE entry = '{KEY}/4'")
    assert (problem.kind, problem.position) == (Damage.ERASED, 4)


async def test_an_altered_commitment_is_told_from_an_altered_slot(scene: Scene) -> None:
    problem = await scene.after(
        f"UPDATE entry SET commitments = set_byte(commitments, 33, 0) WHERE id = '{KEY}/4'"
    )
    assert (problem.kind, problem.position) == (Damage.ALTERED_COMMITMENT, 4)


async def test_an_entry_rewritten_down_to_its_leaf_is_found_by_the_heads(scene: Scene) -> None:
    """Entry 4 becomes entry 9, leaf and all; the heads of its batch no longer fit."""
    problem = await scene.after(
        f"UPDATE leaf SET entry = '{KEY}/9', hash = decode(repeat('ab', 32), 'hex') WHERE entry = '{KEY}/4'",
        "DELETE FROM arrival",
        f"DELETE FROM entry WHERE id = '{KEY}/4'",
        f"DELETE FROM body WHERE entry = '{KEY}/4'",
    )
    assert (problem.kind, problem.position) == (Damage.ALTERED_ENTRY, 4)


@pytest.mark.parametrize("table", ["entry", "body", "leaf"])
async def test_a_removed_row_names_its_entry(scene: Scene, table: str) -> None:
    column = "id" if table == "entry" else "entry"
    problem = await scene.after(f"DELETE FROM {table} WHERE {column} = '{KEY}/4'")
    assert (problem.kind, problem.tree, problem.position) == (Damage.REMOVED, KEY, 4)


REMOVE = (
    "DELETE FROM entry WHERE id = '{0}'",
    "DELETE FROM body WHERE entry = '{0}'",
    "DELETE FROM leaf WHERE entry = '{0}'",
)


@pytest.mark.parametrize(
    ("position", "kind", "named"),
    [
        (1, Damage.REMOVED, 1),
        (4, Damage.REMOVED, 3),
        (6, Damage.REMOVED, 6),
        (7, Damage.TRUNCATED, 8),
        (8, Damage.TRUNCATED, 8),
    ],
)
async def test_a_removal_that_closes_the_gap_is_found_between_two_heads(
    scene: Scene, position: int, kind: Damage, named: int
) -> None:
    problem = await scene.after(
        *(statement.format(f"{KEY}/{position}") for statement in REMOVE),
        f"UPDATE leaf SET position = position - 1 WHERE tree = '{KEY}' AND position > {position}",
    )
    assert (problem.tree, problem.kind, problem.position) == (KEY, kind, named)
    if kind is Damage.TRUNCATED:
        assert "or one from 7 on was taken out" in problem.sentence


INSERT = (
    "UPDATE leaf SET position = position + 1 WHERE tree = '{0}' AND position >= {1}",
    "INSERT INTO leaf VALUES ('{0}', {1}, {2}, '{0}/9')",
    "DELETE FROM arrival",
)


@pytest.mark.parametrize("position", [1, 4, 6, 9])
async def test_an_inserted_entry_is_named(scene: Scene, position: int) -> None:
    """Entry 9, which still waits, is put into the tree by hand: sound in itself, and under no head."""
    leaf = "decode('" + (await waiting_leaf(scene)).hex() + "', 'hex')"
    problem = await scene.after(*(statement.format(KEY, position, leaf) for statement in INSERT))
    assert (problem.kind, problem.tree, problem.position) == (Damage.INSERTED, KEY, position)


async def waiting_leaf(scene: Scene) -> bytes:
    cursor = await scene.connection.execute("SELECT commitments FROM entry WHERE id = %s", (f"{KEY}/9",))
    row = await cursor.fetchone()
    assert row is not None
    return leaf_hash(leaf_input(f"{KEY}/9", KEY, split(row[0], HASH_BYTES)))


SWAP = (
    "UPDATE {table} AS one SET {set} FROM {table} AS other "
    "WHERE one.{by} IN ({rows}) AND other.{by} IN ({rows}) AND one.{by} <> other.{by}"
)


def swap(table: str, by: str, rows: tuple[Any, Any], *columns: str) -> str:
    of = ", ".join(f"{column} = other.{column}" for column in columns)
    listed = ", ".join(f"'{row}'" for row in rows)
    return SWAP.format(table=table, set=of, by=by, rows=listed)


@pytest.mark.parametrize(("one", "other"), [(1, 2), (2, 7), (4, 5), (6, 8)])
async def test_swapped_leaves_are_named(scene: Scene, one: int, other: int) -> None:
    rows = (f"{KEY}/{one}", f"{KEY}/{other}")
    problem = await scene.after(swap("leaf", "entry", rows, "position"))
    assert (problem.kind, problem.tree, problem.position) == (Damage.SWAPPED, KEY, one)


@pytest.mark.parametrize(("one", "other"), [(1, 2), (2, 7), (4, 5), (6, 8)])
async def test_swapped_hashes_and_swapped_entries_are_named(scene: Scene, one: int, other: int) -> None:
    rows = (f"{KEY}/{one}", f"{KEY}/{other}")
    by_hash = await scene.after(swap("leaf", "entry", rows, "hash"))
    assert (by_hash.tree, by_hash.position) == (KEY, one)
    bodies = await scene.after(swap("body", "entry", rows, "salts", "key", *SLOTS))
    assert (bodies.kind, bodies.position) == (Damage.ALTERED_SLOT, one)


@pytest.mark.parametrize("left", [0, 2, 3, 7])
async def test_a_tree_cut_off_is_named(scene: Scene, left: int) -> None:
    leaves = f"DELETE FROM leaf WHERE tree = '{KEY}' AND position > {left}"
    problem = await scene.after(leaves)
    assert (problem.kind, problem.tree, problem.position) == (Damage.TRUNCATED, KEY, left + 1)
    problem = await scene.after(
        leaves,
        f"DELETE FROM entry WHERE id > '{KEY}/{left}'",
        f"UPDATE tree SET size = {left} WHERE name = '{KEY}'",
    )
    assert (problem.kind, problem.position) == (Damage.TRUNCATED, left + 1)


async def test_a_tree_cut_off_with_its_heads_is_missed_by_the_log(scene: Scene) -> None:
    problem = await scene.after(
        f"DELETE FROM leaf WHERE tree = '{KEY}' AND position > 5",
        f"DELETE FROM head WHERE tree = '{KEY}' AND size > 5",
        f"DELETE FROM entry WHERE tree = '{KEY}' AND id > '{KEY}/5'",
        f"DELETE FROM body WHERE entry IN ('{KEY}/6', '{KEY}/7', '{KEY}/8', '{KEY}/9')",
        "DELETE FROM arrival",
        f"UPDATE tree SET size = 5, peaks = (SELECT hash || hash FROM leaf LIMIT 1) WHERE name = '{KEY}'",
    )
    assert problem.kind in {Damage.HEAD_NOT_IN_LOG, Damage.ALTERED_TREE}


async def test_a_head_that_is_not_in_the_log_or_not_signed_is_named(scene: Scene) -> None:
    altered = await scene.after(
        f"UPDATE head SET root = set_byte(root, 3, 7) WHERE tree = '{KEY}' AND size = 5"
    )
    assert (altered.kind, altered.tree, altered.position) == (Damage.HEAD_NOT_IN_LOG, KEY, 5)
    removed = await scene.after("DELETE FROM signed_head WHERE size = (SELECT max(size) FROM signed_head)")
    assert removed.kind is Damage.HEAD_NOT_SIGNED
    between = await scene.after("DELETE FROM signed_head WHERE size = (SELECT min(size) FROM signed_head)")
    assert between.kind is Damage.HEAD_NOT_SIGNED


async def test_a_signature_by_a_stranger_is_named(scene: Scene, tmp_path: Path) -> None:
    stranger = SigningKeys.open(tmp_path / "stranger.pem")
    report = await verify_live(scene.connection, stranger.public_keys)
    assert report.first_problem is not None
    assert "not among the known ones" in report.first_problem.sentence


async def test_a_verdict_on_a_missing_entry_is_named(scene: Scene) -> None:
    problem = await scene.after(
        f"DELETE FROM entry WHERE id = '{KEY}/9'",
        "DELETE FROM arrival",
        f"DELETE FROM body WHERE entry = '{KEY}/9'",
    )
    assert (problem.kind, problem.entry) == (Damage.VERDICT_WITHOUT_ENTRY, f"{KEY}/9")


@pytest.mark.parametrize(
    ("stray", "sentence"),
    [
        ("DELETE FROM arrival", "Entry INC-2026-0001/9 stands in no tree and does not wait"),
        (
            "INSERT INTO body SELECT 'stranger', salts FROM body LIMIT 1",
            "The slots of stranger belong to no entry",
        ),
        ("UPDATE arrival SET entry = 'INC-2026-0001/4'", "Entry INC-2026-0001/9 stands in no tree"),
        (
            "INSERT INTO arrival (entry) VALUES ('INC-2026-0001/4')",
            "Entry INC-2026-0001/4 waits for the sequencer although it stands in a tree",
        ),
        (
            "INSERT INTO arrival (entry) VALUES ('stranger')",
            "Entry stranger, which waits for the sequencer, was changed",
        ),
        (
            "INSERT INTO leaf SELECT 'stranger', 1, hash FROM leaf LIMIT 1",
            "A leaf stands in stranger, which is no tree",
        ),
        ("INSERT INTO node SELECT 'stranger', 8, 0, hash FROM leaf LIMIT 1", "A node stands in stranger"),
        ("INSERT INTO tree VALUES ('stranger', 0, '')", "The tree stranger has no leaf"),
    ],
)
async def test_what_stands_outside_the_trees_is_named(scene: Scene, stray: str, sentence: str) -> None:
    assert (await scene.after(stray)).sentence.startswith(sentence)


async def test_a_change_of_what_still_waits_is_named(scene: Scene) -> None:
    problem = await scene.after(f"UPDATE body SET texts = '\"x\"' WHERE entry = '{KEY}/9'")
    assert (problem.kind, problem.entry) == (Damage.ALTERED_SLOT, f"{KEY}/9")


async def test_a_sound_record_is_reported_with_what_is_not_protected(scene: Scene) -> None:
    report = await verify_live(scene.connection, scene.keys.public_keys)
    assert (report.ok, report.entries, report.trees) == (True, 3 * LAST, 3)
    assert report.not_protected[0] == (
        "Entries that the sequencer has not taken yet: 1; nothing protects them until it has."
    )


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE node SET hash = set_byte(hash, 5, 6)",
        "UPDATE node SET index = 1",
        "DELETE FROM node",
        "INSERT INTO node SELECT tree, level, 1, hash FROM node",
    ],
)
async def test_a_stored_node_that_does_not_follow_from_the_leaves_is_named(
    database: str, tmp_path: Path, damage: str
) -> None:
    keys = SigningKeys.open(tmp_path / "record.pem")
    async with open_pool(database) as pool:
        await PostgresRecord(pool).append([entry(n) for n in range(300)])
        assert await integrate(pool, keys) == 300
        async with pool.connection() as connection:
            assert (await verify_live(connection, keys.public_keys)).ok
            await connection.execute(damage.encode())
            problem = (await verify_live(connection, keys.public_keys)).first_problem
    assert problem is not None
    assert (problem.kind, problem.tree) == (Damage.ALTERED_TREE, KEY)


async def test_a_rotated_key_leaves_what_the_old_one_signed_good(database: str, tmp_path: Path) -> None:
    path = tmp_path / "record.pem"
    async with open_pool(database) as pool:
        for number, keys in enumerate(
            (SigningKeys.open(path), SigningKeys.rotate(path), SigningKeys.open(path))
        ):
            await PostgresRecord(pool).append([entry(number)])
            await integrate(pool, keys)
        async with pool.connection() as connection:
            assert (await verify_live(connection, SigningKeys.open(path).public_keys)).ok
        raw = [line async for line in export_bundle(snapshot(pool), keys, KEY, lambda _: frozenset(SLOTS))]
        assert verify_bundle(raw, SigningKeys.open(path).public_keys).ok
    assert path.stat().st_mode & 0o777 == 0o600
