"""Calendars in and out: who is meant, what repeats, whole days, and what cannot be read."""

import time
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar

from playbooks.domain.errors import Malformed
from playbooks.domain.ids import OrganizationCode, PersonId
from playbooks.domain.rota.calendar import calendar_of, turns_of
from playbooks.domain.rota.rota import Turn
from playbooks.domain.rota.shifts import Shift

UNHCR, DUTY = OrganizationCode("UNHCR"), PersonId("unhcr-duty")
ZURICH = ZoneInfo("Europe/Zurich")
SINCE = datetime(2026, 3, 1, tzinfo=UTC)
KNOWN = {"unhcr-duty": DUTY, "duty@unhcr.example.org": DUTY}


def calendar(*events: str) -> bytes:
    told = "".join(
        f"BEGIN:VEVENT\nUID:{number}\n{event}\nEND:VEVENT\n" for number, event in enumerate(events)
    )
    return f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:t\n{told}END:VCALENDAR\n".replace("\n", "\r\n").encode()


def read(*events: str) -> tuple[Turn, ...]:
    return turns_of(calendar(*events), 1, KNOWN.get, ZURICH, SINCE, SINCE + timedelta(days=60))


@pytest.mark.parametrize(
    "named",
    [
        "SUMMARY:unhcr-duty",
        "SUMMARY:On call: @UNHCR-Duty (first)",
        "SUMMARY:Night\nATTENDEE:MAILTO:Duty@unhcr.example.org",
    ],
)
def test_an_event_names_its_person_by_handle_or_by_address(named: str) -> None:
    (turn,) = read(f"DTSTART:20260302T080000Z\nDTEND:20260302T200000Z\n{named}")
    assert turn == Turn(
        person=DUTY, start_at=datetime(2026, 3, 2, 8, tzinfo=UTC), end_at=datetime(2026, 3, 2, 20, tzinfo=UTC)
    )


def test_what_repeats_stays_at_its_time_of_day_over_a_change_of_the_clocks() -> None:
    weekly = "DTSTART;TZID=Europe/Zurich:20260302T090000\nDURATION:P1D\nRRULE:FREQ=WEEKLY;COUNT=6\nSUMMARY:unhcr-duty"
    starts = [turn.start_at for turn in read(weekly)]
    assert {start.astimezone(ZURICH).hour for start in starts} == {9}
    assert [start.hour for start in starts] == [8, 8, 8, 8, 7, 7]


def test_a_shift_of_many_days_is_one_turn_however_it_is_asked_for() -> None:
    weekly = "DTSTART:20260302T080000Z\nDURATION:P7D\nRRULE:FREQ=WEEKLY;COUNT=4\nSUMMARY:unhcr-duty"
    assert [turn.start_at.day for turn in read(weekly)] == [2, 9, 16, 23]


def test_shifts_of_a_day_that_repeat_for_years_are_read_before_anybody_waits() -> None:
    daily = "DTSTART;TZID=Europe/Zurich:20160302T0{}0000\nDURATION:PT6H\nRRULE:FREQ=DAILY\nSUMMARY:unhcr-duty"
    began = time.process_time()
    turns = turns_of(
        calendar(*(daily.format(hour) for hour in range(3))),
        1,
        KNOWN.get,
        ZURICH,
        SINCE,
        SINCE + timedelta(days=430),
    )
    assert len({(turn.start_at, turn.end_at) for turn in turns}) == len(turns) >= 430 * 3
    assert time.process_time() - began < 10


def test_a_whole_day_is_of_the_rotas_zone() -> None:
    (turn,) = read("DTSTART;VALUE=DATE:20260329\nSUMMARY:unhcr-duty")
    assert turn.start_at == datetime(2026, 3, 28, 23, tzinfo=UTC)
    assert turn.end_at - turn.start_at == timedelta(hours=23), "the day on which summer time begins"


def test_what_is_cancelled_or_takes_no_time_is_passed_over() -> None:
    assert not read(
        "DTSTART:20260302T080000Z\nDTEND:20260302T200000Z\nSTATUS:CANCELLED\nSUMMARY:unhcr-duty",
        "DTSTART:20260302T080000Z\nDTEND:20260302T080000Z\nSUMMARY:unhcr-duty",
    )


def test_a_shift_of_nobody_is_said_with_its_beginning() -> None:
    with pytest.raises(Malformed, match="2026-03-02 08:00 UTC names nobody"):
        read("DTSTART:20260302T080000Z\nDTEND:20260302T200000Z\nSUMMARY:somebody")


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"BEGIN:VCALENDAR", b"BEGIN:VEVENT\r\nEND:VEVENT\r\n"])
def test_what_is_no_calendar_is_refused_in_a_sentence(content: bytes) -> None:
    with pytest.raises(Malformed, match="no calendar"):
        turns_of(content, 1, KNOWN.get, ZURICH, SINCE, SINCE + timedelta(days=1))


def test_a_rule_that_repeats_each_second_does_not_fill_the_memory() -> None:
    each_second = (
        "DTSTART:20260302T080000Z\nDURATION:PT1S\nRRULE:FREQ=SECONDLY;COUNT=9000\nSUMMARY:unhcr-duty"
    )
    with pytest.raises(Malformed, match="at most 5000"):
        read(each_second)


def test_a_rota_goes_out_with_its_gaps_and_comes_in_as_it_went() -> None:
    shifts = (
        Shift(person=DUTY, start_at=SINCE, end_at=SINCE + timedelta(hours=8)),
        Shift(person=None, start_at=SINCE + timedelta(hours=8), end_at=SINCE + timedelta(hours=9)),
    )
    written = calendar_of(
        UNHCR, [(1, shift) for shift in shifts], lambda _, who: who or "a gap; nobody, is there", SINCE
    )
    events = Calendar.from_ical(written).walk("VEVENT")
    assert [str(event["SUMMARY"]) for event in events] == ["unhcr-duty", "a gap; nobody, is there"]
    assert len({str(event["UID"]) for event in events}) == 2
    known = {**KNOWN, "a gap; nobody, is there": PersonId("gap")}
    first, _ = turns_of(written, 1, known.get, ZURICH, SINCE, SINCE + timedelta(days=1))
    assert (first.person, first.start_at, first.end_at) == (DUTY, SINCE, SINCE + timedelta(hours=8))
