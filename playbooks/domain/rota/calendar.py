"""Calendars (iCalendar, RFC 5545): turns read from one, and a rota written as one. Pure; who is meant is asked."""

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import recurring_ical_events
from icalendar import Calendar, Event
from recurring_ical_events import CalendarQuery

from playbooks.domain.errors import Malformed
from playbooks.domain.ids import OrganizationCode, PersonId
from playbooks.domain.rota.rota import Turn
from playbooks.domain.rota.shifts import Shift
from playbooks.domain.saying import saying

MOST_BYTES: Final = 1024 * 1024
_MOST_TURNS: Final = 5_000
_NARROWEST: Final = timedelta(hours=1)
_FEW: Final = 100
_PRODUCT: Final = "-//Muster//on-call rota//EN"

FindPerson = Callable[[str], PersonId | None]
"""Who goes by a handle or an address, of those who may be on call; None for a stranger."""


def turns_of(
    content: bytes, level: int, find: FindPerson, zone: ZoneInfo, since_at: datetime, until_at: datetime
) -> tuple[Turn, ...]:
    """The turns of a calendar that touch a span, in the order of their beginnings; of two at once the later counts.

    An event names whom it is for as attendee, or in its summary. One that is cancelled, or takes no time, is passed
    over. All-day events, and times without a zone, are of the rota's zone. Raises Malformed.
    """
    if len(content) > MOST_BYTES:
        raise Malformed(saying("file.calendar.large"))
    try:
        found = _found(recurring_ical_events.of(Calendar.from_ical(content)), since_at, until_at)
        spans = [(event, _start(event, zone), _end(event, zone)) for event in _limited(found)]
    except (ValueError, TypeError, KeyError, IndexError, OverflowError, AttributeError) as error:
        raise Malformed(saying("file.calendar.unread", fault=type(error).__name__)) from None
    return tuple(
        Turn(level=level, person=_person(event, find, start_at), start_at=start_at, end_at=end_at)
        for event, start_at, end_at in sorted(spans, key=lambda each: each[1])
        if end_at > start_at and str(event.get("STATUS", "")).upper() != "CANCELLED"
    )


def calendar_of(
    organization: OrganizationCode,
    shifts: Iterable[tuple[int, Shift]],
    summary: Callable[[int, PersonId | None], str],
    at: datetime,
) -> bytes:
    """A rota as a calendar, an event for each shift and each gap; `summary` words one of a level."""
    calendar = Calendar()
    calendar.add("prodid", _PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    for level, shift in shifts:
        event = Event()
        start = shift.start_at.astimezone(UTC)
        event.add("uid", f"{organization.replace(' ', '-')}-{level}-{start:%Y%m%dT%H%M%SZ}@muster")
        event.add("dtstamp", at.astimezone(UTC).replace(microsecond=0))
        event.add("dtstart", start)
        event.add("dtend", shift.end_at.astimezone(UTC))
        event.add("summary", summary(level, shift.person))
        event.add("transp", "TRANSPARENT")
        calendar.add_component(event)
    written: bytes = calendar.to_ical()
    return written


def _found(calendar: CalendarQuery, since_at: datetime, until_at: datetime) -> Iterator[Event]:
    """Each event once, asked for in windows: wide ones where there is little, narrow where a rule repeats each second.

    The library's own `after` asks in quarters of an hour wherever something is, and counts a rule from its beginning
    each time: of a shift a day that takes seconds.
    """
    span, told = _NARROWEST, set[tuple[object, ...]]()
    while since_at < until_at:
        end_at = min(since_at + span, until_at)
        events = calendar.between(since_at, end_at)
        for event in events:
            named = (event.get("UID"), event.start, event.end, event.get("SUMMARY"))
            if named not in told:
                told.add(named)
                yield event
        span = span * 2 if len(events) < _FEW else max(span / 2, _NARROWEST)
        since_at = end_at


def _limited(events: Iterable[Event]) -> Iterator[Event]:
    for number, event in enumerate(events):
        if number == _MOST_TURNS:
            raise Malformed(saying("file.calendar.many", most=_MOST_TURNS))
        yield event


def _start(event: Event, zone: ZoneInfo) -> datetime:
    return _moment(event.start, zone)


def _end(event: Event, zone: ZoneInfo) -> datetime:
    """Where neither an end nor a length is said: of a day its end, of a moment itself (RFC 5545, section 3.6.1)."""
    return _moment(event.end, zone)


def _moment(said: date, zone: ZoneInfo) -> datetime:
    whole = said if isinstance(said, datetime) else datetime.combine(said, time())
    return (whole if whole.tzinfo else whole.replace(tzinfo=zone)).astimezone(UTC)


def _person(event: Event, find: FindPerson, start_at: datetime) -> PersonId:
    named = (find(name) for name in _names(event))
    person = next((each for each in named if each), None)
    if person is None:
        raise Malformed(saying("file.calendar.nobody", at=f"{start_at:%Y-%m-%d %H:%M} UTC"))
    return person


def _names(event: Event) -> Iterator[str]:
    attendees = event.get("ATTENDEE", ())
    for attendee in attendees if isinstance(attendees, list) else (attendees,):
        yield str(attendee).strip().casefold().removeprefix("mailto:")
    summary = str(event.get("SUMMARY", "")).strip().casefold()
    yield summary
    for word in summary.split():
        yield word.strip("()[]<>,;:").removeprefix("@")
