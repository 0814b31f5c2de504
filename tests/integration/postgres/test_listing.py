"""The list of incidents opens what stands on the page it shows, however many incidents there are."""

from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import timedelta

import pytest
import pytest_asyncio

from bot.reading.triage import TriageBoard
from bot.reading.views import RecordViews
from integrations.postgres.alert_groups import PostgresAlertGroups
from integrations.postgres.database import Connection, Pool, open_reading_pool
from integrations.postgres.reading import PostgresReading
from integrations.postgres.record import PostgresRecord
from integrations.postgres.vault import Vault
from playbooks.domain.ids import IncidentKey
from playbooks.domain.release import Reader
from playbooks.ports.listing import Sort, Wanted
from tests.casts import NOON, Scene, reader
from tests.worlds import no_playbook

FEW, MANY = 3, 12
PAGE = 2
WFP = reader("wfp-duty")


class CountingVault(Vault):
    """Counts the entries whose words were opened."""

    opened = 0

    def open(
        self, entry: str, values: Sequence[str | None], salts: bytes, wrapped: bytes | None
    ) -> tuple[str | None, ...]:
        self.opened += 1
        return super().open(entry, values, salts, wrapped)


class CountingReading(PostgresReading):
    """Counts the questions asked."""

    asked = 0

    def open(self, reader: Reader, *, snapshot: bool = False) -> AbstractAsyncContextManager[Connection]:
        self.asked += 1
        return super().open(reader, snapshot=snapshot)


class Counted:
    """The views over a record of many incidents, and what looking costs."""

    def __init__(self, pool: Pool, readers: Pool, vault: CountingVault) -> None:
        self.record, self.vault = PostgresRecord(pool), vault
        self.reading = CountingReading(readers)
        self.told = 0
        board = TriageBoard(lambda _: PostgresAlertGroups(pool))
        self.views = RecordViews(self.reading, self.record, board, lambda: NOON, no_playbook)

    async def tell(self, count: int) -> None:
        """Incidents of WFP, until there are so many; a day between each two, every entry of theirs says *relay*."""
        while self.told < count:
            self.told += 1
            scene = Scene(key=IncidentKey(f"INC-2026-{self.told:04}"), at=NOON + timedelta(days=self.told))
            scene.do("wfp-duty", "declare", severity="low", texts={"title": f"Relay {self.told}"})
            for _ in range(4):
                scene.do("wfp-duty", "note", texts={"note": "The relay again."})
            await self.record.append(scene.entries)

    async def cost(self, wanted: Wanted) -> tuple[int, int]:
        """Entries opened and questions asked for a page of the list, which must be a full one."""
        self.vault.opened = self.reading.asked = 0
        listing = await self.views.listed(WFP, wanted)
        assert (len(listing.lines), listing.total) == (PAGE, self.told)
        assert all(line.title for line in listing.lines)
        return self.vault.opened, self.reading.asked


@pytest_asyncio.fixture
async def counted(pool: Pool, database: str, vault: Vault) -> AsyncIterator[Counted]:
    counting = CountingVault(vault._keys)
    async with open_reading_pool(database, vault=counting) as readers:
        yield Counted(pool, readers, counting)


BY_CARDS = [sort for sort in Sort if sort is not Sort.TITLE]


@pytest.mark.parametrize("sort", BY_CARDS)
async def test_the_titles_of_a_page_are_opened_and_no_others(counted: Counted, sort: Sort) -> None:
    await counted.tell(MANY)
    opened, _ = await counted.cost(Wanted(sort=sort, most=PAGE))
    assert opened == PAGE


async def test_where_titles_are_sorted_each_is_opened_once(counted: Counted) -> None:
    await counted.tell(MANY)
    assert (await counted.cost(Wanted(sort=Sort.TITLE, most=PAGE)))[0] == MANY
    titles = [line.title for line in (await counted.views.listed(WFP, Wanted(sort=Sort.TITLE))).lines]
    assert titles == sorted(titles) != [f"Relay {number}" for number in range(1, MANY + 1)]


async def test_a_search_goes_over_all_entries_however_many_say_the_words(counted: Counted) -> None:
    """The oldest incident is found though hundreds of newer entries say the same."""
    await counted.tell(FEW)
    scene = Scene(key=IncidentKey("INC-2026-9000"), at=NOON + timedelta(days=300))
    scene.do("wfp-duty", "declare", severity="low", texts={"title": "Relay"})
    for _ in range(600):
        scene.do("wfp-duty", "note", texts={"note": "The relay again."})
    await counted.record.append(scene.entries)
    found = await counted.views.listed(WFP, Wanted(words="relay"))
    assert {line.key for line in found.lines} == {"INC-2026-9000", *(f"INC-2026-000{n}" for n in (1, 2, 3))}
    assert {len(each) for each in found.hits.values()} == {3}


async def test_a_search_opens_the_words_of_the_page_and_asks_no_more_where_more_is_found(
    counted: Counted,
) -> None:
    costs = []
    for count in (FEW, MANY):
        await counted.tell(count)
        costs.append(await counted.cost(Wanted(words="relay", most=PAGE)))
    few, many = costs
    assert few == many
    assert many[0] == PAGE + 3 * PAGE


async def test_a_page_beyond_the_last_is_the_last(counted: Counted) -> None:
    await counted.tell(FEW)
    listing = await counted.views.listed(WFP, Wanted(most=PAGE, page=1_000_000))
    assert [line.key for line in listing.lines] == ["INC-2026-0001"]
    assert (listing.total, listing.page, listing.pages) == (FEW, 2, 2)


async def test_who_knows_of_nothing_is_told_that_there_is_nothing(counted: Counted) -> None:
    await counted.tell(FEW)
    for who in ("unhcr-duty", None):
        listing = await counted.views.listed(reader(who), Wanted(words="relay", most=PAGE))
        assert (listing.lines, listing.total, listing.parties, listing.hits) == ((), 0, (), {})


async def test_where_the_rule_gives_none_of_the_words_found_the_incident_is_not_listed(
    counted: Counted, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The wall behind the database's: a search that finds too much tells nothing."""

    async def nobody(_reader: Reader, _keys: Collection[IncidentKey]) -> Reader:
        return reader("FAO")

    await counted.tell(FEW)
    monkeypatch.setattr(counted.reading, "placed_in", nobody)
    listing = await counted.views.listed(WFP, Wanted(words="relay", most=PAGE))
    assert (listing.lines, listing.hits) == ((), {})
