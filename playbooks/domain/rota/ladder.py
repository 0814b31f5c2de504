"""Whom a page calls, one level after another. Pure."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Final

from pydantic import AwareDatetime, BaseModel, ConfigDict

from playbooks.domain.ids import OrganizationCode, PersonId
from playbooks.domain.organization import Directory, Duty
from playbooks.domain.rota.rota import Rota, Turn
from playbooks.domain.rota.shifts import shift_at

_BY_DUTY: Final = timedelta(minutes=15)
"""How long each has where no rota says it."""


class Step(BaseModel):
    """Who is called at once, and how long they have."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    level: int
    """As the rota numbers it; a level at which nobody is on call is left out."""
    people: tuple[PersonId, ...]
    until_at: AwareDatetime | None = None
    """When the turn ends."""
    patience: timedelta


class KeptRota(BaseModel):
    """A rota with the turns that calendars and people have put in, the weightiest last."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    rota: Rota
    turns: tuple[Turn, ...] = ()


def ladder(kept: KeptRota, at: datetime) -> tuple[Step, ...]:
    """The steps of a rota as they are at this moment; empty when nobody is on call at any level."""
    return tuple(_steps(kept, at))


def ladder_by_duty(directory: Directory, organization: OrganizationCode) -> tuple[Step, ...]:
    """Where no rota says more: those whose duty it is, then the CISO; empty where the directory names neither."""
    called = (directory.of(organization, duty) for duty in (Duty.ON_CALL, Duty.CISO))
    named = [tuple(person.id for person in people) for people in called if people]
    return tuple(
        Step(level=level, people=people, patience=_BY_DUTY) for level, people in enumerate(named, start=1)
    )


def next_step(steps: Sequence[Step], after: int) -> Step | None:
    """The step after that level, or the first again; None when there is nobody to call."""
    further = (step for step in steps if step.level > after)
    return next(further, None) or next(iter(steps), None)


def _steps(kept: KeptRota, at: datetime) -> Iterator[Step]:
    for number, level in enumerate(kept.rota.levels, start=1):
        person, until_at = shift_at(kept.rota, number, kept.turns, at)
        if person is not None:
            patience = timedelta(minutes=level.escalates_after)
            yield Step(level=number, people=(person,), until_at=until_at, patience=patience)
