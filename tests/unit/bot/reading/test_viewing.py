"""Who saw what: once an hour for each person, incident and way, and never what is not marked."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.reading.viewing import Viewings, Way, markings_of
from playbooks.domain.entry import Entry
from playbooks.domain.kinds import Kind
from playbooks.domain.marking import Marking
from playbooks.domain.release import release, show
from tests.casts import NOON, Scene, declared, directory, reader


class Kept:
    """Keeps what is appended; the clock stands until it is moved."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self.at = NOON

    def now(self) -> datetime:
        return self.at

    async def append(self, entries: Sequence[Entry]) -> None:
        self.entries.extend(entries)


def viewings() -> tuple[Viewings, Kept]:
    kept = Kept()
    return Viewings(kept, kept.now), kept


async def test_a_reader_who_leafs_through_a_story_writes_one_entry_an_hour() -> None:
    seen, kept = viewings()
    person, state = directory().person("wfp-duty"), declared(joined=("WFP",)).state
    for _ in range(20):
        await seen.saw(person, state, Way.PAGE)
    kept.at += timedelta(minutes=59)
    await seen.saw(person, state, Way.PAGE)
    assert [entry.kind for entry in kept.entries] == [Kind.CASE_VIEW]
    kept.at += timedelta(minutes=1)
    await seen.saw(person, state, Way.PAGE)
    assert len(kept.entries) == 2


async def test_two_processes_write_the_same_entry() -> None:
    (one, first), (other, second) = viewings(), viewings()
    person, state = directory().person("wfp-duty"), declared(joined=("WFP",)).state
    second.at += timedelta(minutes=10)
    await one.saw(person, state, Way.PAGE)
    await other.saw(person, state, Way.PAGE)
    assert first.entries[0].id == second.entries[0].id


async def test_each_person_each_way_and_each_incident_counts_by_itself() -> None:
    seen, kept = viewings()
    state = declared(joined=("WFP",)).state
    for who in ("wfp-duty", "wfp-ciso"):
        for way in Way:
            await seen.saw(directory().person(who), state, way)
    assert len({entry.id for entry in kept.entries}) == 2 * len(Way)


async def test_what_anybody_of_the_community_may_have_is_not_counted() -> None:
    seen, kept = viewings()
    person = directory().person("unhcr-ciso")
    await seen.saw(person, declared(marking="TLP:GREEN").state, Way.PAGE)
    assert kept.entries == []


async def test_the_strictest_of_what_was_shown_counts() -> None:
    seen, kept = viewings()
    scene = declared(marking="TLP:GREEN")
    stricter = scene.entries[0].model_copy(update={"marking": Marking.AMBER})
    story = [show(stricter, reader("unhcr-ciso", scene.case))]
    await seen.saw(directory().person("unhcr-ciso"), scene.state, Way.PAGE, markings_of(story))
    assert [entry.data["marking"] for entry in kept.entries] == ["TLP:AMBER"]


async def test_who_looked_is_for_the_lead_and_for_her_own_organization() -> None:
    seen, kept = viewings()
    scene = declared(joined=("WFP", "UNICC"))
    await seen.saw(directory().person("wfp-duty"), scene.state, Way.PAGE)
    [entry] = kept.entries
    readers = {"unhcr-ciso": True, "wfp-ciso": True, "unicc-duty": False}
    assert {who: bool(release(entry, reader(who, scene.case))) for who in readers} == readers


async def test_who_looked_at_a_restricted_incident_is_for_the_named() -> None:
    seen, kept = viewings()
    scene: Scene = declared(joined=("WFP",))
    scene.do("unhcr-duty", "restrict", named=["wfp-legal"])
    await seen.saw(directory().person("wfp-legal"), scene.state, Way.ROOM)
    [entry] = kept.entries
    readers = {"unhcr-duty": True, "wfp-legal": True, "unhcr-ciso": False, "wfp-ciso": False}
    assert {who: bool(release(entry, reader(who, scene.case))) for who in readers} == readers
