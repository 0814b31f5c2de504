"""Clocks: what an organization owes to whom within what time, by its own policies; the arithmetic is here alone."""

from calendar import monthrange
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Annotated, Self
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from playbooks.texts import load_texts

_Coded = Annotated[str, Field(min_length=1, max_length=80, pattern=r"^[\w][\w .,:/()§-]*$")]
"""A short name that may stand in ids, tables and logs; no people's words."""


class Trigger(StrEnum):
    """From what moment a clock counts."""

    AWARENESS = "awareness"
    """The organization knew of the incident."""
    SECURITY_MANAGEMENT = "security_management"
    PERSONAL_DATA = "personal_data"
    FINANCE = "finance"
    GENERATIVE_AI = "generative_ai"
    """It knew that the incident touches this on its side."""


class Approver(StrEnum):
    """Who in the organization approves what is reported, by duty."""

    CISO = "ciso"
    LEGAL = "legal"
    EXECUTIVE = "executive"


class Length(BaseModel):
    """How long a clock runs: hours, or days, or months; exactly one of them."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    hours: Annotated[int, Field(ge=1, le=8_784)] | None = None
    days: Annotated[int, Field(ge=1, le=366)] | None = None
    months: Annotated[int, Field(ge=1, le=24)] | None = None

    @model_validator(mode="after")
    def _is_one_of_them(self) -> Self:
        if len(self.model_dump(exclude_none=True)) != 1:
            raise ValueError(load_texts().say("file.clock.length"))
        return self

    def after(self, start: datetime, zone: ZoneInfo) -> datetime:
        """When it has run, in UTC. Hours are elapsed time; days and months are the receiver's calendar.

        Days and months end at the same time of day in the receiver's zone. A month ends on the same day of the month,
        or on the last one where the month has no such day: from 31 January, one month is 28 or 29 February, and two
        months are 31 March. A time of day that the change to summer time leaves out is counted as if it had not been,
        and of one that comes twice the first counts.
        """
        if self.hours is not None:
            return start.astimezone(UTC) + timedelta(hours=self.hours)
        local = start.astimezone(zone)
        if self.days is not None:
            return (local + timedelta(days=self.days)).astimezone(UTC)
        year, month = divmod(local.year * 12 + local.month - 1 + (self.months or 0), 12)
        day = min(local.day, monthrange(year, month + 1)[1])
        return local.replace(year=year, month=month + 1, day=day).astimezone(UTC)


class StartedClock(BaseModel):
    """A clock that was started: its terms at that moment, and when it runs out."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    clock: str
    trigger: Trigger
    receiver: str
    time_zone: str
    approves: Approver
    policy: str
    due_at: AwareDatetime


class Clock(BaseModel):
    """One of an organization's clocks, as its directory entry states it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")]
    trigger: Trigger = Trigger.AWARENESS
    length: Length
    receiver: _Coded
    """Who is to be told: an office, an authority, a donor; no person."""
    time_zone: str = "UTC"
    """The receiver's."""
    approves: Approver
    policy: _Coded
    """Where it is laid down."""

    @model_validator(mode="after")
    def _zone_is_known(self) -> Self:
        if self.time_zone not in available_timezones():
            raise ValueError(load_texts().say("file.clock.zone", zone=self.time_zone))
        return self

    def start(self, at: datetime) -> StartedClock:
        """Start it. Zones change by decree, so this is done where the command is given, and stands from then on."""
        terms = self.model_dump(exclude={"id", "length"})
        return StartedClock(clock=self.id, due_at=self.length.after(at, ZoneInfo(self.time_zone)), **terms)
