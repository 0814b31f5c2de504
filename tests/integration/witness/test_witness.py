"""A witness at work: over HTTP and by a folder, shown the heads of a real record by the publisher."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import datetime, timedelta
from pathlib import Path

import httpx
import pytest
import pytest_asyncio

from bot.composition.witnesses import held_by, look_into, witness
from bot.embedded import remembered_ports
from bot.serving import served
from bot.witness.keeping import Keeping
from bot.witness.pacing import Pacing
from bot.witness.publisher import KnownWitness, Publisher
from bot.witness.service import witness_app
from integrations.postgres.database import Pool, open_pool
from integrations.postgres.keys import SigningKeys
from integrations.postgres.record import PostgresRecord
from integrations.postgres.sequencer import integrate
from integrations.postgres.witnessed import PostgresWitnessed
from integrations.witness.folder import FolderWitness
from integrations.witness.url import UrlWitness
from playbooks.domain.errors import Malformed, Transient
from playbooks.domain.kinds import Kind
from playbooks.domain.proof.checkpoint import Checkpoint, log_origin
from playbooks.domain.proof.notes import NoteKey, notes
from playbooks.domain.proof.witnessing import Ruling, Submission
from playbooks.ports.witness import Witness
from tests.record_samples import NOON, entry

PACE = timedelta(minutes=1)


class Clock:
    def __init__(self) -> None:
        self.at = NOON

    def __call__(self) -> datetime:
        return self.at


@pytest_asyncio.fixture
async def pool(all_rights: str) -> AsyncIterator[Pool]:
    async with open_pool(all_rights, role="none") as opened:
        yield opened


@pytest.fixture
def keys(tmp_path: Path) -> SigningKeys:
    return SigningKeys.open(tmp_path / "record.key")


@pytest.fixture
def keeping(tmp_path: Path, keys: SigningKeys) -> Keeping:
    return witness(tmp_path / "witness", tmp_path / "record.key.public", "wfp.org/muster-witness")


@pytest_asyncio.fixture
async def over_http(keeping: Keeping, tmp_path: Path) -> AsyncIterator[str]:
    port = remembered_ports(tmp_path, "witness")["witness"]
    async with served(witness_app(keeping, lambda: NOON), "127.0.0.1", port):
        yield f"http://127.0.0.1:{port}"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def publisher(
    pool: Pool, keys: SigningKeys, keeping: Keeping, clock: Clock
) -> Callable[[Witness], Publisher]:
    def of(way: Witness) -> Publisher:
        known = {keeping.key.name: KnownWitness(keeping.key, way)}
        return Publisher(
            PostgresWitnessed(pool), known, keys.checkpoint, Pacing(PostgresWitnessed(pool), PACE, clock)
        )

    return of


async def recorded(pool: Pool, keys: SigningKeys, *numbers: int, kind: str = Kind.NOTE_ADD) -> None:
    await PostgresRecord(pool).append([entry(number, kind=kind) for number in numbers])
    await integrate(pool, keys)


async def test_heads_are_cosigned_at_the_pace_and_at_once_when_an_incident_is_closed(
    pool: Pool,
    keys: SigningKeys,
    keeping: Keeping,
    over_http: str,
    clock: Clock,
    publisher: Callable[[Witness], Publisher],
) -> None:
    showing = publisher(UrlWitness(over_http))
    await showing.step()
    assert notes(keeping.held) == []
    await recorded(pool, keys, 1, 2)
    await showing.step()
    assert sizes(keeping) == [1]
    await recorded(pool, keys, 3)
    await showing.step()
    assert sizes(keeping) == [1], "the pace has not come round"
    await recorded(pool, keys, 4, kind="incident:case:close")
    await showing.step()
    assert sizes(keeping) == [1, 3]
    await recorded(pool, keys, 5)
    clock.at += PACE
    await showing.step()
    assert sizes(keeping) == [1, 3, 4]
    (held,) = await PostgresWitnessed(pool).standing()
    assert (held.size, held.refusal) == (4, "")
    held_there = await asyncio.to_thread(held_by, [over_http], log_origin(keys.public_keys), [keeping.key])
    assert [each.size for each in held_there] == [1, 3, 4]
    assert NoteKey.read((await vkey(over_http)).strip()) == keeping.key


async def test_a_witness_is_asked_again_from_where_it_stands(
    pool: Pool,
    keys: SigningKeys,
    keeping: Keeping,
    over_http: str,
    clock: Clock,
    publisher: Callable[[Witness], Publisher],
) -> None:
    """Our own memory of what it cosigned was lost."""
    await recorded(pool, keys, 1, 2)
    await publisher(UrlWitness(over_http)).step()
    async with pool.connection() as connection:
        await connection.execute("DELETE FROM cosigned")
    await recorded(pool, keys, 3)
    await publisher(UrlWitness(over_http)).step()
    assert sizes(keeping) == [1, 2]


async def test_a_rewritten_log_is_refused_as_a_fork_and_both_heads_are_kept(
    pool: Pool, keys: SigningKeys, keeping: Keeping, over_http: str, publisher: Callable[[Witness], Publisher]
) -> None:
    await recorded(pool, keys, 1, 2)
    await publisher(UrlWitness(over_http)).step()
    await rewritten(pool, keys)
    await publisher(UrlWitness(over_http)).step()
    assert sizes(keeping) == [1]
    (stands,) = await PostgresWitnessed(pool).standing()
    assert stands.refusal.startswith("FORK of muster/")
    before, after = notes((keeping_folder(keeping) / "forks").read_text("utf-8"))
    assert Checkpoint.read(before.text).size == 1
    assert Checkpoint.read(after.text).size == 2


async def test_a_log_that_was_set_back_is_named(
    pool: Pool, keys: SigningKeys, keeping: Keeping, over_http: str, publisher: Callable[[Witness], Publisher]
) -> None:
    await recorded(pool, keys, 1, 2)
    await recorded(pool, keys, 3)
    await publisher(UrlWitness(over_http)).step()
    await emptied(pool)
    await recorded(pool, keys, 1, 2)
    await publisher(UrlWitness(over_http)).step()
    (stands,) = await PostgresWitnessed(pool).standing()
    assert stands.refusal == "It cosigned 2 leaves, and the log has 1: the record was set back."


async def test_a_witness_behind_a_folder_cosigns_when_it_looks(
    pool: Pool,
    keys: SigningKeys,
    keeping: Keeping,
    tmp_path: Path,
    clock: Clock,
    publisher: Callable[[Witness], Publisher],
) -> None:
    inbox = tmp_path / "shared"
    inbox.mkdir()
    showing = publisher(FolderWitness(inbox))
    assert look_into(inbox, keeping, 1) is None
    for numbers in ((1, 2), (3,)):
        await recorded(pool, keys, *numbers)
        clock.at += PACE
        await showing.step()
        ruled = look_into(inbox, keeping, int(clock.at.timestamp()))
        assert ruled is not None
        assert ruled.ruling is Ruling.COSIGNED
        clock.at += PACE
        await showing.step()  # takes the answer, and has nothing newer to show
    assert sizes(keeping) == [1, 2]
    (stands,) = await PostgresWitnessed(pool).standing()
    assert stands.size == 2
    await rewritten(pool, keys)
    clock.at += PACE
    await showing.step()
    ruled = look_into(inbox, keeping, 7)
    assert ruled is not None
    assert ruled.ruling is Ruling.FORK


async def test_a_cosignature_by_another_key_is_not_kept(
    pool: Pool, keys: SigningKeys, keeping: Keeping, over_http: str, tmp_path: Path
) -> None:
    await recorded(pool, keys, 1)
    other = witness(tmp_path / "other", tmp_path / "record.key.public", keeping.key.name)
    known = {keeping.key.name: KnownWitness(other.key, UrlWitness(over_http))}
    await Publisher(
        PostgresWitnessed(pool), known, keys.checkpoint, Pacing(PostgresWitnessed(pool), PACE, lambda: NOON)
    ).step()
    (stands,) = await PostgresWitnessed(pool).standing()
    assert (stands.size, stands.refusal) == (0, "What it answered is not signed with its key.")


async def test_a_witness_that_does_not_answer_holds_up_nothing(
    pool: Pool, keys: SigningKeys, tmp_path: Path, publisher: Callable[[Witness], Publisher]
) -> None:
    await recorded(pool, keys, 1)
    gone = UrlWitness(f"http://127.0.0.1:{remembered_ports(tmp_path, 'gone')['gone']}")
    newest = await PostgresWitnessed(pool).newest()
    assert newest is not None
    with pytest.raises(Transient, match="does not answer"):
        await gone.submit(Submission(0, (), keys.checkpoint(newest)))
    assert await publisher(gone).step() == 0


async def test_a_witness_keeps_its_key_and_its_name(tmp_path: Path, keys: SigningKeys) -> None:
    first = witness(tmp_path / "w", tmp_path / "record.key.public", "wfp.org/witness")
    again = witness(tmp_path / "w", tmp_path / "record.key.public")
    assert first.key == again.key
    assert (tmp_path / "w" / "witness.key").stat().st_mode & 0o777 == 0o600


async def test_a_file_that_holds_nothing_of_this_log_is_no_agreement(
    tmp_path: Path, keys: SigningKeys, keeping: Keeping
) -> None:
    (tmp_path / "empty").write_text("")
    with pytest.raises(Malformed, match="holds no checkpoint of the log"):
        held_by([str(tmp_path / "empty")], log_origin(keys.public_keys))


async def emptied(pool: Pool) -> None:
    async with pool.connection() as connection:
        for table in ("entry", "body", "card", "leaf", "node", "head", "signed_head", "tree", "cosigned"):
            await connection.execute(f"DELETE FROM {table}".encode())  # noqa: S608  a table of ours
        await connection.execute("INSERT INTO tree VALUES ('installation', 0, '')")


async def rewritten(pool: Pool, keys: SigningKeys) -> None:
    """The operator plays the record anew, with the signing key, and one entry is another."""
    await emptied(pool)
    await recorded(pool, keys, 1, 7)
    await recorded(pool, keys, 3)


def sizes(keeping: Keeping) -> list[int]:
    return [Checkpoint.read(note.text).size for note in notes(keeping.held)]


def keeping_folder(keeping: Keeping) -> Path:
    return keeping._folder


async def vkey(url: str) -> str:
    async with httpx.AsyncClient() as client:
        return (await client.get(f"{url}/vkey")).text
