"""What was approved to be erased is gone, the record verifies, and nothing else may be missing."""

import json
from typing import Any

import pytest

from integrations.postgres.database import Pool, connected, snapshot
from integrations.postgres.erasure import carry_out
from integrations.postgres.export import export_bundle
from integrations.postgres.keys import SigningKeys
from integrations.postgres.ledger import PostgresLedger
from integrations.postgres.record import PostgresRecord
from integrations.postgres.sequencer import integrate
from integrations.postgres.verify import verify_live
from playbooks.domain.bundle_check import verify_bundle
from playbooks.domain.entry import Entry
from playbooks.domain.erasure import SLOTS_OF, Erasable
from playbooks.domain.ids import IncidentKey
from playbooks.domain.kinds import Kind
from playbooks.domain.slots import SLOTS
from playbooks.domain.verification import Damage, Report
from tests.record_samples import KEY, command, entry

SECRET = "the patient of the clinic"


def approval(number: int, what: Erasable = Erasable.WORDS, **given: Any) -> Entry:
    data = {"erasure": "X-1", "entry": f"{KEY}/2", "number": 2, "what": what, "slots": list(SLOTS_OF[what])}
    return entry(number, kind=Kind.ERASURE_APPROVE, data=data, **given)


async def recorded(pool: Pool, keys: SigningKeys, *entries: Entry) -> None:
    await PostgresRecord(pool).append(entries)
    await integrate(pool, keys)


async def verified(pool: Pool, keys: SigningKeys) -> Report:
    async with connected(pool) as connection:
        return await verify_live(connection, keys.public_keys)


async def test_what_was_approved_is_gone_everywhere_and_the_record_verifies(
    pool: Pool, keys: SigningKeys
) -> None:
    await PostgresLedger(pool).enter(command(2, texts={"note": SECRET}))
    await recorded(pool, keys, entry(1), entry(2, texts={"note": SECRET}), entry(3))
    assert await carry_out(pool) == 0
    await recorded(pool, keys, approval(4))
    assert (await verified(pool, keys)).erased == 0
    assert await carry_out(pool) == 1
    assert await carry_out(pool) == 0
    report = await verified(pool, keys)
    assert (report.ok, report.entries, report.erased) == (True, 4, 1), report.first_problem
    assert SECRET not in await everything(pool)
    placed = [each async for _, each in PostgresRecord(pool).entries(KEY)]
    assert placed[1].texts == {}
    assert placed[1].actor.id == "unhcr-ciso"
    raw = await export_bundle(snapshot(pool), keys, KEY, lambda _: frozenset(SLOTS))
    assert verify_bundle(raw, keys.public_keys).ok
    told = json.loads(raw)["entries"][1]
    assert (told["withheld"].keys(), told["erased"]) == ({"texts"}, ["texts"])
    assert verify_bundle(raw, keys.public_keys).erased == 1


async def test_an_author_is_erased_with_the_id_of_her_command(pool: Pool, keys: SigningKeys) -> None:
    await PostgresLedger(pool).enter(command(2))
    await recorded(pool, keys, entry(1), entry(2), approval(3, Erasable.AUTHOR))
    assert await carry_out(pool) == 1
    assert (await verified(pool, keys)).ok
    placed = [each async for _, each in PostgresRecord(pool).entries(KEY)]
    assert (placed[1].actor.id, placed[1].cause, placed[1].actor.organization) == ("", None, "UNHCR")
    async with connected(pool) as connection:
        row = await (await connection.execute("SELECT actor->>'id' FROM command")).fetchone()
    assert row == ("",)


async def test_nothing_is_erased_under_a_legal_hold_placed_meanwhile(pool: Pool, keys: SigningKeys) -> None:
    await recorded(pool, keys, entry(2), approval(3))
    await PostgresRecord(pool).append([entry(4, kind=Kind.HOLD_PLACE)])
    assert await carry_out(pool) == 0
    await recorded(pool, keys)
    assert await carry_out(pool) == 0
    await recorded(pool, keys, entry(5, kind=Kind.HOLD_LIFT))
    assert await carry_out(pool) == 1


async def test_an_approval_that_no_tree_holds_yet_erases_nothing(pool: Pool, keys: SigningKeys) -> None:
    await recorded(pool, keys, entry(2))
    await PostgresRecord(pool).append([approval(3)])
    assert await carry_out(pool) == 0


async def test_an_approval_reaches_no_other_incident(pool: Pool, keys: SigningKeys) -> None:
    other = IncidentKey("INC-2026-0002")
    await recorded(pool, keys, entry(2), entry(3, other, kind=Kind.ERASURE_APPROVE, data=approval(3).data))
    assert await carry_out(pool) == 1
    report = await verified(pool, keys)
    assert (report.ok, report.erased) == (True, 0)


@pytest.mark.parametrize("statement", ["texts = NULL", "data = NULL", "actor = NULL", "texts = '{}'"])
async def test_what_was_not_approved_may_not_be_missing(
    pool: Pool, keys: SigningKeys, statement: str
) -> None:
    await recorded(pool, keys, entry(1), entry(2), approval(3))
    target = 1 if statement == "texts = NULL" else 2
    async with connected(pool) as connection:
        await connection.execute(f"UPDATE body SET {statement} WHERE entry = '{KEY}/{target}'".encode())  # noqa: S608
    problem = (await verified(pool, keys)).first_problem
    assert problem is not None
    assert problem.kind in {Damage.ERASED, Damage.ALTERED_SLOT}
    assert problem.position == target


async def everything(pool: Pool) -> str:
    """Every row of every table of ours, as text."""
    async with connected(pool) as connection:
        tables = await (
            await connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        ).fetchall()
        rows = []
        for (table,) in tables:
            cursor = await connection.execute(f"SELECT * FROM {table}".encode())  # noqa: S608  a table of ours
            rows.append(str(await cursor.fetchall()))
    return "\n".join(rows)
