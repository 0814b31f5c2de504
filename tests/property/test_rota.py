"""A rota under any layers, turns and zones: one person at each moment, no hole, and by the clock on the wall."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from playbooks.domain.clocks import Length
from playbooks.domain.ids import OrganizationCode, PersonId
from playbooks.domain.rota.rota import WEEK, Layer, Level, Restriction, Rota, Turn
from playbooks.domain.rota.shifts import gaps, on_call_at, shifts

PEOPLE = tuple(PersonId(f"unhcr-duty-{number}") for number in range(1, 5))
# Two of them change by an hour, one by half an hour, one south of the equator, one never.
ZONES = ("Europe/Zurich", "America/New_York", "Australia/Lord_Howe", "America/Santiago", "UTC")
times = st.builds(time, st.integers(0, 23), st.sampled_from((0, 30)))
restrictions = st.builds(
    Restriction,
    days=st.lists(st.sampled_from(WEEK), min_size=1, unique=True).map(tuple),
    since=times,
    until=times,
)
lengths = st.one_of(
    st.builds(Length, days=st.integers(1, 30)),
    st.builds(Length, months=st.integers(1, 3)),
    st.builds(Length, hours=st.integers(4, 72)),
)
layers = st.builds(
    Layer,
    people=st.lists(st.sampled_from(PEOPLE), min_size=1, max_size=4).map(tuple),
    starts_on=st.dates(date(2025, 1, 1), date(2026, 12, 31)),
    hand_over=times,
    every=lengths,
    only=st.lists(restrictions, max_size=2).map(tuple),
)
moments = st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31)).map(lambda at: at.replace(tzinfo=UTC))  # noqa: DTZ001
turns = st.builds(
    lambda person, start, hours: Turn(person=person, start_at=start, end_at=start + timedelta(hours=hours)),
    st.sampled_from(PEOPLE),
    moments,
    st.integers(1, 400),
)
rotas = st.builds(
    lambda zone, found: Rota(
        organization=OrganizationCode("UNHCR"), zone=zone, levels=(Level(layers=tuple(found)),)
    ),
    st.sampled_from(ZONES),
    st.lists(layers, min_size=1, max_size=3),
)
put_in = st.lists(turns, max_size=3).map(tuple)


@given(rotas, put_in, moments, st.integers(1, 40), st.floats(0, 0.999))
def test_a_span_is_told_whole_and_each_moment_of_it_as_it_is(
    rota: Rota, put_in: tuple[Turn, ...], since_at: datetime, days: int, somewhere: float
) -> None:
    until_at = since_at + timedelta(days=days)
    found = shifts(rota, 1, put_in, since_at, until_at)
    assert (found[0].start_at, found[-1].end_at) == (since_at, until_at)
    for one, next_one in pairwise(found):
        assert one.end_at == next_one.start_at
        assert one.person != next_one.person
    at = since_at + somewhere * (until_at - since_at)
    (there,) = [shift for shift in found if shift.start_at <= at < shift.end_at]
    assert there.person == on_call_at(rota, 1, put_in, at)


@given(rotas, put_in, moments)
def test_gaps_are_just_the_moments_at_which_nobody_is_called(
    rota: Rota, put_in: tuple[Turn, ...], since_at: datetime
) -> None:
    until_at = since_at + timedelta(days=10)
    nobody = [shift for shift in shifts(rota, 1, put_in, since_at, until_at) if shift.person is None]
    assert [gap for _, gap in gaps(rota, put_in, since_at, until_at)] == nobody


@given(rotas, turns, put_in)
def test_whoever_was_put_in_last_is_called_for_the_whole_of_that_turn(
    rota: Rota, last: Turn, before: tuple[Turn, ...]
) -> None:
    (only,) = shifts(rota, 1, (*before, last), last.start_at, last.end_at)
    assert only.person == last.person


@given(layers.filter(lambda layer: not layer.every.hours), st.sampled_from(ZONES), moments)
def test_hand_overs_are_at_their_time_of_day_unless_the_clocks_leave_it_out(
    layer: Layer, zone: str, since_at: datetime
) -> None:
    people = tuple(PersonId(f"unhcr-duty-{number}") for number in range(1, 8))
    alone = layer.model_copy(update={"only": (), "people": people})
    rota = Rota(organization=OrganizationCode("UNHCR"), zone=zone, levels=(Level(layers=(alone,)),))
    for shift in shifts(rota, 1, (), since_at, since_at + timedelta(days=100))[1:]:
        local = shift.start_at.astimezone(rota.zone_info)
        wall = datetime.combine(local.date(), layer.hand_over, tzinfo=rota.zone_info)
        left_out = wall.astimezone(UTC).astimezone(rota.zone_info).time() != layer.hand_over
        assert local.time() == layer.hand_over or left_out


@given(layers, st.sampled_from(ZONES), moments)
def test_turns_are_taken_in_order_and_nobody_is_passed_over(
    layer: Layer, zone: str, since_at: datetime
) -> None:
    people = tuple(PersonId(f"unhcr-duty-{number}") for number in range(1, 4))
    alone = layer.model_copy(update={"only": (), "people": people})
    rota = Rota(organization=OrganizationCode("UNHCR"), zone=zone, levels=(Level(layers=(alone,)),))
    taken = [shift.person for shift in shifts(rota, 1, (), since_at, since_at + timedelta(days=200))]
    called = [person for person in taken if person]
    for one, next_one in pairwise(called):
        assert people.index(next_one) == (people.index(one) + 1) % len(people)
