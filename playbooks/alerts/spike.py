"""Rates out of the ordinary, named: what a source sends now beside what it usually sends."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Final, NamedTuple

SLOT: Final = timedelta(minutes=10)
DAY: Final = timedelta(days=1)
SETTLED: Final = timedelta(hours=1)
"""What came in the last hour is no measure of what is usual."""

LEAST: Final = 100
TIMES: Final = 5
_OFTEN: Final = 0.95


class Counted(NamedTuple):
    """Alerts of a source in the ten minutes from `slot`."""

    source: str
    slot: datetime
    alerts: int


class Spike(NamedTuple):
    """A source that sends far more than usual: in the worst ten minutes of the last hour, and usually."""

    source: str
    since: datetime
    alerts: int
    usual: int


def spikes(counted: Iterable[Counted], now: datetime) -> tuple[Spike, ...]:
    """The sources of the last day that spike, the worst first.

    In ten minutes of the last hour came at least `LEAST` alerts, and `TIMES` as many as in 95 of 100 ten minutes of
    the day before. Ten minutes in which nothing came count as well.
    """
    sources: dict[str, dict[datetime, int]] = {}
    for source, slot, alerts in counted:
        sources.setdefault(source, {})[slot] = alerts
    found = (_spike(source, slots, now) for source, slots in sources.items())
    return tuple(sorted((spike for spike in found if spike), key=lambda spike: (-spike.alerts, spike.source)))


def _spike(source: str, slots: Mapping[datetime, int], now: datetime) -> Spike | None:
    late = {slot: alerts for slot, alerts in slots.items() if now - SETTLED < slot + SLOT and slot <= now}
    before = [alerts for slot, alerts in slots.items() if now - DAY <= slot and slot + SLOT <= now - SETTLED]
    usual = _usual(before)
    since, alerts = max(late.items(), key=lambda each: (each[1], each[0]), default=(now, 0))
    if alerts < max(LEAST, TIMES * usual):
        return None
    return Spike(source, since, alerts, usual)


def _usual(alerts: list[int]) -> int:
    slots = int((DAY - SETTLED) / SLOT)
    ordered = sorted([*alerts, *([0] * max(0, slots - len(alerts)))])
    return ordered[int(_OFTEN * (len(ordered) - 1))]
