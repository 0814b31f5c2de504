"""The axis of the lanes: from moments to places, and the times that are written above them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from playbooks.domain.tongue import brief, brief_day, clock, local

CELL: Final = 24
"""A mark's cell: WCAG 2.2's least size of a target (success criterion 2.5.8), both ways."""
_TICK_MINUTES: Final = (1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440, 2880, 7200, 14400)
_TICKS: Final = tuple(
    timedelta(seconds=seconds)
    for seconds in (1, 2, 5, 10, 15, 30, *(60 * minutes for minutes in _TICK_MINUTES))
)


@dataclass(frozen=True, slots=True)
class Tick:
    """A time on the axis."""

    x: int
    at: datetime
    how: Callable[[datetime], str]
    """How closely it is told."""

    @property
    def label(self) -> str:
        """What it says to whoever is spoken to."""
        return self.how(self.at)


@dataclass(frozen=True, slots=True)
class Axis:
    """From one moment to another over a width."""

    begin: datetime
    end: datetime
    width: int

    def x(self, at: datetime) -> int:
        """Where a moment stands; one beyond the ends stands at the end."""
        share = (at - self.begin) / (self.end - self.begin)
        return round(min(max(share, 0), 1) * (self.width - CELL))

    def ticks(self) -> Iterator[Tick]:
        """Times with a round distance, ten in a thousand units at most; the day where it changes."""
        length = self.end - self.begin
        step = next((step for step in _TICKS if length / step <= self.width / 100), length / 8)
        midnight = self.begin.replace(hour=0, minute=0, second=0, microsecond=0)
        at = midnight + step * (-(-(self.begin - midnight) // step))
        day = None
        while at < self.end:
            finest = clock if step >= timedelta(minutes=1) else _clock_with_seconds
            how = brief_day if step >= timedelta(days=1) else brief if at.date() != day else finest
            yield Tick(self.x(at) + CELL // 2, at, how)
            day = at.date()
            at += step


def _clock_with_seconds(at: datetime) -> str:
    return f"{local(at):%H:%M:%S}"
