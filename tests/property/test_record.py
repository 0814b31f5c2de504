"""Tampering with the stored record: whatever is changed, removed, inserted, swapped or cut off is found and named."""

# ruff: noqa: S608  the statements that spoil the record are put together here and nowhere else

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
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
from integrations.postgres.verify import verify_live, verify_within
from playbooks.domain.ids import IncidentKey
from playbooks.domain.proof.bundle_check import verify_bundle
from playbooks.domain.proof.merkle import leaf_hash
from playbooks.domain.proof.slots import SLOTS, leaf_input
from playbooks.domain.proof.verification import Damage, Problem
from tests.record_samples import KEY, command, entry, verdict

OTHER = IncidentKey("INC-2026-0002")
LONG = IncidentKey("INC-2026-0003")
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
    ("node", {"tree": "text", "level": "smallint", "index": "bigint", "hash": "bytea"}),
    ("arrival", {"entry": "text"}),
]
PROTECTED = [table for table, _ in COLUMNS]
ALTERED = [(table, column, kind) for table, columns in COLUMNS for column, kind in columns.items()]
ALTERATIONS = {
    "text": (
        "overlay({0} placing chr(ascii(substr({0}, {1} % length({0}) + 1, 1)) # 1) "
        "from {1} % length({0}) + 1 for 1)"
    ),
    "bytea": "set_bit({0}, {1} % bit_length({0}), 1 - get_bit({0}, {1} % bit_length({0})))",
    "bigint": "{0} + 1 + {1} % 3",
    "smallint": "{0} + 1 + {1} % 3",
    "timestamptz": "{0} + interval '1 millisecond'",
}
PROPERTY = settings(
    deadline=None,
    max_examples=200,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@dataclass
class Scene:
    """A record that can be spoilt and restored."""

    connection: Connection
    keys: SigningKeys

    async def verify(self) -> Problem | None:
        return (await verify_within(self.connection, self.keys.public_keys)).first_problem

    @asynccontextmanager
    async def spoilt(self) -> AsyncIterator[None]:
        """What is done to the record in the block is undone at its end."""
        async with self.connection.transaction(force_rollback=True):
            yield

    async def content(self) -> list[object]:
        """What stands in the tables that are protected, in no order."""
        said: list[object] = []
        for table in PROTECTED:
            rows = f"SELECT md5(string_agg(row::text, ' ' ORDER BY row::text)) FROM {table} AS row"
            said.append(await (await self.connection.execute(rows.encode())).fetchone())
        return said

    async def run(self, *statements: str) -> int:
        """Spoil the record; say how many rows that touched."""
        touched = 0
        for statement in statements:
            touched += max((await self.connection.execute(statement.encode())).rowcount, 0)
        return touched

    async def after(self, *statements: str) -> Problem:
        """The problem found after these statements; the record is whole again afterwards."""
        async with self.spoilt():
            assert await self.run(*statements)
            problem = await self.verify()
            assert problem is not None
            assert problem.sentence.endswith(".")
            return problem


@pytest_asyncio.fixture
async def scene(all_rights: str, tmp_path: Path) -> AsyncIterator[Scene]:
    """Two incidents and the installation's own entries, in four batches, and one entry that still waits."""
    keys = SigningKeys.open(tmp_path / "record.pem")
    async with open_pool(all_rights, vault=Vault.at(tmp_path / "entries.json"), role="none") as pool:
        record, ledger = PostgresRecord(pool), PostgresLedger(pool)
        for batch in BATCHES:
            await record.append([entry(n, tree) for n in batch for tree in (KEY, OTHER, None)])
            assert await integrate(pool, keys) == 3 * len(batch)
        await record.append([entry(n, LONG) for n in range(256)])  # long enough for a stored node
        assert await integrate(pool, keys) == 256
        await record.append([entry(9)])
        await ledger.enter(command())
        await ledger.settle(command().id, verdict(entry(1), entry(9)))
        async with pool.connection() as connection:
            scene = Scene(connection, keys)
            # Whoever can write to the tables can drop their constraints as well.
            await scene.run(*(f"ALTER TABLE {table} DROP CONSTRAINT {table}_pkey" for table in TABLES))
            await scene.run("ALTER TABLE leaf DROP CONSTRAINT leaf_entry_key")
            await scene.run("ALTER TABLE head DROP CONSTRAINT head_log_position_key")
            async with scene.spoilt():
                assert await scene.verify() is None
            yield scene


async def altered(scene: Scene, data: st.DataObject) -> str:
    """One bit, letter, number or moment of one row."""
    table, column, kind = data.draw(st.sampled_from(ALTERED))
    change = ALTERATIONS[kind].format(column, data.draw(st.integers(0, 4000)))
    return f"UPDATE {table} SET {column} = {change} WHERE {await chosen(scene, table, data, column)}"


async def removed(scene: Scene, data: st.DataObject) -> str:
    table = data.draw(st.sampled_from(PROTECTED))
    return f"DELETE FROM {table} WHERE {await chosen(scene, table, data)}"


async def doubled(scene: Scene, data: st.DataObject) -> str:
    table = data.draw(st.sampled_from(PROTECTED))
    return f"INSERT INTO {table} OVERRIDING SYSTEM VALUE SELECT * FROM {table} WHERE {await chosen(scene, table, data)}"


async def inserted(scene: Scene, data: st.DataObject) -> str:
    """A row like another, but for one column."""
    table, column, kind = data.draw(st.sampled_from(ALTERED))
    change = ALTERATIONS[kind].format(column, data.draw(st.integers(0, 4000)))
    columns = ", ".join(change if each == column else each for each in dict(COLUMNS)[table])
    listed, row = ", ".join(dict(COLUMNS)[table]), await chosen(scene, table, data, column)
    return f"INSERT INTO {table} ({listed}) SELECT {columns} FROM {table} WHERE {row}"


async def swapped(scene: Scene, data: st.DataObject) -> str:
    """Two rows exchange what they have in one column."""
    table, column, _ = data.draw(st.sampled_from(ALTERED))
    one, other = await chosen(scene, table, data, column), await chosen(scene, table, data, column)
    return (
        f"UPDATE {table} SET {column} = other.{column} FROM {table} AS other WHERE "
        f"({table}.{one} AND other.{other} OR {table}.{other} AND other.{one}) "
        f"AND {table}.{column} <> other.{column}"
    )


async def truncated(scene: Scene, data: st.DataObject) -> str:
    """One row and all that were written after it."""
    table = data.draw(st.sampled_from(PROTECTED))
    return f"DELETE FROM {table} WHERE {(await chosen(scene, table, data)).replace('=', '>=')}"


async def chosen(scene: Scene, table: str, data: st.DataObject, column: str = "ctid") -> str:
    """A condition that holds of one row."""
    known = f"{column} IS NOT NULL" + (f" AND length({column}) > 0" if column == "peaks" else "")
    if (table, column) == ("entry", "tree"):
        known += " AND id NOT IN (SELECT entry FROM arrival)"  # no head commits to what is not integrated yet
    cursor = await scene.connection.execute(
        f"SELECT ctid::text FROM {table} WHERE {known} ORDER BY ctid".encode()
    )
    rows = [row[0] for row in await cursor.fetchall()]
    return f"ctid = '{data.draw(st.sampled_from(rows))}'"


@PROPERTY
@given(data=st.data())
async def test_nothing_stored_can_be_tampered_with_unseen(scene: Scene, data: st.DataObject) -> None:
    """Any bit of any row altered, any row removed, doubled, made up, exchanged, any end cut off: found and named."""
    damage = data.draw(st.sampled_from((altered, removed, doubled, inserted, swapped, truncated)))
    statement = await damage(scene, data)
    async with scene.spoilt():
        before = await scene.content()
        await scene.run(statement)
        if await scene.content() != before:
            problem = await scene.verify()
            assert problem is not None, statement
            assert problem.sentence.endswith(".")
            assert problem.tree or problem.entry or "tree" in problem.sentence, problem


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
    return leaf_hash(leaf_input(f"{KEY}/9", KEY, row[0]))


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
            "Entry stranger, which waits for the sequencer, was removed",
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
    assert (report.ok, report.entries, report.trees) == (True, 3 * LAST + 256, 4)
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
    all_rights: str, tmp_path: Path, damage: str
) -> None:
    keys = SigningKeys.open(tmp_path / "record.pem")
    async with open_pool(all_rights, role="none") as pool:
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
