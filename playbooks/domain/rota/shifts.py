"""Who is on call when: from a rota, the turns of calendars and what was put in for others. Pure arithmetic.

A turn that was put in goes before one of a calendar, that before the layers, a lower layer before one above it; of
two that were put in, the later word. All times of day are the clock's on the wall: a hand-over at 09:00 is at 09:00
in winter and in summer, and a shift over a change of the clocks is an hour longer or shorter. A time that the change
to summer time leaves out is counted as if it had not been; of one that comes twice the first counts.
"""

from calendar import monthrange
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Final
from zoneinfo import ZoneInfo

from pydantic import AwareDatetime, BaseModel, ConfigDict

from playbooks.domain.ids import PersonId
from playbooks.domain.rota.rota import WEEK, Layer, Level, Restriction, Rota, Turn

_DAY: Final = timedelta(days=1)
LOOKED_AHEAD: Final = timedelta(days=62)
"""Of whoever is on call for longer, it is not said until when."""


class Shift(BaseModel):
    """One person, or nobody, for as long as nothing changes."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    person: PersonId | None
    """None is a gap: nobody is called."""
    start_at: AwareDatetime
    end_at: AwareDatetime


def on_call_at(rota: Rota, level: int, turns: Sequence[Turn], at: datetime) -> PersonId | None:
    """Who is called at this level (1 is first) at this moment; `turns` in the order of their weight, the last first."""
    for turn in reversed(turns):
        if turn.level == level and turn.covers(at):
            return turn.person
    found = (_of_layer(layer, rota.zone_info, at) for layer in reversed(rota.levels[level - 1].layers))
    return next((person for person in found if person), None)


def shifts(
    rota: Rota, level: int, turns: Sequence[Turn], since_at: datetime, until_at: datetime
) -> tuple[Shift, ...]:
    """The whole of a span without a hole, shift by shift; two that follow one another differ in who is called."""
    found: list[Shift] = []
    edges = sorted(_edges(rota, rota.levels[level - 1], turns, since_at, until_at))
    for start_at, end_at in pairwise(edges):
        person = on_call_at(rota, level, turns, start_at)
        if found and found[-1].person == person:
            found[-1] = found[-1].model_copy(update={"end_at": end_at})
        else:
            found.append(Shift(person=person, start_at=start_at, end_at=end_at))
    return tuple(found)


def shift_at(
    rota: Rota, level: int, turns: Sequence[Turn], at: datetime
) -> tuple[PersonId | None, datetime | None]:
    """Who is called now, and until when; None where that is further ahead than is looked."""
    horizon = at + LOOKED_AHEAD
    first = shifts(rota, level, turns, at, horizon)[0]
    return first.person, first.end_at if first.end_at < horizon else None


def gaps(
    rota: Rota, turns: Sequence[Turn], since_at: datetime, until_at: datetime
) -> tuple[tuple[int, Shift], ...]:
    """When nobody would be called, level by level."""
    return tuple(
        (number, shift)
        for number in range(1, len(rota.levels) + 1)
        for shift in shifts(rota, number, turns, since_at, until_at)
        if shift.person is None
    )


def _of_layer(layer: Layer, zone: ZoneInfo, at: datetime) -> PersonId | None:
    number = _turn(layer, zone, at)
    ended = layer.ends_on is not None and at >= _moment(layer.ends_on, layer.hand_over, zone)
    if number < 0 or ended or not _counts(layer, zone, at):
        return None
    return layer.people[number % len(layer.people)]


def _turn(layer: Layer, zone: ZoneInfo, at: datetime) -> int:
    """Which turn of the layer it is, from 0; below it before the layer begins."""
    passed = at.astimezone(zone).date() - layer.starts_on
    number = _about(layer, passed.days) + 1
    while _hand_over(layer, zone, number) > at:
        number -= 1
    return number


def _about(layer: Layer, days: int) -> int:
    """No less than the turn that it is so many days after the beginning, and hardly more."""
    every = layer.every
    if every.months:
        return days // (28 * every.months) + 1
    if every.days:
        return days // every.days + 1
    return (days + 2) * 24 // (every.hours or 1) + 1


def _hand_over(layer: Layer, zone: ZoneInfo, number: int) -> datetime:
    """When the turn of that number begins, in UTC."""
    every, start = layer.every, layer.starts_on
    if every.hours:
        return _moment(start, layer.hand_over, zone) + number * timedelta(hours=every.hours)
    if every.days:
        return _moment(start + number * timedelta(days=every.days), layer.hand_over, zone)
    return _moment(_months_after(start, number * (every.months or 1)), layer.hand_over, zone)


def _months_after(day: date, months: int) -> date:
    """The same day of a later month, or its last where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _moment(day: date, clock: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, clock.replace(tzinfo=None), tzinfo=zone).astimezone(UTC)


def _counts(layer: Layer, zone: ZoneInfo, at: datetime) -> bool:
    today = at.astimezone(zone).date()
    spans = (
        _span(restriction, day, zone)
        for restriction in layer.only
        for day in (today - _DAY, today)
        if WEEK[day.weekday()] in restriction.days
    )
    return not layer.only or any(start <= at < end for start, end in spans)


def _span(restriction: Restriction, day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    ends_on = day if restriction.until > restriction.since else day + _DAY
    return _moment(day, restriction.since, zone), _moment(ends_on, restriction.until, zone)


def _edges(
    rota: Rota, level: Level, turns: Iterable[Turn], since_at: datetime, until_at: datetime
) -> set[datetime]:
    """Every moment of the span at which somebody else may be called, with its two ends."""
    since_at, until_at = since_at.astimezone(UTC), until_at.astimezone(UTC)
    found = {since_at, until_at}
    for moment in (*_of_turns(turns), *_of_layers(level, rota.zone_info, since_at, until_at)):
        if since_at < moment < until_at:
            found.add(moment)
    return found


def _of_turns(turns: Iterable[Turn]) -> Iterator[datetime]:
    for turn in turns:
        yield turn.start_at.astimezone(UTC)
        yield turn.end_at.astimezone(UTC)


def _of_layers(level: Level, zone: ZoneInfo, since_at: datetime, until_at: datetime) -> Iterator[datetime]:
    for layer in level.layers:
        number = max(_turn(layer, zone, since_at), 0)
        while (moment := _hand_over(layer, zone, number)) < until_at:
            yield moment
            number += 1
        if layer.ends_on is not None:
            yield _moment(layer.ends_on, layer.hand_over, zone)
        for restriction in layer.only:
            for day in _days(since_at.astimezone(zone).date() - _DAY, until_at.astimezone(zone).date()):
                yield from _span(restriction, day, zone)


def _days(first: date, last: date) -> Iterator[date]:
    while first <= last:
        yield first
        first += _DAY
