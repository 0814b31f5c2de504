"""Vendors' times read as aware UTC; what is zero, impossible or no time at all is None, never a guess."""

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final

from integrations.siem.paths import Json

EARLIEST: Final = datetime(1990, 1, 1, tzinfo=UTC)
"""Nothing that sends alerts is older: epoch zero, year 1 and counters taken for times fall before it."""

CLOCK_SKEW: Final = timedelta(days=1)
"""How far a source's clock may run ahead of ours before its time is called impossible."""

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_FILETIME_EPOCH: Final = datetime(1601, 1, 1, tzinfo=UTC)
_SIZES: Final = (
    (1e8, _EPOCH, 0),
    (1e11, _EPOCH, 1),
    (1e14, _EPOCH, 1_000),
    (1e17, _EPOCH, 1_000_000),
    (1e18, _FILETIME_EPOCH, 10_000_000),
    (1e19, _EPOCH, 1_000_000_000),
)
"""Below which size a number counts what, from when: nothing, s, ms, µs, Windows FILETIME (100 ns), ns."""

_LONGEST: Final = 64
_NUMBER = re.compile(r"^-?\d{1,20}(\.\d+)?$")
_ISO = re.compile(
    r"^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2})?)(?:[.,](\d+))?)?"
    r"\s*\(?(Z|UTC|GMT)?\)?\s*([+-]\d{2}:?\d{2})?$",
    re.IGNORECASE,
)
_OTHERS: Final = (
    "%m/%d/%Y %I:%M:%S %p",
    "%m/%d/%Y %H:%M:%S",
    "%d/%b/%Y:%H:%M:%S %z",
    "%b %d %Y %H:%M:%S",
    "%b %d, %Y %I:%M:%S %p",
    "%b %d, %Y %H:%M:%S",
    "%a %b %d %H:%M:%S %Y",
)
"""How Entra ID's diagnostic logs write UTC; web servers' logs; appliances; C's `ctime`. A day and a month in figures
alone are read in no other order, which would be a guess."""


def instant(value: Json, received_at: datetime) -> datetime | None:
    """The instant a vendor's value means, in UTC: ISO 8601 in its dialects, or a number by its size.

    Also a time with the month's name, as logs and mails (RFC 5322 section 3.3) write it. Numbers: below 1e11
    seconds, below 1e14 milliseconds, below 1e17 microseconds since 1970, below 1e18 Windows FILETIME (100 ns
    since 1601), above nanoseconds since 1970. A text without an offset is UTC. None for what is not a time,
    is before 1990, or lies more than a day after it reached us.
    """
    try:
        found = _read(value)
    except (ValueError, OverflowError, TypeError):
        return None
    if found is None or not EARLIEST <= found <= received_at + CLOCK_SKEW:
        return None
    return found


def _read(value: Json) -> datetime | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return _from_number(float(value))
    if not isinstance(value, str) or len(value) > _LONGEST:
        return None
    text = value.strip()
    if _NUMBER.match(text):
        return _from_number(float(text))
    return _from_iso(text) or _from_others(text) or _from_mail(text)


def _from_number(number: float) -> datetime | None:
    """By size: the bounds of `_SIZES`, which leave room for every year from 1973 to 2200."""
    for below, epoch, ticks_a_second in _SIZES:
        if number < below:
            return epoch + timedelta(seconds=number / ticks_a_second) if ticks_a_second else None
    return None


def _from_iso(text: str) -> datetime | None:
    parts = _ISO.match(text)
    if parts is None:
        return None
    day, clock, fraction, _, offset = parts.groups()
    written = f"{day}T{clock or '00:00'}"
    if fraction:
        written += f".{fraction[:6]:0<6}"
    return datetime.fromisoformat(written + (offset or "+00:00")).astimezone(UTC)


def _from_others(text: str) -> datetime | None:
    for shape in _OTHERS:
        try:
            found = datetime.strptime(text, shape)  # noqa: DTZ007 `_utc` gives it its zone
        except ValueError:
            continue
        return _utc(found)
    return None


def _from_mail(text: str) -> datetime:
    return _utc(parsedate_to_datetime(text))


def _utc(found: datetime) -> datetime:
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
