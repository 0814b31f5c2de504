"""Sheaves: a page that reads blocks bound together sees what it would see entry by entry, for every reader."""

from collections.abc import AsyncIterator, Sequence
from functools import partial

import pytest
import pytest_asyncio

from bot.reading.cases import Cases
from bot.reading.outlines import Outlines
from integrations.postgres.database import Pool, connected, open_reading_pool, transaction
from integrations.postgres.entrusting import rewrap
from integrations.postgres.erasure import carry_out
from integrations.postgres.keys import SigningKeys
from integrations.postgres.reading import PostgresReading
from integrations.postgres.record import PostgresRecord
from integrations.postgres.sequencer import integrate
from integrations.postgres.sheaves import bind_waiting, ensure_sheaves
from integrations.postgres.sheaves import blocks as bound_blocks
from integrations.postgres.vault import Vault
from playbooks.domain.entry import Entry
from playbooks.domain.erasure import SLOTS_OF, Erasable
from playbooks.domain.errors import NotFound
from playbooks.domain.ids import OrganizationCode
from playbooks.domain.kinds import Kind
from playbooks.domain.marking import Marking
from playbooks.domain.release import Reader, release
from playbooks.ports.views import Outline
from tests.integration.postgres.test_outlines import Clock
from tests.worlds import RANSOMWARE, Story, a_ransomware_incident

SIZE = 9
READERS = [
    Reader(organization=OrganizationCode(code), person=person, ceiling=ceiling, chatham_house=chatham_house)
    for code, person in (
        ("UNHCR", "unhcr-ciso"),
        ("UNHCR", "unhcr-duty"),
        ("WFP", "wfp-duty"),
        ("WFP", None),
        ("UNICC", "unicc-duty"),
    )
    for ceiling in (Marking.RED, Marking.GREEN)
    for chatham_house in (False, True)
]


@pytest_asyncio.fixture
async def reading(database: str, vault: Vault) -> AsyncIterator[PostgresReading]:
    async with open_reading_pool(database, vault=vault) as readers:
        yield PostgresReading(readers)


async def recorded(pool: Pool, keys: SigningKeys, entries: Sequence[Entry]) -> None:
    await PostgresRecord(pool).append(entries)
    while await integrate(pool, keys):
        pass


async def bind_all(pool: Pool) -> int:
    bound = 0
    while await bind_waiting(pool, SIZE):
        bound += 1
    return bound


async def blocks(reading: PostgresReading, reader: Reader) -> int:
    return len([each async for each in reading.blocks(reader, RANSOMWARE)])


async def outline(reading: PostgresReading, reader: Reader) -> Outline | None:
    """Read anew; None for whoever may not know of it."""
    try:
        placed = await reading.placed(reader, RANSOMWARE)
    except NotFound:
        return None
    return await Outlines(reading, Clock()).outline(placed, RANSOMWARE)


def seen(found: Outline | None) -> object:
    return None if found is None else (found.case, found.traces)


async def everybody(reading: PostgresReading) -> list[object]:
    return [seen(await outline(reading, reader)) for reader in READERS]


def marked(after: Entry) -> list[Entry]:
    """Entries of every marking and of several audiences, one of them for a named person alone."""
    story = Story(at=after.at)
    audiences = (("parties",), ("WFP",), ("person:wfp-duty",), ("community",), (), ("parties", "UNICC"))
    said = {"organization": "WFP", "step": "s", "run": "r", "happened_at": "2026-11-20T08:00:00+00:00"}
    texts = {"note": "n", "name": "A step"}
    for who in ("wfp-duty", "unhcr-duty"):
        for kind in (Kind.NOTE_ADD, Kind.STEP_START):
            for marking in Marking:
                for audience in audiences:
                    story.say(who, 1, kind, texts=texts, marked=marking, shown_to=audience, **said)
    return story.entries


def a_long_story() -> list[Entry]:
    entries = a_ransomware_incident(closed=True)
    return [*entries, *marked(entries[-1])]


async def test_blocks_give_every_reader_what_the_entries_give(
    pool: Pool, keys: SigningKeys, reading: PostgresReading
) -> None:
    entries = a_long_story()
    await recorded(pool, keys, entries)
    by_entry = await everybody(reading)
    assert await bind_all(pool) == len(entries) // SIZE
    assert await everybody(reading) == by_entry
    assert await blocks(reading, READERS[0]) == len(entries) // SIZE
    assert len({str(each) for each in by_entry}) > 4, "the readers must differ"


async def test_a_block_in_which_nobody_is_to_be_named_is_read_entry_by_entry(
    pool: Pool, keys: SigningKeys, reading: PostgresReading
) -> None:
    entries = a_long_story()
    said = Story(at=entries[-1].at)
    for _ in range(SIZE):
        said.say("unhcr-duty", 1, Kind.NOTE_ADD, texts={"note": "n"}, shown_to=("parties", "unattributed"))
    entries += said.entries
    await recorded(pool, keys, entries)
    by_entry = await everybody(reading)
    bound = await bind_all(pool)
    assert bound == len(entries) // SIZE
    assert await everybody(reading) == by_entry
    assert bound - 2 <= await blocks(reading, READERS[0]) < bound
    async with pool.connection() as connection:
        found = await connection.execute("SELECT FROM sheaf WHERE 'unattributed' = ANY (organizations)")
        assert not found.rowcount


async def test_the_database_gives_no_sheaf_that_the_rule_withholds(
    pool: Pool, keys: SigningKeys, reading: PostgresReading
) -> None:
    entries = a_long_story()
    await recorded(pool, keys, entries)
    bound = await bind_all(pool)
    for reader in (*READERS, Reader(organization=None), Reader(organization=OrganizationCode("FAO"))):
        given = [sheaf async for block in reading.blocks(reader, RANSOMWARE) for sheaf in block.sheaves]
        placed = [] if not given else [await reading.placed(reader, RANSOMWARE)]
        hers = [each.id for each in entries[: bound * SIZE] if placed and release(each, placed[0])]
        assert sorted(trace.id for sheaf in given for trace in sheaf.traces) == sorted(hers)


async def test_an_outline_that_was_carried_on_takes_blocks_up_where_it_stands(
    pool: Pool, keys: SigningKeys, reading: PostgresReading
) -> None:
    entries = a_long_story()
    await recorded(pool, keys, entries[:20])
    placed = await reading.placed(READERS[0], RANSOMWARE)
    kept = Outlines(reading, Clock())
    await kept.outline(placed, RANSOMWARE)
    await recorded(pool, keys, entries[20:])
    await bind_all(pool)
    assert seen(await kept.outline(placed, RANSOMWARE)) == seen(await outline(reading, READERS[0]))


async def test_a_case_judged_by_is_the_same_with_blocks(pool: Pool, keys: SigningKeys) -> None:
    entries = a_long_story()
    await recorded(pool, keys, entries)
    assert await bind_all(pool)
    record, bound = PostgresRecord(pool), partial(bound_blocks, partial(connected, pool))
    case = await Cases(record, bound).case(RANSOMWARE)
    assert case == await Cases(record).case(RANSOMWARE)
    assert case.state.closed_at is not None
    async with connected(pool) as connection:
        await connection.execute("DELETE FROM sheaf_block WHERE first = %s", (1 + SIZE,))
    assert await Cases(record, bound).case(RANSOMWARE) == case


async def test_what_is_erased_leaves_its_block_and_the_rest_is_read_all_the_same(
    pool: Pool, keys: SigningKeys, reading: PostgresReading
) -> None:
    entries = list(a_ransomware_incident(closed=True))
    task = next(number for number, each in enumerate(entries) if each.kind == Kind.TASK_ADD)
    await recorded(pool, keys, entries)
    bound = await bind_all(pool)
    words = entries[task].texts["text"]
    assert words in str(seen(await outline(reading, READERS[0])))
    slots = [*SLOTS_OF[Erasable.WORDS], *SLOTS_OF[Erasable.AUTHOR]]
    erased = {
        "erasure": "X-1",
        "entry": entries[task].id,
        "number": task + 1,
        "what": "words",
        "slots": slots,
    }
    story = Story(at=entries[-1].at)
    await recorded(pool, keys, [story.say("unhcr-ciso", 1, Kind.ERASURE_APPROVE, **erased)])
    assert await carry_out(pool) == 1
    assert await blocks(reading, READERS[0]) == bound - 1
    by_entry = await everybody(reading)
    assert words not in str(by_entry)
    assert await bind_all(pool) == 1
    assert await everybody(reading) == by_entry


async def test_a_block_that_does_not_open_is_read_from_the_record(
    pool: Pool, keys: SigningKeys, reading: PostgresReading
) -> None:
    await recorded(pool, keys, a_ransomware_incident(closed=True))
    by_entry = await everybody(reading)
    bound = await bind_all(pool)
    async with connected(pool) as connection:
        await connection.execute(
            "UPDATE sheaf SET body = overlay(body PLACING '\\x00' FROM 20) WHERE first = 1"
        )
    assert await blocks(reading, READERS[0]) == bound - 1
    assert await everybody(reading) == by_entry


async def test_no_block_holds_words_in_clear(pool: Pool, keys: SigningKeys) -> None:
    entries = a_ransomware_incident(closed=True)
    await recorded(pool, keys, entries)
    assert await bind_all(pool)
    async with connected(pool) as connection:
        rows = await (await connection.execute("SELECT body, key FROM sheaf")).fetchall()
    assert rows
    assert all(key is not None for _, key in rows)
    assert not any(b"unhcr" in bytes(body) for body, _ in rows)


@pytest.mark.parametrize("why", ["another version", "keys wrapped anew"])
async def test_blocks_are_bound_again_where_they_must_be(
    pool: Pool, keys: SigningKeys, reading: PostgresReading, vault: Vault, why: str
) -> None:
    await recorded(pool, keys, a_ransomware_incident(closed=True))
    bound = await bind_all(pool)
    if why == "another version":
        async with transaction(pool) as connection:
            await connection.execute("UPDATE read_model SET version = 0 WHERE name = 'sheaf'")
            await ensure_sheaves(connection)
    else:
        await rewrap(pool, vault)
    assert await blocks(reading, READERS[0]) == 0
    assert await bind_all(pool) == bound
