"""Spans and moments as people type them: `2h`, `1h30m`, `18:00`, `2026-11-23T09:00Z`. Moments are UTC."""

import re
from datetime import UTC, datetime, timedelta
from typing import Final

_SPAN: Final = re.compile(
    r"(?:(\d{1,3})\s*(?:w|weeks?))?\s*(?:(\d{1,4})\s*(?:d|days?))?\s*"
    r"(?:(\d{1,4})\s*(?:h|hrs?|hours?))?\s*(?:(\d{1,6})\s*(?:m|mins?|minutes?))?",
    re.IGNORECASE,
)
_CLOCK: Final = re.compile(r"(\d{1,2}):(\d{2})Z?", re.IGNORECASE)
LONGEST: Final = timedelta(days=366)


def read_span(text: str) -> timedelta | None:
    """A span of one minute up to a year; None for anything else."""
    match = _SPAN.fullmatch(text.strip())
    if not match or not any(match.groups()):
        return None
    weeks, days, hours, minutes = (int(group or 0) for group in match.groups())
    span = timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes)
    return span if timedelta() < span <= LONGEST else None


def read_moment(text: str, now: datetime, *, past: bool = False) -> datetime | None:
    """A date with time (UTC where no offset is given), the next (`past`: the last) `HH:MM`, or `now`."""
    text = text.strip()
    if text.casefold() == "now":
        return now
    clock = _CLOCK.fullmatch(text)
    return _at_clock(clock, now, past=past) if clock else _at_date(text)


def _at_clock(clock: re.Match[str], now: datetime, *, past: bool) -> datetime | None:
    try:
        at = now.astimezone(UTC).replace(hour=int(clock[1]), minute=int(clock[2]), second=0, microsecond=0)
    except ValueError:
        return None
    if past and at > now:
        return at - timedelta(days=1)
    return at if past or at > now else at + timedelta(days=1)


def _at_date(text: str) -> datetime | None:
    if ":" not in text:
        return None
    try:
        at = datetime.fromisoformat(text)
        return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
