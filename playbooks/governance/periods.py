"""Periods that a report may cover: whole calendar quarters that are over, each reported on once.

Two reports whose periods overlap could be subtracted from one another; so none do.
"""

from datetime import date, timedelta

from playbooks.domain.errors import Malformed
from playbooks.domain.saying import says


def quarters(since: date, until: date, today: date) -> tuple[str, ...]:
    """The quarters of a period, `2026-Q1`. Raises Malformed where it is not made of whole ones that are over."""
    if since > until:
        raise Malformed(says("bad_period"))
    after = until + timedelta(days=1)
    if not (_begins_quarter(since) and _begins_quarter(after)):
        raise Malformed(
            says("bad_period.quarters"),
        )
    if after > today:
        raise Malformed(says("bad_period.not_over"))
    found = []
    while since < after:
        found.append(f"{since.year}-Q{(since.month + 2) // 3}")
        since = _next_quarter(since)
    return tuple(found)


def _begins_quarter(day: date) -> bool:
    return day.day == 1 and day.month in (1, 4, 7, 10)


def _next_quarter(day: date) -> date:
    return date(day.year + 1, 1, 1) if day.month == 10 else day.replace(month=day.month + 3)
