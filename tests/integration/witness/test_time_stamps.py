"""Time stamps of the log by an authority that openssl runs, kept beside the heads and checked with them."""

import json
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from bot.composition.witnesses import authorities_of, authority_roots
from bot.embedded import remembered_ports
from bot.witness.file import read_witnesses
from bot.witness.pacing import Pacing
from bot.witness.stamper import Stamper
from integrations.postgres.database import Pool, connected, open_pool, open_reading_pool, snapshot
from integrations.postgres.export import export_bundle
from integrations.postgres.keys import SigningKeys
from integrations.postgres.record import PostgresRecord
from integrations.postgres.sequencer import integrate
from integrations.postgres.verify import verify_live
from integrations.postgres.witnessed import PostgresWitnessed
from integrations.witness.time_stamp import TimeStampAuthority
from playbooks.domain.errors import Malformed, Permanent, Transient
from playbooks.domain.ids import IncidentKey
from playbooks.domain.proof.bundle_check import verify_bundle
from playbooks.domain.proof.cosigned import Witnesses
from playbooks.domain.proof.slots import SLOTS
from playbooks.domain.proof.time_stamp import read_roots
from playbooks.domain.proof.verification import Damage, Report
from tests.integration.witness.authority import OPENSSL, Authority, an_authority
from tests.record_samples import KEY, NOON, entry

pytestmark = pytest.mark.skipif(not OPENSSL, reason="openssl is not there")


@pytest_asyncio.fixture
async def authority(tmp_path: Path) -> AsyncIterator[Authority]:
    async with an_authority(tmp_path) as answering:
        yield answering


@pytest_asyncio.fixture
async def pool(all_rights: str) -> AsyncIterator[Pool]:
    async with open_pool(all_rights, role="none") as opened:
        yield opened


@pytest.fixture
def keys(tmp_path: Path) -> SigningKeys:
    return SigningKeys.open(tmp_path / "record.key")


async def recorded(pool: Pool, keys: SigningKeys, *numbers: int) -> None:
    await PostgresRecord(pool).append([entry(number) for number in numbers])
    await integrate(pool, keys)


async def stamped(pool: Pool, keys: SigningKeys, authority: Authority, tmp_path: Path) -> None:
    path = tmp_path / "witnesses.yaml"
    path.write_text(f"stamps: [{{url: '{authority.url}', roots: '{authority.roots}'}}]")
    file = read_witnesses(path)
    assert len(authority_roots(file)) == 1
    heads = PostgresWitnessed(pool)
    pacing = Pacing(heads, file.stamps_pace, lambda: NOON)
    await Stamper(heads, authorities_of(file), keys.checkpoint, pacing).step()


async def verified(pool: Pool, keys: SigningKeys, roots: Path) -> Report:
    async with connected(pool) as connection:
        return await verify_live(connection, keys.public_keys, stamp_roots=read_roots(roots.read_bytes()))


async def test_the_newest_head_is_stamped_and_verifying_says_when(
    pool: Pool, keys: SigningKeys, authority: Authority, tmp_path: Path
) -> None:
    began = datetime.now(UTC) - timedelta(minutes=1)
    await recorded(pool, keys, 1, 2)
    await stamped(pool, keys, authority, tmp_path)
    await recorded(pool, keys, 3)
    report = await verified(pool, keys, authority.roots)
    (said,) = report.stamped
    assert report.ok
    assert said.startswith(f"{authority.url} stamped the log at 1 leaves: it was so at ")
    at = datetime.strptime(said.rpartition(" at ")[2], "%Y-%m-%d %H:%M:%S UTC.").replace(tzinfo=UTC)
    assert began < at < datetime.now(UTC) + timedelta(minutes=1)


async def test_a_record_rewritten_under_its_stamp_is_found(
    pool: Pool, keys: SigningKeys, authority: Authority, tmp_path: Path
) -> None:
    await recorded(pool, keys, 1, 2)
    await stamped(pool, keys, authority, tmp_path)
    async with connected(pool) as connection:
        for table in ("entry", "body", "card", "leaf", "node", "head", "signed_head", "tree"):
            await connection.execute(f"DELETE FROM {table}".encode())  # noqa: S608  a table of ours
        await connection.execute("INSERT INTO tree VALUES ('installation', 0, '')")
    cut = (await verified(pool, keys, authority.roots)).first_problem
    assert cut is not None
    assert "the log has 0: it was cut off or set back" in cut.sentence
    await recorded(pool, keys, 1, 7)
    problem = (await verified(pool, keys, authority.roots)).first_problem
    assert problem is not None
    assert (problem.kind, problem.position) == (Damage.NOT_STAMPED, 1)
    assert "it is not of this log" in problem.sentence


async def test_an_altered_stamp_or_one_of_another_authority_is_found(
    pool: Pool, keys: SigningKeys, authority: Authority, tmp_path: Path
) -> None:
    await recorded(pool, keys, 1)
    await stamped(pool, keys, authority, tmp_path)
    async with an_authority(tmp_path, "stranger") as stranger:
        report = await verified(pool, keys, stranger.roots)
        assert report.first_problem is not None
        assert report.first_problem.kind is Damage.NOT_STAMPED
    async with connected(pool) as connection:
        for byte in ("length(response) - 3", "length(response) / 2", "40"):
            flip = f"UPDATE time_stamp SET response = set_byte(response, {byte}, 255 - get_byte(response, {byte}))"  # noqa: S608
            await connection.execute(flip.encode())
            assert not (await verified(pool, keys, authority.roots)).ok, byte
            await connection.execute(flip.encode())
    assert (await verified(pool, keys, authority.roots)).ok


@dataclass
class Handed:
    """A bundle of three entries, the first two of them stamped, and what an auditor has beside it."""

    raw: bytes
    keys: Mapping[str, bytes]
    roots: Path

    def verify(
        self, change: Callable[[dict[str, Any]], object] = lambda _: None, *, by: Path | None = None
    ) -> Report:
        opening, _, rest = self.raw.partition(b"\n")
        read = json.loads(opening)
        change(read["stamped"][0])
        roots = read_roots((by or self.roots).read_bytes())
        raw = json.dumps(read).encode() + b"\n" + rest
        return verify_bundle((raw,), self.keys, witnesses=Witnesses(stamp_roots=roots))


@pytest_asyncio.fixture
async def handed(pool: Pool, keys: SigningKeys, authority: Authority, tmp_path: Path) -> Handed:
    await recorded(pool, keys, 1, 2)
    await stamped(pool, keys, authority, tmp_path)
    await PostgresRecord(pool).append([entry(1, IncidentKey("INC-2026-0002"))])
    await integrate(pool, keys)
    await stamped(pool, keys, authority, tmp_path)
    await recorded(pool, keys, 3)
    lines = export_bundle(snapshot(pool), keys, KEY, lambda _: frozenset(SLOTS))
    return Handed(b"".join([line async for line in lines]), keys.public_keys, authority.roots)


async def test_a_bundle_brings_the_first_stamp_of_its_entries_along_and_it_is_checked_offline(
    handed: Handed,
) -> None:
    report = handed.verify()
    assert report.ok, report.first_problem
    (said,) = report.stamped
    assert said.startswith("Entries 1 to 2 were so at ")
    assert said.endswith(" stamped the log at 1 leaves."), "the first of the two stamps"
    unasked = verify_bundle((handed.raw,), handed.keys)
    assert unasked.ok
    assert not unasked.stamped
    assert any("--stamp-roots" in sentence for sentence in unasked.not_protected)


SPOILT: list[tuple[Callable[[dict[str, Any]], object], Damage]] = [
    (lambda s: s["head"].update(size=1), Damage.HEAD_NOT_IN_LOG),
    (lambda s: s["log"].update(path=["A" * 43]), Damage.HEAD_NOT_IN_LOG),
    (lambda s: s.update(checkpoint=s["checkpoint"].replace("muster/", "other/")), Damage.NOT_STAMPED),
    (lambda s: s.update(checkpoint=s["checkpoint"] + "more\n"), Damage.NOT_STAMPED),
    (lambda s: s.update(response=s["response"][:-8] + "AAAAAAAA"), Damage.NOT_STAMPED),
    (lambda s: s.update(response="AAAA"), Damage.NOT_STAMPED),
    (lambda s: s.update(checkpoint="nothing"), Damage.MALFORMED),
]


@pytest.mark.parametrize(("spoil", "kind"), SPOILT)
async def test_a_stamp_in_a_bundle_that_was_tampered_with_is_named(
    handed: Handed, spoil: Callable[[dict[str, Any]], object], kind: Damage
) -> None:
    problem = handed.verify(spoil).first_problem
    assert problem is not None
    assert problem.kind is kind


async def test_whoever_may_read_an_incident_is_given_its_stamps(handed: Handed, database: str) -> None:
    assert handed.raw
    async with open_reading_pool(database) as readers, connected(readers) as connection:
        rows = await (await connection.execute("SELECT size FROM time_stamp")).fetchall()
    assert len(rows) == 2


async def test_a_stamp_in_a_bundle_by_a_stranger_is_named(handed: Handed, tmp_path: Path) -> None:
    async with an_authority(tmp_path, "stranger") as stranger:
        problem = handed.verify(by=stranger.roots).first_problem
    assert problem is not None
    assert problem.kind is Damage.NOT_STAMPED
    assert "is not what was stamped" in problem.sentence


async def test_an_answer_that_is_no_good_stamp_is_not_kept(
    pool: Pool, authority: Authority, tmp_path: Path
) -> None:
    async with an_authority(tmp_path, "stranger") as stranger:
        asked = TimeStampAuthority(authority.url, read_roots(stranger.roots.read_bytes()))
        with pytest.raises(Permanent, match="time stamp is not good"):
            await asked.stamp(b"said")
    gone = TimeStampAuthority(f"http://127.0.0.1:{remembered_ports(tmp_path, 'gone')['gone']}", ())
    with pytest.raises(Transient, match="does not answer"):
        await gone.stamp(b"said")
    with pytest.raises(Malformed, match="no file of certificates"):
        read_roots(b"no certificate")
