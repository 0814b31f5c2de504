"""The rota of one organization, as its file says it: levels that are called one after another, each of layers."""

from datetime import date, time
from enum import StrEnum
from functools import cached_property
from typing import Annotated, Final, Self
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from playbooks.domain.clocks import Length
from playbooks.domain.ids import OrganizationCode, PersonId
from playbooks.texts import load_texts

_MOST_LEVELS: Final = 20
"""As many as PagerDuty's escalation policies have."""
MOST_PEOPLE: Final = 100


class Weekday(StrEnum):
    """A day of the week, in ISO 8601's order."""

    MON = "mon"
    TUE = "tue"
    WED = "wed"
    THU = "thu"
    FRI = "fri"
    SAT = "sat"
    SUN = "sun"


WEEK: Final = tuple(Weekday)


def _time(said: object) -> object:
    """YAML reads 09:00 without quotes as a number of minutes or of seconds; nobody should have to know."""
    if isinstance(said, int) and not isinstance(said, bool):
        raise ValueError(load_texts().say("file.rotas.quoted"))  # noqa: TRY004  pydantic's way
    return said


_TimeOfDay = Annotated[time, BeforeValidator(_time)]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Restriction(_Frozen):
    """When a layer counts at all, by the clock on the wall: the rest of the time it names nobody."""

    days: Annotated[tuple[Weekday, ...], Field(min_length=1)] = WEEK
    """On which it begins."""
    since: Annotated[_TimeOfDay, Field(alias="from")] = time()
    until: Annotated[_TimeOfDay, Field(alias="to")] = time()
    """When it is not after `from`, it is of the next day: 18:00 to 08:00 is a night, 00:00 to 00:00 a day."""


class Layer(_Frozen):
    """People who take turns. A layer further down the list goes before those above it while it names somebody."""

    people: Annotated[tuple[PersonId, ...], Field(min_length=1, max_length=MOST_PEOPLE)]
    """In the order of their turns; the first begins."""
    starts_on: date
    """The day of the first hand-over, and so the weekday, or the day of the month, of every other."""
    hand_over: _TimeOfDay = time(9)
    every: Length = Length(days=7)
    """How long a turn is."""
    ends_on: date | None = None
    """The day on which, at the time of the hand-over, the layer ends."""
    only: tuple[Restriction, ...] = ()
    """Without any, it counts around the clock."""


class Level(_Frozen):
    """Who is called at once, and how long they have before the next level is."""

    layers: tuple[Layer, ...] = ()
    calendar: Annotated[str, Field(pattern=r"^[^/\\]+\.ics$")] | None = None
    """An iCalendar file beside the rota: whoever it names goes before the layers."""
    escalates_after: Annotated[int, Field(strict=True, ge=1, le=24 * 60)] = 15
    """Minutes without an acknowledgement."""

    @model_validator(mode="after")
    def _names_somebody(self) -> Self:
        if not self.layers and self.calendar is None:
            raise ValueError(load_texts().say("file.rotas.no_layers"))
        return self


class Turn(_Frozen):
    """One person for one span of one level, whatever the layers say: of a calendar, or put in for another."""

    level: Annotated[int, Field(ge=1, le=_MOST_LEVELS)] = 1
    person: PersonId
    start_at: AwareDatetime
    end_at: AwareDatetime

    def covers(self, at: AwareDatetime) -> bool:
        """Whether it is going on; its end is not part of it."""
        return self.start_at <= at < self.end_at


class Rota(_Frozen):
    """Who is on call in one organization."""

    organization: OrganizationCode
    zone: str = "UTC"
    """Whose clock on the wall all times of day are of, by its IANA name."""
    levels: Annotated[tuple[Level, ...], Field(min_length=1, max_length=_MOST_LEVELS)]

    @model_validator(mode="after")
    def _is_somewhere(self) -> Self:
        if self.zone not in available_timezones():
            raise ValueError(load_texts().say("file.rotas.no_zone", zone=self.zone))
        return self

    @cached_property
    def zone_info(self) -> ZoneInfo:
        """The zone itself."""
        return ZoneInfo(self.zone)

    @property
    def people(self) -> tuple[PersonId, ...]:
        """Everybody whom a layer names, each once."""
        named = (person for level in self.levels for layer in level.layers for person in layer.people)
        return tuple(dict.fromkeys(named))
