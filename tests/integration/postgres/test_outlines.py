"""Outlines kept at hand: what is carried on entry by entry is what reading all anew would give, for every reader."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.reading.outlines import LONGEST
from bot.reading.triage import TriageBoard
from bot.reading.views import RecordViews
from integrations.postgres.alert_groups import PostgresAlertGroups
from integrations.postgres.database import Pool, open_reading_pool
from integrations.postgres.reading import PostgresReading
from integrations.postgres.record import PostgresRecord
from integrations.postgres.vault import Vault
from playbooks.domain.entry import Entry
from playbooks.domain.errors import NotFound
from playbooks.domain.ids import OrganizationCode
from playbooks.domain.kinds import Kind
from playbooks.domain.release import Reader
from playbooks.domain.trace import traces_of
from playbooks.ports.views import Outline
from tests.worlds import RANSOMWARE, Story, a_ransomware_incident, no_playbook

READERS = [
    Reader(organization=OrganizationCode(code), person=person)
    for code, person in (("UNHCR", "unhcr-ciso"), ("WFP", "wfp-duty"), ("UNICC", "unicc-duty"), ("WFP", None))
]


class Clock:
    """A clock that is set."""

    def __init__(self) -> None:
        self.at = datetime(2026, 11, 22, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.at


def views_of(pool: Pool, readers: Pool, clock: Clock) -> RecordViews:
    record = PostgresRecord(pool)
    return RecordViews(
        PostgresReading(readers), record, TriageBoard(lambda _: PostgresAlertGroups(pool)), clock, no_playbook
    )


async def test_an_outline_carried_on_is_the_one_read_anew(
    pool: Pool, database: str, vault: Vault, sequencer: None
) -> None:
    entries, clock = a_ransomware_incident(closed=True), Clock()
    async with open_reading_pool(database, vault=vault) as readers:
        kept = views_of(pool, readers, clock)
        for begin in range(0, len(entries), 9):
            await PostgresRecord(pool).append(entries[begin : begin + 9])
            anew = views_of(pool, readers, clock)
            for reader in READERS:
                if not await _knows(anew, reader):
                    continue
                outline = await kept.outline(reader, RANSOMWARE)
                assert outline.case == (await anew.outline(reader, RANSOMWARE)).case
                story = traces_of(await anew.story(reader, RANSOMWARE))
                assert {trace.id for trace in outline.traces} == {trace.id for trace in story}
                told = await kept.told(reader, RANSOMWARE, outline.traces)
                assert {shown.id for shown in told} == {trace.id for trace in story}


async def _knows(views: RecordViews, reader: Reader) -> bool:
    try:
        await views.case(reader, RANSOMWARE)
    except NotFound:
        return False
    return True


async def test_who_left_reads_no_more_of_what_came_since_and_who_joins_reads_what_came_before(
    pool: Pool, database: str, vault: Vault, sequencer: None
) -> None:
    story, clock, record = Story(), Clock(), PostgresRecord(pool)
    entries: list[Entry] = [*a_ransomware_incident()]
    story.at = entries[-1].at
    await record.append(entries)
    async with open_reading_pool(database, vault=vault) as readers:
        views = views_of(pool, readers, clock)
        before = len((await views.outline(READERS[1], RANSOMWARE)).traces)
        await record.append(
            [
                story.say("wfp-duty", 1, Kind.PARTY_LEAVE, "part/WFP", organization="WFP"),
                story.say("unhcr-duty", 1, Kind.NOTE_ADD, texts={"note": "After WFP left."}),
            ]
        )
        left = await views.outline(READERS[1], RANSOMWARE)
        assert "After WFP left." not in await words(views, left)
        await record.append([story.say("wfp-duty", 1, Kind.PARTY_JOIN, "part/WFP", organization="WFP")])
        again = await views.outline(READERS[1], RANSOMWARE)
        assert "After WFP left." in await words(views, again)
        assert len(again.traces) == before + 3


async def words(views: RecordViews, outline: Outline) -> str:
    """All that an outline's entries say to the reader from WFP."""
    return str(await views.told(READERS[1], RANSOMWARE, outline.traces))


async def test_an_outline_is_made_anew_after_an_hour(
    pool: Pool, database: str, vault: Vault, sequencer: None
) -> None:
    clock, record = Clock(), PostgresRecord(pool)
    await record.append(a_ransomware_incident())
    async with open_reading_pool(database, vault=vault) as readers:
        views = views_of(pool, readers, clock)
        first = await views.outline(READERS[0], RANSOMWARE)
        clock.at += LONGEST + timedelta(seconds=1)
        assert (await views.outline(READERS[0], RANSOMWARE)) is not first


@pytest.mark.parametrize("reader", READERS)
async def test_told_gives_no_entry_of_another_incident_and_none_withheld(
    pool: Pool, database: str, vault: Vault, sequencer: None, reader: Reader
) -> None:
    record = PostgresRecord(pool)
    await record.append(a_ransomware_incident())
    async with open_reading_pool(database, vault=vault) as readers:
        views = views_of(pool, readers, Clock())
        everything = traces_of(await views.story(READERS[0], RANSOMWARE))
        own = {shown.id for shown in await views.story(reader, RANSOMWARE)}
        assert {shown.id for shown in await views.told(reader, RANSOMWARE, everything)} <= own
