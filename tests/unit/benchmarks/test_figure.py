import pytest

from benchmarks.figure import alone, compared, table


def test_a_span_twice_as_long_costs_twice() -> None:
    figure = compared("step", "a step", "ms", "an activity", [(100.0, 50.0), (120.0, 60.0), (90.0, 45.0)])
    assert figure.times == pytest.approx(2)
    assert (figure.value, figure.reference, figure.rounds) == (100, 50, 3)


def test_a_rate_half_as_high_costs_twice() -> None:
    figure = compared("record", "entries", "/s", "bare inserts", [(500.0, 1000.0)])
    assert figure.times == pytest.approx(2)


def test_the_ratio_is_of_neighbours_in_time() -> None:
    """A machine that becomes slow in the middle changes both sides of a round."""
    figure = compared(
        "step", "a step", "ms", "an activity", [(100.0, 50.0), (1000.0, 500.0), (1100.0, 550.0)]
    )
    assert figure.times == pytest.approx(2)


def test_the_table_has_a_line_for_each_figure() -> None:
    lines = table([alone("record", "verified", "µs", [3.0, 1.0, 2.0])]).splitlines()
    assert len(lines) == 3
    assert "record: verified" in lines[2]
    assert "2 µs" in lines[2]
