"""The swim lanes: a lane for each organization, marks for what happened, bars for what took time.

Geometry only, in units of a picture that is `WIDTH` wide unless said otherwise; the template draws it. However long
the story, there are at most as many marks as a lane has cells, since entries of one group in one cell become one mark
with a number.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from bot.web.page.axis import CELL, Axis, Tick
from bot.web.page.group import Group, group_of
from bot.web.page.story import WINDOW
from playbooks.domain.document import Document, plain
from playbooks.domain.inert import one_line
from playbooks.domain.kinds import Kind
from playbooks.domain.tongue import clock, colon, moment
from playbooks.domain.trace import Trace
from playbooks.texts import Texts
from playbooks.texts.spoken import name_as_read

WIDTH: Final = 1008
TOP: Final = 28
"""The height of the axis above the lanes."""
_GAP: Final = 10
_LETTER: Final = 7
"""The width of a letter on a bar, about."""
_FEWEST: Final = 4
"""Letters that are worth showing."""
_MOST_ROWS: Final = 8
"""Rows of bars in a lane; of what finds no place in them, the lane says how many."""
UNATTRIBUTED: Final = "not attributed"
"""The lane of what is shown without its author."""

_BEGINS: Final[dict[str, str]] = {
    Kind.TASK_ADD: "task",
    Kind.TASK_REQUEST: "task",
    Kind.STEP_START: "step",
    Kind.QUESTION_OPEN: "consultation",
}
_ENDS: Final[dict[str, str]] = {
    Kind.TASK_DONE: "task",
    Kind.TASK_DECLINE: "task",
    Kind.TASK_HAND_OVER: "task",
    Kind.TASK_WITHDRAW: "task",
    Kind.STEP_SETTLE: "step",
    Kind.QUESTION_CLOSE: "consultation",
}
_NO_MARK: Final = frozenset((*_BEGINS, *_ENDS, Kind.EFFECT_INTEND))
"""Told by a bar, or by the mark of their conclusion."""


@dataclass(frozen=True, slots=True)
class Mark:
    """Something that happened, or several things of one group in one cell."""

    x: int
    y: int
    group: Group
    entry: str
    """The first entry that it stands for."""
    at: datetime
    until: datetime
    href: str
    count: int
    title: str = ""
    """What it says, once it is told."""


@dataclass(frozen=True, slots=True)
class Bar:
    """Something that took time; `open` when it still does."""

    x: int
    y: int
    width: int
    what: str
    name: str
    """What people call it, or its id."""
    entry: str
    at: datetime
    href: str
    open: bool
    title: str = ""
    """What it says, once it is told."""

    @property
    def label(self) -> str:
        """As much of its name as it holds, as whoever looks reads it."""
        fits = (self.width - 12) // _LETTER
        name = one_line(name_as_read(self.name))
        return name if len(name) <= fits else f"{name[: fits - 1]}…" if fits > _FEWEST else ""


@dataclass(frozen=True, slots=True)
class Lane:
    """One organization's."""

    name: str
    y: int
    height: int
    marks: tuple[Mark, ...]
    bars: tuple[Bar, ...]
    more: int = 0
    """Bars that found no place."""


@dataclass(frozen=True, slots=True)
class Picture:
    """The whole picture."""

    width: int
    height: int
    lanes: tuple[Lane, ...]
    ticks: tuple[Tick, ...]
    groups: tuple[Group, ...]
    """What the marks are, for the legend."""
    count: int
    """Entries of the story."""
    begin: datetime
    last: datetime
    summary: str = ""
    """What it shows, once it is told."""

    @property
    def entries(self) -> tuple[str, ...]:
        """The entries whose sentence is told at a mark or a bar of their own."""
        marks = (mark.entry for lane in self.lanes for mark in lane.marks if mark.count == 1)
        return (*marks, *(bar.entry for lane in self.lanes for bar in lane.bars))

    def told(self, texts: Texts, sentences: Mapping[str, str]) -> "Picture":
        """The same in words for whoever is spoken to, with the sentences of its entries."""
        summary = texts.say(
            "page.lanes.summary", entries=self.count, begin=moment(self.begin), end=moment(self.last)
        )
        return replace(
            self, summary=summary, lanes=tuple(_told(lane, texts, sentences) for lane in self.lanes)
        )


def _told(lane: Lane, texts: Texts, sentences: Mapping[str, str]) -> Lane:
    name = texts.say("page.not_attributed") if lane.name == UNATTRIBUTED else lane.name

    def title(each: Mark | Bar) -> str:
        """When and whose; of several in one cell also what and how many."""
        if isinstance(each, Mark) and each.count > 1:
            begin, end = clock(each.at), clock(each.until)
            when = texts.say("page.lanes.until", begin=begin, end=end) if begin != end else begin
            group = texts.say(f"page.group_of.{each.group}")
            return f"{when} {name}{colon()} {texts.say('page.lanes.entries', count=each.count, group=group)}"
        said = f": {sentences[each.entry]}" if each.entry in sentences else ""
        return f"{clock(each.at)} {name}{said}"

    marks = tuple(replace(each, title=title(each)) for each in lane.marks)
    bars = tuple(replace(each, title=title(each)) for each in lane.bars)
    return replace(lane, name=name, marks=marks, bars=bars)


@dataclass(slots=True)
class _Span:
    """Something that took time."""

    trace: Trace
    number: int
    """Its place in the story, counted from 0."""
    at: datetime
    lane: str
    what: str
    name: str
    until: datetime | None = None


@dataclass(slots=True)
class _Cell:
    """What of one group happened in one cell of one lane."""

    trace: Trace
    number: int
    at: datetime
    until: datetime
    count: int = 1


def picture(
    story: Sequence[Trace], parties: Sequence[str], now: datetime, *, page: int = 1, width: int = WIDTH
) -> Picture | None:
    """Draw a story; parties have their lanes in this order, whoever else acted comes after. None for no story."""
    times = [trace.when for trace in story if trace.when]
    if not times:
        return None
    begin, last = min(times), max(times)
    end = last + max(timedelta(seconds=1), min(max(now - last, timedelta(0)), (last - begin) / 8))
    axis = Axis(begin, end, width)
    spans, lanes = _spans(story), _cells(story, axis)
    names = dict.fromkeys((*parties, *lanes, *(span.lane for span in spans)))
    drawn = tuple(_lanes(axis, page, names, lanes, spans))
    height = drawn[-1].y + drawn[-1].height
    groups = tuple(
        group for group in Group if any(mark.group is group for lane in drawn for mark in lane.marks)
    )
    return Picture(width, height, drawn, tuple(axis.ticks()), groups, len(story), begin, last)


_Cells = dict[tuple[int, Group], _Cell]


def _cells(story: Sequence[Trace], axis: Axis) -> dict[str, _Cells]:
    """Each entry is looked at once, and that is all that a long story costs."""
    lanes: dict[str, _Cells] = {}
    begin, end = axis.begin, axis.end
    cell = (end - begin) / max(1, (axis.width - CELL) / CELL)
    for number, trace in enumerate(story):
        at = trace.when
        if at is None or trace.kind in _NO_MARK:
            continue
        lane = trace.organization or UNATTRIBUTED
        if lane not in lanes:
            lanes[lane] = {}
        cells, place = lanes[lane], ((at - begin) // cell, group_of(trace.kind))
        found = cells.get(place)
        if found is None:
            cells[place] = _Cell(trace, number, at, at)
        else:
            found.count += 1
            found.until = max(found.until, at)
    return lanes


def _spans(story: Sequence[Trace]) -> list[_Span]:
    going: dict[tuple[str, str], _Span] = {}
    done: list[_Span] = []
    for number, trace in enumerate(story):
        what = _BEGINS.get(trace.kind) or _ENDS.get(trace.kind)
        if what is None or trace.at is None:
            continue
        name = trace.facts.get(what, "")
        if trace.kind in _BEGINS:
            going[what, name] = _Span(trace, number, trace.at, _lane(trace, what), what, name)
        elif begun := going.pop((what, name), None):
            begun.until = trace.at
            done.append(begun)
    return sorted((*done, *going.values()), key=lambda span: span.at)


def _lane(trace: Trace, what: str) -> str:
    """A task stands in the lane of the organization whose it is, all else in its author's."""
    if not trace.organization:
        return UNATTRIBUTED
    return trace.facts.get("organization", trace.organization) if what == "task" else trace.organization


def _lanes(
    axis: Axis, page: int, names: Iterable[str], cells: Mapping[str, _Cells], spans: Sequence[_Span]
) -> Iterator[Lane]:
    y = TOP
    for name in names:
        marks, mark_rows = _marks(page, cells.get(name, {}), y + _GAP)
        begin = y + _GAP + mark_rows * CELL
        own = [span for span in spans if span.lane == name]
        bars, bar_rows = _bars(axis, page, own, begin)
        more = len(own) - len(bars)
        height = max(2, mark_rows + bar_rows) * CELL + 2 * _GAP
        yield Lane(name, y, height, marks, bars, more)
        y += height


def _marks(page: int, cells: _Cells, top: int) -> tuple[tuple[Mark, ...], int]:
    filled: dict[int, int] = {}
    marks = []
    for (cell, group), found in sorted(cells.items(), key=lambda each: (each[0][0], each[1].number)):
        row = filled.get(cell, 0)
        filled[cell] = row + 1
        x, y = cell * CELL + CELL // 2, top + row * CELL + CELL // 2
        href = _href(found.trace, found.number, page)
        marks.append(Mark(x, y, group, found.trace.id, found.at, found.until, href, found.count))
    return tuple(marks), max(filled.values(), default=0)


def _bars(axis: Axis, page: int, spans: Sequence[_Span], top: int) -> tuple[tuple[Bar, ...], int]:
    """In as few rows as they need, and no more than there may be: what is left over is not drawn."""
    taken: list[int] = []
    drawn = []
    for span in spans:
        x = axis.x(span.at)
        width = max(CELL, axis.x(span.until or axis.end) - x)
        row = next((row for row, until in enumerate(taken) if until <= x), len(taken))
        if row == _MOST_ROWS:
            continue
        taken[row : row + 1] = [x + width + 2]
        place = x, top + row * CELL, width
        href = _href(span.trace, span.number, page)
        is_open = span.until is None
        name = span.trace.facts.get("name") or span.name
        drawn.append(Bar(*place, span.what, name, span.trace.id, span.at, href, is_open))
    return tuple(drawn), len(taken)


def _href(trace: Trace, number: int, page: int) -> str:
    at = number // WINDOW + 1
    anchor = f"#e-{trace.id}"
    return anchor if at == page else f"?page={at}{anchor}"


def sentence(said: Document) -> str:
    """The first words of what an entry says, short enough for a title."""
    text = " ".join(plain(said).split())
    return text if len(text) <= 160 else text[:159] + "…"
