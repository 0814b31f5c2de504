"""Spans of time as people say them: `90 seconds`, `1 hour`; in CACAO milliseconds."""

import re
from datetime import timedelta

from pydantic import JsonValue

_UNITS = {"day": 86_400_000, "hour": 3_600_000, "minute": 60_000, "second": 1_000, "millisecond": 1}
_SPAN = re.compile(r"([0-9]{1,12}) (day|hour|minute|second|millisecond)s?\Z")


def milliseconds(span: JsonValue) -> JsonValue:
    """`2 hours` to 7,200,000; whatever is no span stays as it is, for the check to name."""
    match = _SPAN.match(span) if isinstance(span, str) else None
    return int(match.group(1)) * _UNITS[match.group(2)] if match else span


def span(said: JsonValue) -> timedelta | None:
    """`2 hours`, or a number of milliseconds, as a span; None for what is neither."""
    count = milliseconds(said)
    is_span = isinstance(count, int) and not isinstance(count, bool) and 0 <= count < 10**12
    return timedelta(milliseconds=count) if is_span and isinstance(count, int) else None


def spoken(count: JsonValue) -> JsonValue:
    """7,200,000 to `2 hours`: the largest unit that divides it; what is no whole number stays as it is."""
    if not isinstance(count, int) or isinstance(count, bool) or not 0 < count < 10**12:
        return count
    number, unit = unit_of(count)
    return f"{number} {unit}" if number == 1 else f"{number} {unit}s"


def unit_of(milliseconds: int) -> tuple[int, str]:
    """7,200,000 as 2 of the unit `hour`: the largest that divides it."""
    unit, size = next((unit, size) for unit, size in _UNITS.items() if milliseconds % size == 0)
    return milliseconds // size, unit
