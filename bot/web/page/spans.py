"""Spans for people: the two largest units, which is what one can hold in mind at night."""

from datetime import timedelta
from typing import Final

from playbooks.texts.wording import span

_SECONDS_COUNT_BELOW: Final = 120


def spoken(length: timedelta) -> str:
    """`2 d 3 h`, `41 min`; under two minutes in seconds."""
    seconds = int(abs(length) / timedelta(seconds=1))
    if seconds < _SECONDS_COUNT_BELOW:
        return f"{seconds} s"
    return " ".join(span(int(abs(length) / timedelta(minutes=1))).split()[:4])
