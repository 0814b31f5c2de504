"""Key moments of an incident, and the spans between them."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from playbooks.domain.actor import ActorKind
from playbooks.domain.incident import Phase
from playbooks.domain.kinds import Kind
from playbooks.domain.release import Shown
from playbooks.domain.trace import Trace


@dataclass(frozen=True, slots=True)
class Moment:
    """One moment; `at` is None while it has not come."""

    name: str
    meaning: str
    at: datetime | None
    since_first: timedelta | None
    """Since the earliest of all; None for that one, and while it has not come."""
    since_last: timedelta | None = None
    """Since the one before it in time."""


_Marks = Callable[[Trace], datetime | None]


def at_of(shown: Shown) -> datetime | None:
    """When an entry was decided, where the reader may know it."""
    at = shown.slots.get("at")
    return datetime.fromisoformat(at) if isinstance(at, str) else None


def happened_at(shown: Shown) -> datetime | None:
    """When what an entry tells happened, where it was entered later."""
    at = (shown.slots.get("data") or {}).get("happened_at")
    return datetime.fromisoformat(at) if isinstance(at, str) else None


def moments(story: Sequence[Trace]) -> tuple[Moment, ...]:
    """The key moments that this story tells, in the order in which they came; then those still to come."""
    earliest: dict[int, datetime] = {}
    for trace in story:
        for number, marks in _BY_KIND.get(trace.kind, ()):
            at = marks(trace)
            if at and (number not in earliest or at < earliest[number]):
                earliest[number] = at
        if trace.by_person and trace.at and (_PERSON not in earliest or trace.at < earliest[_PERSON]):
            earliest[_PERSON] = trace.at
    return in_order(
        (name, meaning, earliest.get(number)) for number, (name, meaning, _kinds) in enumerate(_MOMENTS)
    )


def in_order(found: Iterable[tuple[str, str, datetime | None]]) -> tuple[Moment, ...]:
    """Moments with the spans between them; at the same time, as they usually come."""
    found = list(found)
    come = sorted(((at, number) for number, (_name, _meaning, at) in enumerate(found) if at))
    told: list[Moment] = []
    for at, number in come:
        name, meaning, _at = found[number]
        first, last = (told[0].at, told[-1].at) if told else (None, None)
        told.append(Moment(name, meaning, at, _span(first, at), _span(last, at)))
    return (*told, *(Moment(name, meaning, None, None) for name, meaning, at in found if at is None))


def _span(since: datetime | None, until: datetime | None) -> timedelta | None:
    return until - since if since and until and until > since else None


def _at(trace: Trace) -> datetime | None:
    return trace.at


def _by_alert(trace: Trace) -> datetime | None:
    return trace.at if trace.facts.get("declared_by") == ActorKind.ALERT else None


def _aware(trace: Trace) -> datetime | None:
    at = trace.facts.get("aware_at")
    return datetime.fromisoformat(at) if at else None


def _recovering(trace: Trace) -> datetime | None:
    return trace.at if trace.facts.get("phase") == Phase.RECOVER else None


_ALERTS: Final = (Kind.ALERTS_RECEIVE, Kind.ALERTS_GROUP, Kind.ALERTS_ATTACH)
_MOMENTS: Final[tuple[tuple[str, str, Mapping[str, _Marks]], ...]] = (
    (
        "First alert",
        "the first alert that belongs to this incident",
        {Kind.DECLARE: _by_alert, **dict.fromkeys(_ALERTS, _at)},
    ),
    ("Declared", "when it became an incident", {Kind.DECLARE: _at}),
    ("Acknowledged", "the first act of a person", {}),
    ("First aware", "the earliest awareness that a party declared", {Kind.AWARENESS_DECLARE: _aware}),
    ("Contained", "when the phase became recover", {Kind.PHASE_CHANGE: _recovering}),
    ("Closed", "when it was first closed", {Kind.CLOSE: _at}),
)
_PERSON: Final = 2
"""The one that goes by who acted and not by a kind."""
_BY_KIND: Final[dict[str, list[tuple[int, _Marks]]]] = {}
for _number, (_name, _meaning, _kinds) in enumerate(_MOMENTS):
    for _kind, _reads in _kinds.items():
        _BY_KIND.setdefault(_kind, []).append((_number, _reads))


def telling(found: Sequence[Moment]) -> Iterator[Moment]:
    """Those to show: all that have come, and closing, which every incident waits for."""
    return (moment for moment in found if moment.at is not None or moment.name == "Closed")
