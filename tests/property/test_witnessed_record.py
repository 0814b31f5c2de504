"""The operator, with every right on the database and the signing key, rewrites history: a witness finds it."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest_asyncio
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.composition.witnesses import witness
from integrations.postgres import sequencer
from integrations.postgres.database import Connection, Pool, open_pool
from integrations.postgres.keys import SigningKeys
from integrations.postgres.record import PostgresRecord
from integrations.postgres.sequencer import integrate
from integrations.postgres.verify import verify_live
from integrations.postgres.witnessed import PostgresWitnessed
from playbooks.domain.ids import IncidentKey
from playbooks.domain.proof.checkpoint import log_origin
from playbooks.domain.proof.held import Held, read_held
from playbooks.domain.proof.slots import HASH_BYTES, SLOTS, commitment, split
from playbooks.domain.proof.verification import Damage, Problem
from playbooks.domain.proof.witnessing import Submission
from tests.record_samples import KEY, NOON, entry

OTHER = IncidentKey("INC-2026-0002")
BATCHES = ([1, 2], [3, 4, 5], [6], [7, 8], [9])
WITNESSED = (1, 3)
"""After which batches the witness was shown the head; the last two batches nobody has seen."""
TABLES = ("entry", "body", "leaf", "node", "head", "signed_head", "tree", "arrival")
COPY = "INSERT INTO {0} {1} SELECT * FROM saved_{0}"
GROWN = ("leaf", "node", "head", "signed_head", "arrival")


@dataclass
class Scene:
    """A record that the operator can rewrite and that is restored."""

    pool: Pool
    connection: Connection
    keys: SigningKeys
    held: list[Held]
    batches: list[list[str]] = field(default_factory=list)

    async def problem(self, held: Sequence[Held] = ()) -> Problem | None:
        return (await verify_live(self.connection, self.keys.public_keys, held=held)).first_problem

    async def log(self) -> list[bytes]:
        cursor = await self.connection.execute(
            "SELECT hash FROM leaf WHERE tree = 'installation' ORDER BY position"
        )
        return [bytes(row[0]) for row in await cursor.fetchall()]

    async def run(self, statement: str, *given: object) -> None:
        await self.connection.execute(statement.encode(), given)

    async def restore(self) -> None:
        await self.run("DELETE FROM card WHERE entry NOT IN (SELECT id FROM saved_entry)")
        for table in TABLES:
            await self.run(f"DELETE FROM {table}")  # noqa: S608  a table of ours
            await self.run(COPY.format(table, "" if table != "arrival" else "OVERRIDING SYSTEM VALUE"))

    async def play(self, batches: Sequence[Sequence[str]]) -> None:
        """Make all trees and heads anew from the entries, at the times of before, signed with the real key."""
        for table in GROWN:
            await self.run(f"DELETE FROM {table}")  # noqa: S608
        await self.run("DELETE FROM tree")
        await self.run("INSERT INTO tree VALUES ('installation', 0, '')")
        for number, batch in enumerate(batches):
            for each in batch:
                await self.run("INSERT INTO arrival (entry) VALUES (%s)", each)
            at = NOON + timedelta(minutes=number)
            if batch:
                await integrate_at(self.pool, self.keys, at)


async def integrate_at(pool: Pool, keys: SigningKeys, at: object) -> None:
    now, sequencer._now = sequencer._now, lambda: at  # type: ignore[assignment,return-value]  # a clock set by hand
    try:
        await integrate(pool, keys)
    finally:
        sequencer._now = now


@pytest_asyncio.fixture
async def scene(all_rights: str, tmp_path: Path) -> AsyncIterator[Scene]:
    keys = SigningKeys.open(tmp_path / "record.key")
    keeping = witness(tmp_path / "witness", tmp_path / "record.key.public", "wfp.org/witness")
    async with open_pool(all_rights, role="none") as pool, pool.connection() as connection:
        scene = Scene(pool, connection, keys, [])
        heads = PostgresWitnessed(pool)
        seen = 0
        for number, batch in enumerate(BATCHES):
            entries = [entry(n, tree) for n in batch for tree in (KEY, OTHER, None)]
            await PostgresRecord(pool).append(entries)
            scene.batches.append([each.id for each in entries])
            await integrate_at(pool, keys, NOON + timedelta(minutes=number))
            newest = await heads.newest()
            assert newest is not None
            if number in WITNESSED:
                path = await heads.path(seen, newest.head.size)
                keeping.judge(Submission(seen, path, keys.checkpoint(newest)), number)
                seen = newest.head.size
        scene.held = read_held(
            keeping.held, log_origin(keys.public_keys), "the witness of WFP", [keeping.key]
        )
        assert len(scene.held) == len(WITNESSED)
        for table in TABLES:
            await scene.run(f"CREATE TABLE saved_{table} AS TABLE {table}")
        whole = await scene.log()
        await scene.play(scene.batches)
        assert await scene.log() == whole, "played anew unchanged, it is the same record"
        assert await scene.problem(scene.held) is None
        yield scene


async def alter(scene: Scene, target: str) -> list[list[str]]:
    """Other words, with a commitment that fits them."""
    row = await (
        await scene.connection.execute(
            "SELECT salts, commitments FROM entry JOIN body ON body.entry = entry.id WHERE id = %s", (target,)
        )
    ).fetchone()
    assert row is not None
    at, words = SLOTS.index("texts"), '{"note":"nothing happened"}'
    commitments = list(split(row[1], HASH_BYTES))
    commitments[at] = commitment(row[0][at * 16 : at * 16 + 16], "texts", words)
    await scene.run("UPDATE entry SET commitments = %s WHERE id = %s", b"".join(commitments), target)
    await scene.run("UPDATE body SET texts = %s WHERE entry = %s", words, target)
    return scene.batches


async def remove(scene: Scene, target: str) -> list[list[str]]:
    await scene.run("DELETE FROM entry WHERE id = %s", target)
    await scene.run("DELETE FROM body WHERE entry = %s", target)
    return [[each for each in batch if each != target] for batch in scene.batches]


async def insert(scene: Scene, target: str) -> list[list[str]]:
    """An entry that never was, before the target."""
    made = entry(99, KEY)
    await PostgresRecord(scene.pool).append([made])
    return [
        [name for each in batch for name in ((made.id, each) if each == target else (each,))]
        for batch in scene.batches
    ]


async def swap(scene: Scene, target: str) -> list[list[str]]:
    """The target and the entry after it in the same tree, in one another's place."""
    flat = [each for batch in scene.batches for each in batch]
    tree = target.rpartition("/")[0]
    same = [each for each in flat if each.startswith(f"{tree}/")]
    other = same[(same.index(target) + 1) % len(same)]
    exchanged = {target: other, other: target}
    return [[exchanged.get(each, each) for each in batch] for batch in scene.batches]


async def cut_off(scene: Scene, target: str) -> list[list[str]]:
    """The target and all that came after it never were."""
    flat = [each for batch in scene.batches for each in batch]
    gone = set(flat[flat.index(target) :])
    for each in gone:
        await scene.run("DELETE FROM entry WHERE id = %s", each)
        await scene.run("DELETE FROM body WHERE entry = %s", each)
    return [[each for each in batch if each not in gone] for batch in scene.batches]


@settings(
    deadline=None,
    max_examples=40,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
async def test_nothing_before_the_last_witnessed_head_can_be_rewritten_unseen(
    scene: Scene, data: st.DataObject
) -> None:
    seen = [each for batch in scene.batches[: WITNESSED[-1] + 1] for each in batch]
    target = data.draw(st.sampled_from(seen))
    rewrite = data.draw(st.sampled_from((alter, remove, insert, swap, cut_off)))
    before = await scene.log()
    try:
        await scene.play(await rewrite(scene, target))
        assert await scene.problem() is None, "with the key, the record by itself is sound"
        problem = await scene.problem(scene.held)
        after = await scene.log()
    finally:
        await scene.restore()
    assert problem is not None, (rewrite.__name__, target)
    assert problem.kind in {Damage.REWRITTEN, Damage.TRUNCATED}
    assert "the witness of WFP" in problem.sentence or "wfp.org/witness" in problem.sentence
    departs = next(
        (at for at, (old, new) in enumerate(zip(before, after, strict=False), 1) if old != new),
        min(len(before), len(after)) + 1,
    )
    if problem.kind is Damage.REWRITTEN:
        good = (problem.position or 0) - 1
        bad = next(held.size for held in scene.held if held.size > good)
        assert good < departs <= bad, "the place named holds what was rewritten first"


async def test_what_came_after_the_last_witnessed_head_rests_on_the_key_alone(scene: Scene) -> None:
    """Said plainly, and so it is."""
    try:
        await scene.play(await alter(scene, scene.batches[-1][0]))
        assert await scene.problem(scene.held) is None
        report = await verify_live(scene.connection, scene.keys.public_keys, held=scene.held)
    finally:
        await scene.restore()
    assert any("after the last witnessed head" in sentence for sentence in report.not_protected)
