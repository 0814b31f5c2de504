"""Spans for people: the two largest units, which is what one can hold in mind at night."""

from datetime import timedelta

from playbooks.texts.wording import span


def spoken(length: timedelta) -> str:
    """`2 d 3 h`, `41 min`; under a minute `0 min`."""
    return " ".join(span(int(abs(length) / timedelta(minutes=1))).split()[:4])
