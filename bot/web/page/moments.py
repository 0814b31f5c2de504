"""Key moments of an incident, and the spans between them."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from playbooks.domain.actor import ActorKind
from playbooks.domain.incident import Phase
from playbooks.domain.kinds import Kind
from playbooks.domain.release import Shown


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


_Marks = Callable[[Shown], datetime | None]


def at_of(shown: Shown) -> datetime | None:
    """When an entry was decided, where the reader may know it."""
    at = shown.slots.get("at")
    return datetime.fromisoformat(at) if isinstance(at, str) else None


def happened_at(shown: Shown) -> datetime | None:
    """When what an entry tells happened, where it was entered later."""
    at = (shown.slots.get("data") or {}).get("happened_at")
    return datetime.fromisoformat(at) if isinstance(at, str) else None


def moments(story: Sequence[Shown]) -> tuple[Moment, ...]:
    """The key moments that this story tells, in the order in which they came; then those still to come."""
    found = [(name, meaning, _first(story, marks)) for name, meaning, marks in _MOMENTS]
    return in_order(found)


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


def _first(story: Sequence[Shown], marks: _Marks) -> datetime | None:
    return min((at for shown in story if (at := marks(shown))), default=None)


def _kind(*kinds: Kind) -> _Marks:
    return lambda shown: at_of(shown) if shown.slots.get("kind") in kinds else None


def _alert(shown: Shown) -> datetime | None:
    data = shown.slots.get("data") or {}
    by_alert = shown.slots.get("kind") == Kind.DECLARE and data.get("declared_by") == ActorKind.ALERT
    if by_alert or shown.slots.get("kind") in (Kind.ALERTS_RECEIVE, Kind.ALERTS_GROUP, Kind.ALERTS_ATTACH):
        return at_of(shown)
    return None


def _aware(shown: Shown) -> datetime | None:
    data = shown.slots.get("data") or {}
    if shown.slots.get("kind") == Kind.AWARENESS_DECLARE and isinstance(data.get("aware_at"), str):
        return datetime.fromisoformat(data["aware_at"])
    return None


def _by_person(shown: Shown) -> datetime | None:
    actor = shown.slots.get("actor") or {}
    return at_of(shown) if actor.get("kind") == ActorKind.PERSON else None


def _recovering(shown: Shown) -> datetime | None:
    data = shown.slots.get("data") or {}
    contained = shown.slots.get("kind") == Kind.PHASE_CHANGE and data.get("phase") == Phase.RECOVER
    return at_of(shown) if contained else None


_MOMENTS: Final[tuple[tuple[str, str, _Marks], ...]] = (
    ("First alert", "the first alert that belongs to this incident", _alert),
    ("Declared", "when it became an incident", _kind(Kind.DECLARE)),
    ("Acknowledged", "the first act of a person", _by_person),
    ("First aware", "the earliest awareness that a party declared", _aware),
    ("Contained", "when the phase became recover", _recovering),
    ("Closed", "when it was first closed", _kind(Kind.CLOSE)),
)


def telling(found: Sequence[Moment]) -> Iterator[Moment]:
    """Those to show: all that have come, and closing, which every incident waits for."""
    return (moment for moment in found if moment.at is not None or moment.name == "Closed")
