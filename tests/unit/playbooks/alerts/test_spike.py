"""A rate out of the ordinary is named, and an ordinary one is not."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from playbooks.alerts.spike import LEAST, SLOT, TIMES, Counted, spikes

NOW = datetime(2026, 11, 22, 9, 5, tzinfo=UTC)
SLOTS = [datetime(2026, 11, 22, 9, tzinfo=UTC) - at * SLOT for at in range(144)]


def day(usual: int, now: int) -> list[Counted]:
    return [Counted("siem", slot, now if at == 0 else usual) for at, slot in enumerate(SLOTS)]


def test_far_more_than_usual_is_named_with_what_is_usual() -> None:
    (spike,) = spikes(day(usual=40, now=2_000), NOW)
    assert spike == ("siem", SLOTS[0], 2_000, 40)


def test_a_busy_source_that_is_as_busy_as_ever_is_not_named() -> None:
    assert spikes(day(usual=40, now=40 * TIMES - 1), NOW) == ()
    assert spikes(day(usual=2_000, now=4_000), NOW) == ()


def test_a_source_that_usually_says_nothing_is_named_from_a_hundred() -> None:
    assert spikes([Counted("siem", SLOTS[0], LEAST - 1)], NOW) == ()
    assert spikes([Counted("siem", SLOTS[0], LEAST)], NOW)[0].usual == 0


def test_what_was_an_hour_ago_is_over() -> None:
    assert spikes([Counted("siem", NOW - timedelta(hours=2), 5_000)], NOW) == ()


@given(st.permutations(day(usual=3, now=500)[:30]))
def test_the_order_in_which_counts_are_read_plays_no_part(counted: list[Counted]) -> None:
    assert spikes(counted, NOW)[0].alerts == 500
