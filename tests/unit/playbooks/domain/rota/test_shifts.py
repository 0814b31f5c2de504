"""Who is on call when: hand-overs by the clock on the wall, months, restrictions, turns, gaps."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError

from playbooks.domain.clocks import Length
from playbooks.domain.ids import OrganizationCode, PersonId
from playbooks.domain.rota.rota import Layer, Level, Restriction, Rota, Turn, Weekday
from playbooks.domain.rota.shifts import gaps, on_call_at, shift_at, shifts

ONE, TWO, THREE = PersonId("unhcr-duty-1"), PersonId("unhcr-duty-2"), PersonId("unhcr-duty-3")
ZURICH = ZoneInfo("Europe/Zurich")
MONDAY = date(2026, 1, 5)


def rota(*layers: Layer, zone: str = "Europe/Zurich") -> Rota:
    return Rota(organization=OrganizationCode("UNHCR"), zone=zone, levels=(Level(layers=layers),))


def weekly(*people: PersonId, **said: object) -> Layer:
    return Layer.model_validate({"people": people, "starts_on": MONDAY, **said})


def local(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=ZURICH)


def named(found: Rota, at: datetime, turns: tuple[Turn, ...] = ()) -> PersonId | None:
    return on_call_at(found, 1, turns, at)


def test_people_take_turns_by_the_week_in_their_order_and_begin_again() -> None:
    found = rota(weekly(ONE, TWO, THREE))
    weeks = [local(2026, 1, 5, 9) + timedelta(weeks=week) for week in range(4)]
    assert [named(found, at) for at in weeks] == [ONE, TWO, THREE, ONE]
    assert named(found, local(2026, 1, 12, 8, 59)) == ONE


def test_nobody_is_called_before_the_first_hand_over() -> None:
    assert named(rota(weekly(ONE)), local(2026, 1, 5, 8, 59)) is None


@pytest.mark.parametrize("changes_on", [date(2026, 3, 29), date(2026, 10, 25)])
def test_a_hand_over_stays_at_the_same_time_of_day_over_a_change_of_the_clocks(changes_on: date) -> None:
    found = rota(weekly(ONE, TWO, every=Length(days=1)))
    start = datetime.combine(changes_on - timedelta(days=2), time(12), tzinfo=ZURICH)
    handed = [
        shift.start_at.astimezone(ZURICH).time()
        for shift in shifts(found, 1, (), start, start + timedelta(days=5))
    ]
    assert handed[1:] == [time(9)] * 5


def test_the_day_on_which_summer_time_begins_is_an_hour_shorter() -> None:
    found = rota(weekly(ONE, TWO, every=Length(days=1)))
    (shift,) = [
        each
        for each in shifts(found, 1, (), local(2026, 3, 26), local(2026, 4, 1))
        if each.start_at == local(2026, 3, 28, 9)
    ]
    assert shift.end_at - shift.start_at == timedelta(hours=23)


def test_a_month_that_lacks_the_day_is_handed_over_on_its_last() -> None:
    found = rota(Layer(people=(ONE, TWO), starts_on=date(2026, 1, 31), every=Length(months=1)), zone="UTC")
    at = datetime(2026, 1, 31, 9, tzinfo=UTC)
    assert [
        shift.start_at.date().isoformat() for shift in shifts(found, 1, (), at, at + timedelta(days=120))
    ] == [
        "2026-01-31",
        "2026-02-28",
        "2026-03-31",
        "2026-04-30",
    ]


def test_a_night_restriction_reaches_into_the_next_morning_and_the_day_is_a_gap() -> None:
    night = Restriction(days=(Weekday.FRI,), since=time(18), until=time(8))
    found = rota(weekly(ONE, only=(night,)))
    assert named(found, local(2026, 1, 9, 17, 59)) is None
    assert named(found, local(2026, 1, 10, 7, 59)) == ONE
    assert named(found, local(2026, 1, 10, 18)) is None, "Saturday's night is not named"


def test_a_lower_layer_goes_before_those_above_it_while_it_names_somebody() -> None:
    office = Restriction(days=(Weekday.MON,), since=time(9), until=time(17))
    found = rota(weekly(ONE), weekly(TWO, only=(office,)))
    assert named(found, local(2026, 1, 5, 10)) == TWO
    assert named(found, local(2026, 1, 5, 17)) == ONE


def test_a_layer_ends_on_its_last_day_at_the_hand_over() -> None:
    found = rota(weekly(ONE, ends_on=date(2026, 1, 12)))
    assert named(found, local(2026, 1, 12, 8, 59)) == ONE
    assert named(found, local(2026, 1, 12, 9)) is None


def test_of_two_turns_the_later_word_counts_and_the_end_is_not_part_of_it() -> None:
    first = Turn(person=TWO, start_at=local(2026, 1, 6), end_at=local(2026, 1, 8))
    later = Turn(person=THREE, start_at=local(2026, 1, 7), end_at=local(2026, 1, 8))
    found = rota(weekly(ONE))
    assert [named(found, local(2026, 1, day), (first, later)) for day in (6, 7, 8)] == [TWO, THREE, ONE]


def test_until_when_is_said_where_it_is_near_and_not_where_nobody_else_comes() -> None:
    at = local(2026, 1, 6)
    assert shift_at(rota(weekly(ONE, TWO)), 1, (), at) == (ONE, local(2026, 1, 12, 9))
    assert shift_at(rota(weekly(ONE)), 1, (), at) == (ONE, None)


def test_gaps_are_said_level_by_level() -> None:
    found = Rota(
        organization=OrganizationCode("UNHCR"),
        levels=(
            Level(layers=(weekly(ONE),)),
            Level(layers=(weekly(TWO, only=(Restriction(since=time(), until=time(12)),)),)),
        ),
    )
    day = datetime(2026, 2, 3, tzinfo=UTC)
    ((level, gap),) = gaps(found, (), day, day + timedelta(days=1))
    assert (level, gap.start_at, gap.end_at) == (2, day + timedelta(hours=12), day + timedelta(days=1))


@pytest.mark.parametrize(
    ("said", "fault"),
    [
        ({"people": []}, "people"),
        ({"hand_over": 540}, "quotation marks"),
        ({"every": {"days": 7, "hours": 1}}, "name one of them"),
        ({"only": [{"days": ["someday"]}]}, "mon"),
    ],
)
def test_a_layer_that_cannot_be_kept_is_refused(said: dict[str, object], fault: str) -> None:
    with pytest.raises(ValidationError, match=fault):
        Layer.model_validate({"people": [ONE], "starts_on": MONDAY, **said})


def test_a_zone_that_is_none_is_refused() -> None:
    with pytest.raises(ValidationError, match="Europe/Zurich"):
        rota(weekly(ONE), zone="Europe/Geneva")
