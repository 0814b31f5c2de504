"""The arithmetic of clocks: elapsed hours, the receiver's calendar, the ends of months, summer time."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from playbooks.domain.clocks import Clock, Length
from playbooks.domain.duties import ReportingDuty

ROME, KATHMANDU, UTC_ZONE = ZoneInfo("Europe/Rome"), ZoneInfo("Asia/Kathmandu"), ZoneInfo("UTC")
MOMENTS = st.integers(0, 16 * 366 * 24 * 60).map(
    lambda n: datetime(2020, 1, 1, tzinfo=UTC) + timedelta(minutes=n)
)
ZONES = st.sampled_from(
    [ROME, KATHMANDU, UTC_ZONE, ZoneInfo("America/New_York"), ZoneInfo("Pacific/Auckland")]
)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


@pytest.mark.parametrize(
    ("start", "length", "zone", "due"),
    [
        ("2026-11-22T10:00Z", {"hours": 72}, "Europe/Rome", "2026-11-25T10:00Z"),
        ("2026-01-31T10:00Z", {"months": 1}, "UTC", "2026-02-28T10:00Z"),
        ("2028-01-31T10:00Z", {"months": 1}, "UTC", "2028-02-29T10:00Z"),
        ("2026-01-31T10:00Z", {"months": 2}, "UTC", "2026-03-31T10:00Z"),
        ("2026-12-31T10:00Z", {"months": 2}, "UTC", "2027-02-28T10:00Z"),
        ("2028-02-29T10:00Z", {"months": 12}, "UTC", "2029-02-28T10:00Z"),
        # In Rome it is the 1st of February already: a month later is the 1st of March there.
        ("2026-01-31T23:30Z", {"months": 1}, "Europe/Rome", "2026-02-28T23:30Z"),
        # Summer time begins on 29 March 2026 in Rome: a day by the calendar, an hour less by the clock.
        ("2026-03-28T12:00Z", {"days": 1}, "Europe/Rome", "2026-03-29T11:00Z"),
        ("2026-03-28T12:00Z", {"hours": 24}, "Europe/Rome", "2026-03-29T12:00Z"),
        # 02:30 is left out on that day: it counts as if it had not been, at 03:30.
        ("2026-03-28T01:30Z", {"days": 1}, "Europe/Rome", "2026-03-29T01:30Z"),
        ("2026-10-24T12:00Z", {"days": 1}, "Europe/Rome", "2026-10-25T13:00Z"),
        # 02:30 comes twice on that day: the first of the two is the one by which it must be told.
        ("2026-10-24T00:30Z", {"days": 1}, "Europe/Rome", "2026-10-25T00:30Z"),
        ("2026-09-25T00:30Z", {"months": 1}, "Europe/Rome", "2026-10-25T00:30Z"),
    ],
)
def test_a_clock_runs_out_when_its_receiver_would_say_so(
    start: str, length: dict[str, int], zone: str, due: str
) -> None:
    assert Length.model_validate(length).after(at(start), ZoneInfo(zone)) == at(due)


@given(start=MOMENTS, months=st.integers(1, 24), zone=ZONES)
def test_months_end_on_the_same_day_or_on_the_last_of_the_month(
    start: datetime, months: int, zone: ZoneInfo
) -> None:
    due = Length(months=months).after(start, zone)
    there, then = start.astimezone(zone), due.astimezone(zone)
    assert then.year * 12 + then.month == there.year * 12 + there.month + months
    if then.day != there.day:
        assert then.day < there.day
        assert (then + timedelta(days=1)).day == 1


@given(start=MOMENTS, hours=st.integers(1, 8784), zone=ZONES)
def test_hours_are_elapsed_time_whatever_the_zone(start: datetime, hours: int, zone: ZoneInfo) -> None:
    assert Length(hours=hours).after(start, zone) - start == timedelta(hours=hours)


@given(start=MOMENTS, longer=st.integers(1, 23), zone=ZONES)
def test_a_longer_clock_never_runs_out_sooner(start: datetime, longer: int, zone: ZoneInfo) -> None:
    for unit in ("hours", "days", "months"):
        short, long = (Length.model_validate({unit: n}).after(start, zone) for n in (longer, longer + 1))
        assert start < short <= long


@pytest.mark.parametrize("length", [{}, {"hours": 1, "days": 1}, {"hours": 0}, {"weeks": 1}])
def test_a_length_is_one_number_of_one_unit(length: dict[str, int]) -> None:
    with pytest.raises(ValidationError):
        Length.model_validate(length)


def test_a_receivers_zone_is_one_that_exists() -> None:
    with pytest.raises(ValidationError, match="no zone of the IANA database"):
        Clock.model_validate({**CLOCK, "time_zone": "Mars/Olympus"})


CLOCK: dict[str, Any] = {
    "id": "data-72h",
    "length": {"hours": 72},
    "receiver": "Data protection office",
    "approves": "legal",
    "policy": "Policy on data, 9.2",
}


def duty(**more: Any) -> ReportingDuty:
    start = at("2026-11-22T00:00Z")
    terms = {
        "id": "D-1",
        "organization": "UNHCR",
        "clock": "data-72h",
        "trigger": "awareness",
        "time_zone": "UTC",
    }
    named = {name: CLOCK[name] for name in ("receiver", "approves", "policy")}
    return ReportingDuty.model_validate(
        {**terms, **named, "started_at": start, "due_at": start + timedelta(hours=100), **more}
    )


def test_a_duty_is_told_of_at_half_its_time_near_its_end_and_when_it_is_missed() -> None:
    hours = [
        (duty(warned=stage).warns_at or at("2026-11-22T00:00Z")) - duty().started_at for stage in range(3)
    ]
    assert hours == [timedelta(hours=n) for n in (50, 90, 100)]
    assert duty(warned=3).warns_at is None
    assert duty(status="met").warns_at is None


def test_one_who_declares_late_is_told_once_of_where_it_stands() -> None:
    assert [duty().passed(duty().started_at + timedelta(hours=n)) for n in (49, 50, 95, 100)] == [0, 1, 2, 3]
