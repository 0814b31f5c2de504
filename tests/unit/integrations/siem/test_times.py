from datetime import UTC, datetime, timedelta

import pytest

from integrations.siem.times import instant

NOW = datetime(2026, 11, 22, 3, tzinfo=UTC)
THEN = datetime(2026, 11, 20, 8, 15, 30, tzinfo=UTC)
SECONDS = int(THEN.timestamp())


@pytest.mark.parametrize(
    "written",
    [
        "2026-11-20T08:15:30Z",
        "2026-11-20 08:15:30",
        "2026-11-20T08:15:30.000000000Z",
        "2026-11-20T09:15:30+0100",
        "2026-11-20T09:15:30.000+01:00",
        "2026-11-20 08:15:30 UTC",
        "2026-11-20 08:15:30 (UTC)",
        "2026-11-20 08:15:30 UTC+0000",
        "11/20/2026 8:15:30 AM",
        "Fri, 20 Nov 2026 09:15:30 +0100",
        "20 Nov 2026 08:15:30 GMT",
        "20/Nov/2026:09:15:30 +0100",
        "Nov 20 2026 08:15:30",
        "Nov 20, 2026 8:15:30 AM",
        "Fri Nov 20 08:15:30 2026",
        SECONDS,
        f"{SECONDS}",
        f"{SECONDS}.0",
        SECONDS * 1_000,
        SECONDS * 1_000_000,
        SECONDS * 1_000_000_000,
        (SECONDS + 11_644_473_600) * 10_000_000,
    ],
)
def test_every_dialect_means_the_same_instant(written: object) -> None:
    found = instant(written, NOW)
    assert found is not None
    assert abs(found - THEN) < timedelta(milliseconds=1)


@pytest.mark.parametrize(
    "written",
    [
        None,
        True,
        0,
        "0",
        -1,
        170_619,
        "",
        "yesterday",
        "20/11/2026 08:15:30",
        "20 Nov",
        "0001-01-01T00:00:00Z",
        "1970-01-01T00:00:00Z",
        "9999-12-31T23:59:59Z",
        "2026-13-45T99:99:99Z",
        "9999999999.000000000",
        float("inf"),
        float("nan"),
        10**400,
        "9" * 5_000,
        {"a": 1},
        [],
    ],
)
def test_zero_impossible_and_no_times_are_none(written: object) -> None:
    assert instant(written, NOW) is None


def test_a_clock_may_run_ahead_a_day_and_no_more() -> None:
    assert instant("2026-11-22T20:00:00Z", NOW) is not None
    assert instant("2026-11-24T20:00:00Z", NOW) is None
