"""Key moments of an incident, and the spans between them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from playbooks.domain.release import Shown
from playbooks.domain.trace import Trace
from playbooks.figures.milestones import Milestone, milestones


@dataclass(frozen=True, slots=True)
class Moment:
    """One moment; `at` is None while it has not come."""

    name: str
    at: datetime | None
    since_first: timedelta | None
    """Since the earliest of all; None for that one, and while it has not come."""
    since_last: timedelta | None = None
    """Since the one before it in time."""


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
    found = milestones(story)
    return in_order((name, found.get(milestone)) for milestone, name in _MOMENTS)


def in_order(found: Iterable[tuple[str, datetime | None]]) -> tuple[Moment, ...]:
    """Moments with the spans between them; at the same time, as they usually come."""
    found = list(found)
    come = sorted(((at, number) for number, (_name, at) in enumerate(found) if at))
    told: list[Moment] = []
    for at, number in come:
        name, _at = found[number]
        first, last = (told[0].at, told[-1].at) if told else (None, None)
        told.append(Moment(name, at, _span(first, at), _span(last, at)))
    return (*told, *(Moment(name, None, None) for name, at in found if at is None))


def _span(since: datetime | None, until: datetime | None) -> timedelta | None:
    return until - since if since and until and until > since else None


_MOMENTS: Final = (
    (Milestone.ALERTED, "alerted"),
    (Milestone.DECLARED, "declared"),
    (Milestone.ACKNOWLEDGED, "acknowledged"),
    (Milestone.AWARE, "aware"),
    (Milestone.CONTAINED, "contained"),
    (Milestone.CLOSED, "closed"),
)
"""Each by its code in the catalogue, `page.moment.<code>`, with what it means beside it."""


def telling(found: Sequence[Moment]) -> Iterator[Moment]:
    """Those to show: all that have come, and closing, which every incident waits for."""
    return (moment for moment in found if moment.at is not None or moment.name == "closed")
