"""A chart as a picture: bars, axis and numbers, as geometry that the template writes as SVG.

The picture repeats what the table beneath it says, so it is one image to a screen reader, and links are the table's.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from math import ceil
from typing import Final

from bot.web.page.spans import spoken
from playbooks.domain.tongue import colon
from playbooks.figures.chart import Chart, Measure, Row, Unit
from playbooks.texts import Texts
from playbooks.texts.wording import label

WIDTH: Final = 520
_NAMES: Final = 112
"""The room for the names of rows, left of their bars."""
_ROOM: Final = 84
"""The room for a number right of the longest bar."""
_BAR: Final = 16
_GAP: Final = 10
_UPRIGHT: Final = 180
"""The height of columns."""
_LETTER: Final = 6.6
"""The width of a letter, about."""
_TICKS: Final = 4


@dataclass(frozen=True, slots=True)
class Bar:
    """One number; `hue` says which of the chart's measures."""

    x: float
    y: float
    width: float
    height: float
    hue: str
    title: str


@dataclass(frozen=True, slots=True)
class Label:
    """Words in the picture."""

    x: float
    y: float
    text: str
    anchor: str = "start"


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the grid."""

    x1: float
    y1: float
    x2: float
    y2: float


@dataclass(frozen=True, slots=True)
class ChartPicture:
    """The whole picture."""

    width: int
    height: int
    bars: tuple[Bar, ...]
    labels: tuple[Label, ...]
    lines: tuple[Line, ...]
    legend: tuple[tuple[str, str], ...]
    """Hue and words of each measure; empty where there is one alone."""


def said(value: float | None, measure: Measure) -> str:
    """A number as people read it."""
    if value is None:
        return "-"
    match measure.unit:
        case Unit.MINUTES:
            return spoken(timedelta(minutes=value))
        case Unit.PERCENT:
            return f"{value} %"
        case Unit.NUMBER:
            return f"{value:,}"


def row_name(chart: Chart, row: Row, texts: Texts) -> str:
    """A row's code in words."""
    return label(texts, chart.labels, row.name) if chart.labels else row.name


def chart_picture(chart: Chart, texts: Texts) -> ChartPicture | None:
    """Draw a chart; None where there is nothing to draw."""
    drawn = [(at, measure) for at, measure in enumerate(chart.measures) if measure.drawn]
    values = [[row.values[at] or 0 for at, _measure in drawn] for row in chart.rows]
    most = max((sum(row) if chart.stacked else max(row) for row in values), default=0)
    if not most:
        return None
    drawing = _Drawing(chart, texts, [measure for _at, measure in drawn], values, most)
    return drawing.upright() if chart.upright else drawing.lying()


@dataclass(frozen=True, slots=True)
class _Drawing:
    chart: Chart
    texts: Texts
    measures: Sequence[Measure]
    values: Sequence[Sequence[float]]
    most: float

    def lying(self) -> ChartPicture:
        """Bars one below the other, each with its number."""
        scale = (WIDTH - _NAMES - _ROOM) / self.most
        bars: list[Bar] = []
        labels: list[Label] = []
        y = _GAP / 2
        for row, values in zip(self.chart.rows, self.values, strict=True):
            height = _BAR if self.chart.stacked else _BAR * len(values)
            labels.append(Label(0, y + height / 2 + 4, self._short(row_name(self.chart, row, self.texts))))
            x = float(_NAMES)
            for at, value in enumerate(values):
                width = value * scale
                top = y if self.chart.stacked else y + at * _BAR
                if value:
                    bars.append(self._bar(x, top, width, _BAR - 2, at, row, value))
                if not self.chart.stacked:
                    labels.append(self._number(_NAMES + width, top, value, row, at))
                else:
                    x += width
            if self.chart.stacked:
                labels.append(self._number(x, y, sum(values), row, 0))
            y += height + _GAP
        return self._picture(int(y), bars, labels, [Line(_NAMES, 0, _NAMES, y)])

    def upright(self) -> ChartPicture:
        """Columns along an axis, with a scale at the left."""
        step, top = ceil(self.most / _TICKS), 12
        scale = (_UPRIGHT - top) / (step * ceil(self.most / step))
        left = 10 + _LETTER * len(f"{step * _TICKS:,}")
        column = (WIDTH - left) / len(self.chart.rows)
        bars: list[Bar] = []
        labels: list[Label] = []
        lines: list[Line] = []
        for tick in range(0, step * ceil(self.most / step) + 1, step):
            y = _UPRIGHT - tick * scale
            lines.append(Line(left, y, WIDTH, y))
            labels.append(Label(left - 5, y + 4, f"{tick:,}", "end"))
        every = ceil(_LETTER * 1.2 * max(len(row.name) for row in self.chart.rows) / column)
        for number, (row, values) in enumerate(zip(self.chart.rows, self.values, strict=True)):
            x = left + number * column
            if number % every == 0:
                labels.append(Label(x + column / 2, _UPRIGHT + 18, row.name, "middle"))
            bars += self._column(x, column, row, values, scale)
        return self._picture(_UPRIGHT + 26, bars, labels, lines)

    def _column(
        self, x: float, column: float, row: Row, values: Sequence[float], scale: float
    ) -> Iterator[Bar]:
        width = min(column * 0.8, 44)
        x += (column - width) / 2
        y = float(_UPRIGHT)
        part = width if self.chart.stacked else width / len(values)
        for at, value in enumerate(values):
            height = value * scale
            if self.chart.stacked:
                y -= height
            top = y if self.chart.stacked else y - height
            if value:
                yield self._bar(x, top, part, height, at, row, value)
            if not self.chart.stacked:
                x += part

    def _bar(self, x: float, y: float, width: float, height: float, at: int, row: Row, value: float) -> Bar:
        measure = self.measures[at]
        title = (
            f"{row_name(self.chart, row, self.texts)}, {self._word(measure)}{colon()} {said(value, measure)}"
        )
        return Bar(
            round(x, 1), round(y, 1), round(max(width, 1.5), 1), round(height, 1), _hue(measure, at), title
        )

    def _number(self, x: float, y: float, value: float, row: Row, at: int) -> Label:
        known = any(each is not None for each in row.values) and (value or row.values[at] is not None)
        return Label(round(x + 6, 1), y + 12, said(value if known else None, self.measures[at]))

    def _picture(
        self, height: int, bars: Sequence[Bar], labels: Sequence[Label], lines: Sequence[Line]
    ) -> ChartPicture:
        legend = tuple((_hue(measure, at), self._word(measure)) for at, measure in enumerate(self.measures))
        return ChartPicture(
            WIDTH, height, tuple(bars), tuple(labels), tuple(lines), legend if len(legend) > 1 else ()
        )

    def _word(self, measure: Measure) -> str:
        return label(self.texts, "measure", measure.name)

    @staticmethod
    def _short(name: str) -> str:
        fits = int((_NAMES - 8) / _LETTER)
        return name if len(name) <= fits else f"{name[: fits - 1]}…"


def _hue(measure: Measure, at: int) -> str:
    """Severities have colours of their own; the others are told apart by their order."""
    return measure.name if measure.name in ("critical", "high", "medium", "low") else f"hue-{at + 1}"
