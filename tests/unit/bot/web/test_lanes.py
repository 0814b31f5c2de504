import itertools
import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.web.page.axis import CELL
from bot.web.page.lanes import WIDTH, Bar, Picture, picture, sentence
from playbooks.domain.entry import Entry
from playbooks.domain.kinds import Kind
from playbooks.domain.release import Reader, Shown, show
from playbooks.domain.telling import tell
from playbooks.domain.tongue import Tongue, speaking
from playbooks.domain.trace import traces_of
from playbooks.texts import load_texts
from tests.worlds import BEGAN_AT, RANSOMWARE, Story, a_circle, a_ransomware_incident

CIRCLE = a_circle()
PEOPLE = ("unhcr-duty", "wfp-duty", "unicc-duty")
READER = Reader(organization=CIRCLE.organization("UNHCR").code, person="unhcr-ciso", party_to=(RANSOMWARE,))
PARTIES = ("UNHCR", "WFP", "UNICC")


def shown(entries: Sequence[Entry], reader: Reader = READER) -> list[Shown]:
    found = [show(entry, reader, number) for number, entry in enumerate(entries, start=1)]
    return [each for each in found if not each.is_withheld]


def pictured(story: Sequence[Shown], parties: Sequence[str], now: datetime, **asked: Any) -> Picture | None:
    found = picture(traces_of(story), parties, now, **asked)
    texts = load_texts()
    return found and found.told(texts, {each.id: sentence(tell(each, texts)) for each in story})


def drawn(entries: Sequence[Entry], **asked: Any) -> Picture:
    found = pictured(shown(entries), PARTIES, BEGAN_AT + timedelta(days=1), **asked)
    assert found
    return found


def notes(count: int, minutes: float) -> tuple[Entry, ...]:
    story = Story(directory=CIRCLE)
    for number in range(count):
        story.say(PEOPLE[number % 3], minutes, Kind.NOTE_ADD, texts={"note": "x"})
    return tuple(story.entries)


def test_each_party_has_its_lane_in_order_and_nothing_overlaps() -> None:
    lanes = drawn(a_ransomware_incident()).lanes
    assert [lane.name for lane in lanes] == list(PARTIES)
    for upper, lower in itertools.pairwise(lanes):
        assert upper.y + upper.height == lower.y


def test_a_task_is_a_bar_in_the_lane_of_whoever_does_it_and_open_until_done() -> None:
    lanes = {lane.name: lane for lane in drawn(a_ransomware_incident()).lanes}
    bars = {bar.label: bar for lane in lanes.values() for bar in lane.bars}
    assert bars["WFP-1"] in lanes["WFP"].bars
    assert bars["WFP-1"].open
    assert not bars["UNICC-1"].open
    closed = {bar.label: bar for lane in drawn(a_ransomware_incident(closed=True)).lanes for bar in lane.bars}
    assert not closed["WFP-1"].open


def test_a_bar_has_the_name_of_a_shipped_playbooks_step_in_the_language_of_whoever_looks() -> None:
    name = "Preserve memory and disks"
    bar = Bar(0, 0, 1_000, "step", name, "e1", BEGAN_AT, "#e-e1", open=True)
    assert bar.label == name
    with speaking(Tongue(language="fr")):
        assert bar.label == load_texts().say("shipped.preserve-memory-and-disks") != name


def test_what_is_shown_without_its_author_stands_in_nobodys_lane() -> None:
    reader = READER.model_copy(
        update={"chatham_house": True, "organization": "UNICC", "person": "unicc-ciso"}
    )
    found = pictured(shown(a_ransomware_incident(), reader), (), BEGAN_AT)
    assert found
    assert {lane.name for lane in found.lanes} == {"UNICC", "not attributed"}
    assert not [mark for lane in found.lanes for mark in lane.marks if "wfp" in mark.title.casefold()]


def test_the_tool_tips_are_in_the_language_and_on_the_clock_of_whoever_looks() -> None:
    with speaking(Tongue(language="fr", time_zone="Africa/Nairobi")):
        found = drawn(notes(5_000, 0.2))
    title = found.lanes[0].marks[0].title
    assert re.fullmatch(r"de \d\d:\d\d à \d\d:\d\d UNHCR\N{NO-BREAK SPACE}: \d+ notes", title)
    assert clock_of(title) != clock_of(drawn(notes(5_000, 0.2)).lanes[0].marks[0].title)
    assert found.summary.startswith("5000 entrées, du ")


def clock_of(title: str) -> str:
    return str(re.findall(r"\d\d:\d\d", title)[0])


def test_the_picture_of_a_long_story_is_no_larger() -> None:
    found = drawn(notes(5_000, 0.2))
    marks = [mark for lane in found.lanes for mark in lane.marks]
    assert len(marks) <= 3 * WIDTH / CELL
    assert sum(mark.count for mark in marks) == 5_000


def test_what_finds_no_row_is_counted_and_covers_nothing() -> None:
    story = Story(directory=CIRCLE)
    for number in range(11):
        task = f"UNHCR-{number}"
        story.say(PEOPLE[0], 1, Kind.TASK_ADD, f"task/{task}", task=task, organization="UNHCR")
    lane = drawn(story.entries).lanes[0]
    assert len({bar.y for bar in lane.bars}) == len(lane.bars) == 8
    assert lane.more == 3


def test_a_mark_leads_to_its_entry_on_whatever_page_it_is() -> None:
    found = drawn(notes(700, 1), page=3)
    hrefs = [mark.href for lane in found.lanes for mark in lane.marks]
    assert {re.sub("e-.*", "", href) for href in hrefs} == {"?page=1#", "?page=2#", "#"}


def test_nothing_happened_is_no_picture() -> None:
    assert pictured([], PARTIES, BEGAN_AT) is None


@pytest.mark.parametrize("minutes", [0, 1 / 60, 1, 60, 60 * 24, 60 * 24 * 40])
def test_the_axis_fits_seconds_and_months(minutes: float) -> None:
    ticks = drawn(notes(12, minutes)).ticks
    assert len(ticks) <= 12
    assert all(0 <= tick.x <= WIDTH for tick in ticks)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(PEOPLE), st.floats(0, 600), st.sampled_from(["note", "task", "done"])),
        max_size=40,
    )
)
def test_every_mark_and_bar_lies_in_its_lane_and_no_two_targets_meet(
    acts: list[tuple[str, float, str]],
) -> None:
    story = Story(directory=CIRCLE)
    for number, (who, minutes, act) in enumerate(acts):
        task = f"UNHCR-{number if act == 'task' else number - 1}"
        kind = {"note": Kind.NOTE_ADD, "task": Kind.TASK_ADD, "done": Kind.TASK_DONE}[act]
        story.say(who, minutes, kind, f"task/{task}", task=task, organization="UNHCR")
    found = pictured(shown(story.entries), PARTIES, BEGAN_AT + timedelta(days=30))
    for lane in found.lanes if found else ():
        spots = [(mark.x, mark.y) for mark in lane.marks]
        assert len(spots) == len(set(spots))
        for x, y in spots:
            assert lane.y < y - CELL // 2
            assert y + CELL // 2 < lane.y + lane.height
            assert CELL // 2 <= x <= WIDTH - CELL // 2
        rows: dict[int, list[tuple[int, int]]] = {}
        for bar in lane.bars:
            assert bar.x + bar.width <= WIDTH
            assert bar.y + CELL <= lane.y + lane.height
            rows.setdefault(bar.y, []).append((bar.x, bar.x + bar.width))
        for spans in rows.values():
            ordered = sorted(spans)
            assert all(left[1] <= right[0] for left, right in itertools.pairwise(ordered))
