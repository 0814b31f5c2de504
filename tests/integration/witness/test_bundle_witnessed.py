"""A bundle that brings cosigned heads along, and receipts held against bundle and record."""

import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from bot.composition.witnesses import witness
from bot.witness.keeping import Keeping
from integrations.postgres.database import Pool, open_pool, snapshot
from integrations.postgres.export import export_bundle
from integrations.postgres.keys import SigningKeys
from integrations.postgres.receipts import PostgresReceipts, check_receipt
from integrations.postgres.record import PostgresRecord
from integrations.postgres.sequencer import integrate
from integrations.postgres.witnessed import PostgresWitnessed
from playbooks.domain.errors import Malformed
from playbooks.domain.ids import IncidentKey
from playbooks.domain.proof.bundle_check import verify_bundle
from playbooks.domain.proof.checkpoint import log_origin
from playbooks.domain.proof.cosigned import Witnesses
from playbooks.domain.proof.held import read_held
from playbooks.domain.proof.receipt import read_receipt
from playbooks.domain.proof.slots import SLOTS
from playbooks.domain.proof.verification import Damage, Report
from playbooks.domain.proof.witnessing import Submission
from tests.record_samples import KEY, NOON, command, entry, verdict

OTHER = IncidentKey("INC-2026-0002")


@dataclass
class House:
    """An installation with one witness, which has seen the first two of three batches."""

    pool: Pool
    keys: SigningKeys
    keeping: Keeping

    async def show(self) -> None:
        heads = PostgresWitnessed(self.pool)
        newest, last = await heads.newest(), await heads.last(self.keeping.key.name)
        assert newest is not None
        path = await heads.path(last, newest.head.size)
        _, note = self.keeping.judge(Submission(last, path, self.keys.checkpoint(newest)), 1_800_000_000)
        assert note is not None
        await heads.keep(self.keeping.key.name, note)

    async def bundle(self) -> bytes:
        exported = export_bundle(snapshot(self.pool), self.keys, KEY, lambda _: frozenset(SLOTS))
        return b"".join([line async for line in exported])

    def verify(self, raw: bytes, *, cosigners: bool = False, receipt: str | None = None) -> Report:
        held = read_held(self.keeping.held, log_origin(self.keys.public_keys), "the witness of WFP")
        witnesses = Witnesses(keys=(self.keeping.key,)) if cosigners else Witnesses(held=tuple(held))
        promised = read_receipt(receipt, self.keys.public_keys) if receipt else None
        return verify_bundle((raw,), self.keys.public_keys, witnesses=witnesses, receipt=promised)


@pytest_asyncio.fixture
async def house(all_rights: str, tmp_path: Path) -> AsyncIterator[House]:
    keys = SigningKeys.open(tmp_path / "record.key")
    keeping = witness(tmp_path / "witness", tmp_path / "record.key.public", "wfp.org/witness")
    async with open_pool(all_rights, role="none") as pool:
        house = House(pool, keys, keeping)
        for number in (1, 2, 3):
            await PostgresRecord(pool).append([entry(number), entry(number, OTHER)])
            await integrate(pool, keys)
            if number < 3:
                await house.show()
        yield house


async def test_a_bundle_says_up_to_where_a_witness_vouches_for_it(house: House) -> None:
    raw = await house.bundle()
    for cosigners in (False, True):
        report = house.verify(raw, cosigners=cosigners)
        assert (report.ok, report.entries) == (True, 3), report.first_problem
        assert "Entries 3 to 3 came after the last witnessed head." in report.not_protected
    unasked = verify_bundle((raw,), house.keys.public_keys)
    assert any("cosigned by wfp.org/witness" in sentence for sentence in unasked.not_protected)


async def test_the_operator_cannot_hand_out_a_rewritten_incident(house: House, tmp_path: Path) -> None:
    """Played anew with the signing key, and exported: the bundle is sound, and is not what the witness holds."""
    async with house.pool.connection() as connection:
        for table in ("entry", "body", "card", "leaf", "node", "head", "signed_head", "tree", "cosigned"):
            await connection.execute(f"DELETE FROM {table}".encode())  # noqa: S608  a table of ours
        await connection.execute("INSERT INTO tree VALUES ('installation', 0, '')")
    for number in (1, 7, 3):
        await PostgresRecord(house.pool).append([entry(number)])
        await integrate(house.pool, house.keys)
    raw = await house.bundle()
    assert verify_bundle((raw,), house.keys.public_keys).ok
    problem = house.verify(raw).first_problem
    assert problem is not None
    assert problem.kind is Damage.NOT_WITNESSED
    own = witness(tmp_path / "own", tmp_path / "record.key.public", "wfp.org/witness")
    house.keeping, kept = own, house.keeping
    await house.show()
    house.keeping = kept
    problem = house.verify(await house.bundle()).first_problem
    assert problem is not None
    assert problem.kind in {Damage.REWRITTEN, Damage.NOT_WITNESSED}


SPOILT: list[tuple[Callable[[dict[str, Any]], object], Damage]] = [
    (lambda w: w["head"].update(size=3), Damage.HEAD_NOT_IN_LOG),
    (lambda w: w["log"].update(position=1), Damage.HEAD_NOT_IN_LOG),
    (lambda w: w.update(checkpoint=w["checkpoint"].replace("\n4\n", "\n5\n")), Damage.HEAD_NOT_SIGNED),
    (lambda w: w.update(checkpoint="nothing"), Damage.MALFORMED),
]


@pytest.mark.parametrize(("spoil", "kind"), SPOILT)
async def test_a_cosigned_head_that_was_tampered_with_is_named(
    house: House, spoil: Callable[[dict[str, Any]], object], kind: Damage
) -> None:
    opening, _, rest = (await house.bundle()).partition(b"\n")
    read = json.loads(opening)
    spoil(read["witnessed"][0])
    problem = house.verify(json.dumps(read).encode() + b"\n" + rest).first_problem
    assert problem is not None
    assert problem.kind is kind


async def test_a_bundle_stripped_of_its_cosigned_heads_is_not_witnessed(house: House) -> None:
    opening, _, rest = (await house.bundle()).partition(b"\n")
    stripped = json.dumps({**json.loads(opening), "witnessed": []}).encode()
    problem = house.verify(stripped + b"\n" + rest).first_problem
    assert problem is not None
    assert problem.kind is Damage.NOT_WITNESSED


async def receipt_of(house: House, number: int) -> str:
    receipts = PostgresReceipts(house.pool, house.keys, lambda: NOON + timedelta(milliseconds=5))
    made = await receipts.receipt(command(number), verdict(entry(number)))
    assert made is not None
    return made


async def test_a_receipt_is_kept_by_the_record_and_by_the_bundle(house: House) -> None:
    await PostgresRecord(house.pool).append([entry(4)])
    for number in (2, 4):
        receipt = await receipt_of(house, number)
        assert " " not in receipt
        assert "web" not in receipt
        async with house.pool.connection() as connection:
            assert await check_receipt(connection, read_receipt(receipt, house.keys.public_keys)) is None
    assert house.verify(await house.bundle(), receipt=await receipt_of(house, 2)).ok


async def test_a_broken_promise_is_named_with_its_command(house: House) -> None:
    receipt = await receipt_of(house, 2)
    async with house.pool.connection() as connection:
        await connection.execute(
            "UPDATE leaf SET hash = set_byte(hash, 3, 1) WHERE entry = %s", (f"{KEY}/2",)
        )
        problem = await check_receipt(connection, read_receipt(receipt, house.keys.public_keys))
    assert problem is not None
    assert problem.kind is Damage.BROKEN_PROMISE
    assert "signed that the command web:2 was done" in problem.sentence


async def test_a_verdict_without_entries_has_no_receipt(house: House) -> None:
    receipts = PostgresReceipts(house.pool, house.keys, lambda: NOON)
    assert await receipts.receipt(command(), verdict()) is None


async def test_an_altered_or_strange_receipt_is_refused(house: House) -> None:
    receipt = await receipt_of(house, 2)
    said, _, signature = receipt.rpartition(".")
    other = (await receipt_of(house, 1)).rpartition(".")[0]
    refused = receipt.replace("done", "refused")
    for spoilt in (f"{other}.{signature}", said, "hello", f"{said}.{signature[:-4]}", refused):
        with pytest.raises(Malformed):
            read_receipt(spoilt, house.keys.public_keys)
    with pytest.raises(Malformed, match="not among those you trust"):
        read_receipt(receipt, {})
