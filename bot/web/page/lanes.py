"""The swim lanes: a lane for each organization, marks for what happened, bars for what took time.

Geometry only, in units of a picture that is `WIDTH` wide unless said otherwise; the template draws it. However long
the story, there are at most as many marks as a lane has cells, since entries of one group in one cell become one mark
with a number.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from bot.web.page.group import Group, group_of
from bot.web.page.moments import at_of, happened_at
from bot.web.page.story import WINDOW
from playbooks.domain.document import Document, plain
from playbooks.domain.inert import one_line
from playbooks.domain.kinds import Kind
from playbooks.domain.release import Shown
from playbooks.domain.telling import tell
from playbooks.texts import Texts

WIDTH: Final = 1008
CELL: Final = 24
"""A mark's cell: WCAG 2.2's least size of a target (success criterion 2.5.8), both ways."""
TOP: Final = 28
"""The height of the axis above the lanes."""
_GAP: Final = 10
_LETTER: Final = 7
"""The width of a letter on a bar, about."""
_FEWEST: Final = 4
"""Letters that are worth showing."""
UNATTRIBUTED: Final = "not attributed"
"""The lane of what is shown without its author."""

_BEGINS: Final = {
    Kind.TASK_ADD: "task",
    Kind.TASK_REQUEST: "task",
    Kind.STEP_START: "step",
    Kind.QUESTION_OPEN: "consultation",
}
_ENDS: Final = {
    Kind.TASK_DONE: "task",
    Kind.TASK_DECLINE: "task",
    Kind.TASK_HAND_OVER: "task",
    Kind.STEP_SETTLE: "step",
    Kind.QUESTION_CLOSE: "consultation",
}
_NO_MARK: Final = (*_BEGINS, *_ENDS, Kind.EFFECT_INTEND)
"""Told by a bar, or by the mark of their conclusion."""
_TICK_MINUTES: Final = (1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440, 2880, 7200, 14400)
_TICKS: Final = tuple(
    timedelta(seconds=seconds)
    for seconds in (1, 2, 5, 10, 15, 30, *(60 * minutes for minutes in _TICK_MINUTES))
)


@dataclass(frozen=True, slots=True)
class Mark:
    """Something that happened, or several things of one group in one cell."""

    x: int
    y: int
    group: Group
    title: str
    href: str
    count: int


@dataclass(frozen=True, slots=True)
class Bar:
    """Something that took time; `open` when it still does."""

    x: int
    y: int
    width: int
    what: str
    label: str
    title: str
    href: str
    open: bool


@dataclass(frozen=True, slots=True)
class Lane:
    """One organization's."""

    name: str
    y: int
    height: int
    marks: tuple[Mark, ...]
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class Tick:
    """A time on the axis."""

    x: int
    label: str


@dataclass(frozen=True, slots=True)
class Picture:
    """The whole picture."""

    width: int
    height: int
    lanes: tuple[Lane, ...]
    ticks: tuple[Tick, ...]
    groups: tuple[Group, ...]
    """What the marks are, for the legend."""
    summary: str


@dataclass(slots=True)
class _Happening:
    shown: Shown
    number: int
    """Its place in the story, counted from 0."""
    at: datetime
    lane: str
    until: datetime | None = None
    what: str = ""
    name: str = ""


@dataclass(slots=True)
class _Drawing:
    texts: Texts
    page: int
    begin: datetime
    end: datetime
    width: int

    def x(self, at: datetime) -> int:
        share = (at - self.begin) / (self.end - self.begin)
        return round(min(max(share, 0), 1) * (self.width - CELL))

    def href(self, happening: _Happening) -> str:
        page = happening.number // WINDOW + 1
        anchor = f"#e-{happening.shown.id}"
        return anchor if page == self.page else f"?page={page}{anchor}"

    def title(self, happening: _Happening, count: int = 1) -> str:
        more = f" (and {count - 1} more)" if count > 1 else ""
        return f"{happening.at:%H:%M} {happening.lane}: {_sentence(tell(happening.shown, self.texts))}{more}"


def picture(
    story: Sequence[Shown],
    parties: Sequence[str],
    texts: Texts,
    now: datetime,
    *,
    page: int = 1,
    width: int = WIDTH,
) -> Picture | None:
    """Draw a story; parties have their lanes in this order, whoever else acted comes after. None for no story."""
    points, bars = _happenings(story)
    if not points and not bars:
        return None
    times = [each.at for each in (*points, *bars)]
    begin, last = min(times), max((*times, *(bar.until for bar in bars if bar.until)))
    end = last + max(timedelta(seconds=1), min(max(now - last, timedelta(0)), (last - begin) / 8))
    drawing = _Drawing(texts, page, begin, end, width)
    names = dict.fromkeys((*parties, *(each.lane for each in (*points, *bars))))
    lanes = tuple(_lanes(drawing, names, points, bars))
    height = lanes[-1].y + lanes[-1].height
    groups = tuple(
        group for group in Group if any(mark.group is group for lane in lanes for mark in lane.marks)
    )
    span = f"{begin:%Y-%m-%d %H:%M} to {last:%Y-%m-%d %H:%M} UTC"
    return Picture(width, height, lanes, tuple(_ticks(drawing)), groups, f"{len(story)} entries, {span}")


def _happenings(story: Sequence[Shown]) -> tuple[list[_Happening], list[_Happening]]:
    points: list[_Happening] = []
    bars: dict[tuple[str, str], _Happening] = {}
    done: list[_Happening] = []
    for number, shown in enumerate(story):
        at, kind, data = (
            happened_at(shown) or at_of(shown),
            shown.slots.get("kind"),
            shown.slots.get("data") or {},
        )
        if at is None:
            continue
        if kind in _BEGINS:
            what = _BEGINS[Kind(kind)]
            name = str(data.get(what, ""))
            bars[what, name] = _Happening(shown, number, at, _lane(shown, what), None, what, name)
        elif kind in _ENDS:
            begun = bars.pop((_ENDS[Kind(kind)], str(data.get(_ENDS[Kind(kind)], ""))), None)
            if begun is not None:
                begun.until = at
                done.append(begun)
        if kind not in _NO_MARK:
            points.append(_Happening(shown, number, at, _lane(shown)))
    return points, sorted((*done, *bars.values()), key=lambda bar: bar.at)


def _lane(shown: Shown, what: str = "") -> str:
    """A task stands in the lane of the organization whose it is, all else in its author's."""
    author = str(shown.slots.get("organization") or "")
    if not author:
        return UNATTRIBUTED
    return str((shown.slots.get("data") or {}).get("organization", author)) if what == "task" else author


def _lanes(
    drawing: _Drawing, names: Iterable[str], points: Sequence[_Happening], bars: Sequence[_Happening]
) -> Iterator[Lane]:
    y = TOP
    for name in names:
        marks, mark_rows = _marks(drawing, [point for point in points if point.lane == name], y + _GAP)
        begin = y + _GAP + mark_rows * CELL
        drawn, bar_rows = _bars(drawing, [bar for bar in bars if bar.lane == name], begin)
        height = max(2, mark_rows + bar_rows) * CELL + 2 * _GAP
        yield Lane(name, y, height, marks, drawn)
        y += height


def _marks(drawing: _Drawing, points: Sequence[_Happening], top: int) -> tuple[tuple[Mark, ...], int]:
    cells: dict[tuple[int, Group], list[_Happening]] = {}
    for point in points:
        cells.setdefault((drawing.x(point.at) // CELL, group_of(point.shown)), []).append(point)
    filled: dict[int, int] = {}
    marks = []
    for (cell, group), inside in sorted(cells.items(), key=lambda each: (each[0][0], each[1][0].number)):
        row = filled.get(cell, 0)
        filled[cell] = row + 1
        x, y = cell * CELL + CELL // 2, top + row * CELL + CELL // 2
        marks.append(
            Mark(x, y, group, drawing.title(inside[0], len(inside)), drawing.href(inside[0]), len(inside))
        )
    return tuple(marks), max(filled.values(), default=0)


def _bars(drawing: _Drawing, bars: Sequence[_Happening], top: int) -> tuple[tuple[Bar, ...], int]:
    taken: list[int] = []
    drawn = []
    for bar in bars:
        x = drawing.x(bar.at)
        width = max(CELL, drawing.x(bar.until or drawing.end) - x)
        row = next((row for row, until in enumerate(taken) if until <= x), len(taken))
        taken[row : row + 1] = [x + width + 2]
        drawn.append(
            Bar(
                x,
                top + row * CELL,
                width,
                bar.what,
                _label(bar, width),
                drawing.title(bar),
                drawing.href(bar),
                bar.until is None,
            )
        )
    return tuple(drawn), len(taken)


def _label(bar: _Happening, width: int) -> str:
    """As much of its name as the bar holds; a step's name is what people call it."""
    words = (bar.shown.slots.get("texts") or {}).get("name") if bar.what == "step" else bar.name
    fits = (width - 12) // _LETTER
    name = one_line(str(words or bar.name))
    return name if len(name) <= fits else f"{name[: fits - 1]}…" if fits > _FEWEST else ""


def _ticks(drawing: _Drawing) -> Iterator[Tick]:
    length = drawing.end - drawing.begin
    step = next((step for step in _TICKS if length / step <= drawing.width / 100), length / 8)
    midnight = drawing.begin.replace(hour=0, minute=0, second=0, microsecond=0)
    at = midnight + step * (-(-(drawing.begin - midnight) // step))
    day = None
    while at < drawing.end:
        clock = "%H:%M" if step >= timedelta(minutes=1) else "%H:%M:%S"
        form = f"%d %b {clock}" if at.date() != day else clock
        if step >= timedelta(days=1):
            form = "%d %b"
        yield Tick(drawing.x(at) + CELL // 2, f"{at:{form}}")
        day = at.date()
        at += step


def _sentence(said: Document) -> str:
    """The first words, short enough for a title."""
    text = " ".join(plain(said).split())
    return text if len(text) <= 160 else text[:159] + "…"
