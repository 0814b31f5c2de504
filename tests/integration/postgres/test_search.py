"""Full text search: in people's words, in every language, and only in what the reader may have."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from bot.reading.triage import TriageBoard
from bot.reading.views import RecordViews
from integrations.postgres.alert_groups import PostgresAlertGroups
from integrations.postgres.database import Pool, connected, open_reading_pool
from integrations.postgres.reading import PostgresReading
from integrations.postgres.record import PostgresRecord
from integrations.postgres.vault import Vault
from integrations.postgres.word_making import ensure_words
from integrations.postgres.words import hidden_words
from playbooks.domain.ids import IncidentKey, OrganizationCode
from playbooks.domain.kinds import Kind
from playbooks.domain.release import Reader
from playbooks.ports.listing import Wanted
from tests.casts import NOON
from tests.worlds import HOSTILE, RANSOMWARE, Story, a_ransomware_incident, no_playbook

UNHCR = Reader(organization=OrganizationCode("UNHCR"), person="unhcr-ciso")
WFP = Reader(organization=OrganizationCode("WFP"), person="wfp-duty")
STRANGER = Reader(organization=OrganizationCode("FAO"))


@pytest_asyncio.fixture
async def views(pool: Pool, database: str, vault: Vault) -> AsyncIterator[RecordViews]:
    record = PostgresRecord(pool)
    await record.append(a_ransomware_incident())
    async with open_reading_pool(database, vault=vault) as readers:
        yield RecordViews(
            PostgresReading(readers),
            record,
            TriageBoard(lambda _: PostgresAlertGroups(pool)),
            lambda: NOON,
            no_playbook,
        )


async def found(views: RecordViews, words: str, reader: Reader = UNHCR) -> list[IncidentKey]:
    return [line.key for line in (await views.listed(reader, Wanted(words=words))).lines]


@pytest.mark.parametrize(
    "words",
    ["relay", "RELAY", '"mail relay"', "relay 203.0.113.7 or relay", "ransomware geneva", "relay -nonsense"],
)
async def test_words_are_found_in_titles_and_entries(views: RecordViews, words: str) -> None:
    assert await found(views, words) == [RANSOMWARE]


@pytest.mark.parametrize(
    "words", ["nothing", '"relay mail"', "relay -mail", "reason", "title", "text", "& | !"]
)
async def test_what_nobody_said_is_not_found_nor_the_names_of_slots(views: RecordViews, words: str) -> None:
    assert await found(views, words) == []


async def test_nobody_finds_what_she_may_not_read(views: RecordViews) -> None:
    assert await found(views, "names a member of staff") == [RANSOMWARE]
    assert await found(views, "names a member of staff", WFP) == []
    assert await found(views, "relay", WFP) == [RANSOMWARE]
    assert await found(views, "relay", STRANGER) == []


async def test_hits_are_the_entries_that_say_it_three_at_most(views: RecordViews) -> None:
    hits = (await views.listed(UNHCR, Wanted(words="relay"))).hits[RANSOMWARE]
    assert 1 <= len(hits) <= 3
    assert all("relay" in str(shown.slots["texts"]) for shown in hits)


async def test_any_words_are_recorded_and_those_of_any_script_found(views: RecordViews, pool: Pool) -> None:
    story = Story()
    story.at = NOON
    said = (*HOSTILE, "back\\slash \\u0000 \\ \\\\", '"quoted":"key":', "\x00 null", "x" * 5000)
    await PostgresRecord(pool).append(
        [story.say("unhcr-duty", 1, Kind.NOTE_ADD, texts={"note": words}) for words in said]
    )
    for words in ("القاهرة", "заметка", "quoted", "slash"):
        assert await found(views, words) == [RANSOMWARE], words


async def test_what_is_erased_is_found_no_more(views: RecordViews, pool: Pool) -> None:
    async with connected(pool) as connection:
        await connection.execute("UPDATE body SET texts = NULL WHERE kind NOT LIKE '%%declare%%'")
        row = await (await connection.execute("SELECT count(*) FROM words")).fetchone()
    assert await found(views, "relay") == []
    assert row
    assert row[0] > 0


async def test_the_index_holds_no_word_and_is_made_again_as_it_was(views: RecordViews, pool: Pool) -> None:
    async with connected(pool) as connection:
        kept = await (
            await connection.execute("SELECT entry, vector::text FROM words ORDER BY entry")
        ).fetchall()
        assert not [vector for _, vector in kept if "relay" in vector or "ransomware" in vector]
        await connection.execute("DELETE FROM read_model WHERE name = 'words'")
        async with connection.transaction():
            await ensure_words(connection)
        again = await (
            await connection.execute("SELECT entry, vector::text FROM words ORDER BY entry")
        ).fetchall()
    assert kept == again
    assert kept


async def test_readers_cannot_read_the_index_itself(database: str, pool: Pool, vault: Vault) -> None:
    async with open_reading_pool(database, vault=vault) as readers, connected(readers) as connection:
        with pytest.raises(Exception, match="permission denied"):
            await connection.execute("SELECT * FROM public.words")


@pytest.mark.parametrize(
    "text", ["Dawn at the port, dawn again — à l'aube", "a " * 200 + "b", "", "完了 ok'\\:9"]
)
async def test_words_stand_in_the_index_as_postgresql_would_have_put_them(
    pool: Pool, vault: Vault, text: str
) -> None:
    hidden = hidden_words(vault, {"note": text})
    in_order = sorted(
        (int(place), word.partition(":")[0])
        for word in hidden.split()
        for place in word.partition(":")[2].split(",")
    )
    async with connected(pool) as connection:
        row = await (
            await connection.execute(
                "SELECT %s::tsvector = to_tsvector('simple', %s)",
                (hidden, " ".join(word for _, word in in_order)),
            )
        ).fetchone()
    assert row == (True,)
