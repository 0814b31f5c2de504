"""What was approved to be erased is gone, the record verifies, and nothing else may be missing."""

import json
from typing import Any

import pytest

from bot.reading.triage import TriageBoard
from bot.reading.views import RecordViews
from integrations.postgres.card_making import make_cards
from integrations.postgres.database import Pool, connected, open_reading_pool, snapshot, transaction
from integrations.postgres.erasure import carry_out
from integrations.postgres.evidence import PostgresEvidence
from integrations.postgres.export import export_bundle
from integrations.postgres.keys import SigningKeys
from integrations.postgres.ledger import PostgresLedger
from integrations.postgres.reading import PostgresReading
from integrations.postgres.record import PostgresRecord
from integrations.postgres.sequencer import integrate
from integrations.postgres.vault import Vault
from integrations.postgres.verify import verify_live
from integrations.simulated.no_groups import NoGroups
from playbooks.domain.entry import Entry
from playbooks.domain.erasure import SLOTS_OF, Erasable
from playbooks.domain.ids import IncidentKey, OrganizationCode, PersonId
from playbooks.domain.kinds import Kind
from playbooks.domain.proof.bundle_check import verify_bundle
from playbooks.domain.proof.slots import SLOTS
from playbooks.domain.proof.verification import Damage, Report
from playbooks.domain.release import Reader
from tests.casts import Scene, directory
from tests.record_samples import KEY, NOON, command, entry
from tests.worlds import no_playbook

SECRET = "the patient of the clinic"


OTHER = IncidentKey("INC-2026-0002")


def approval(number: int, what: Erasable = Erasable.WORDS, *, target: int = 2, **more: Any) -> Entry:
    named = {"erasure": "X-1", "entry": f"{KEY}/{target}", "number": target}
    data = {**named, "what": what, "slots": list(SLOTS_OF[what]), **more}
    return entry(number, kind=Kind.ERASURE_APPROVE, data=data)


def no_groups(_reader: Reader) -> NoGroups:
    return NoGroups()


async def vault_of(pool: Pool) -> Vault:
    async with connected(pool) as connection:
        return connection.vault


async def named_on(pool: Pool, number: int) -> list[str]:
    """The persons on the card of an entry."""
    async with connected(pool) as connection:
        found = await connection.execute("SELECT persons FROM card WHERE entry = %s", (f"{KEY}/{number}",))
        [[persons]] = await found.fetchall()
        return list(persons)


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
    raw = [line async for line in export_bundle(snapshot(pool), keys, KEY, lambda _: frozenset(SLOTS))]
    assert verify_bundle(raw, keys.public_keys).ok
    told = next(json.loads(line) for line in raw if b'"position":2,' in line)
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


async def test_what_is_erased_of_an_author_is_gone_from_the_card_too(pool: Pool, keys: SigningKeys) -> None:
    await recorded(pool, keys, entry(1), entry(2), approval(3, Erasable.AUTHOR))
    assert await named_on(pool, 2) == ["unhcr-ciso"]
    await carry_out(pool)
    assert await named_on(pool, 2) == [""]
    async with transaction(pool) as connection:
        await make_cards(connection)
    assert (await named_on(pool, 1), await named_on(pool, 2)) == (["unhcr-ciso"], [""])


async def test_a_file_in_evidence_is_gone_and_that_it_was_there_is_proven(
    pool: Pool, keys: SigningKeys
) -> None:
    store = PostgresEvidence(pool)
    sha256 = await store.keep(KEY, SECRET.encode())
    elsewhere = await store.keep(OTHER, SECRET.encode())
    received = entry(2, kind=Kind.EVIDENCE_RECEIVE, data={"evidence": "E-1", "sha256": sha256})
    await recorded(pool, keys, entry(1), received, approval(3, Erasable.FILE))
    assert await carry_out(pool) == 1
    assert await store.kept(KEY) == frozenset()
    assert await store.fetch(OTHER, elsewhere) == SECRET.encode()
    report = await verified(pool, keys)
    assert (report.ok, report.erased) == (True, 0)


async def test_a_file_stays_while_its_incident_is_held(pool: Pool, keys: SigningKeys) -> None:
    sha256 = await PostgresEvidence(pool).keep(KEY, SECRET.encode())
    received = entry(2, kind=Kind.EVIDENCE_RECEIVE, data={"evidence": "E-1", "sha256": sha256})
    await recorded(pool, keys, received, approval(3, Erasable.FILE), entry(4, kind=Kind.HOLD_PLACE))
    assert await carry_out(pool) == 0
    assert await PostgresEvidence(pool).kept(KEY) == {sha256}


async def test_what_a_machine_said_again_is_erased_with_it_and_the_record_verifies(
    pool: Pool, keys: SigningKeys
) -> None:
    copied = approval(4, copies=[f"{KEY}/3"])
    await recorded(pool, keys, entry(1), *(entry(each, texts={"note": SECRET}) for each in (2, 3)), copied)
    assert await carry_out(pool) == 1
    assert SECRET not in await everything(pool)
    report = await verified(pool, keys)
    assert (report.ok, report.erased) == (True, 2), report.first_problem


async def test_who_keeps_something_in_mind_learns_that_something_was_erased(
    pool: Pool, keys: SigningKeys, database: str
) -> None:
    """Every reader who knows of the incident, also one who may read nothing of the entry."""
    scene = Scene(key=KEY)
    scene.do("unhcr-duty", "declare", severity="high")
    scene.do("unhcr-duty", "invite", organizations=["WFP"])
    await recorded(pool, keys, *scene.entries, entry(90), approval(91, target=90))
    async with open_reading_pool(database, vault=await vault_of(pool)) as readers:
        reading = PostgresReading(readers)
        for who in ("wfp-duty", "oict-duty"):
            reader = Reader(organization=directory().person(who).organization, person=PersonId(who))
            assert await reading.erasures(reader, KEY) == 0
        await carry_out(pool)
        for who, knows in (("wfp-duty", True), ("oict-duty", False)):
            reader = Reader(organization=directory().person(who).organization, person=PersonId(who))
            assert await reading.erasures(reader, KEY) == int(knows), who


async def test_an_outline_that_was_kept_says_the_erased_words_no_more(
    pool: Pool, keys: SigningKeys, database: str
) -> None:
    scene = Scene(key=KEY)
    scene.do("unhcr-duty", "declare", severity="high")
    scene.do("unhcr-duty", "invite", organizations=["WFP"])
    said = entry(90, kind=Kind.CLOSE, texts={"reason": SECRET}, audience=("parties",))
    await recorded(pool, keys, *scene.entries, said)
    reader = Reader(organization=OrganizationCode("UNHCR"), person=PersonId("unhcr-duty"))
    async with open_reading_pool(database, vault=await vault_of(pool)) as readers:
        views = RecordViews(
            PostgresReading(readers), PostgresRecord(pool), TriageBoard(no_groups), lambda: NOON, no_playbook
        )
        assert SECRET in str(await views.case(reader, KEY))
        await recorded(pool, keys, approval(91, target=90))
        await carry_out(pool)
        assert SECRET not in str(await views.case(reader, KEY))


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
    await recorded(pool, keys, entry(2), entry(3, OTHER, kind=Kind.ERASURE_APPROVE, data=approval(3).data))
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
