"""The timeline as CSV (RFC 4180): a row for each entry, and no cell that a spreadsheet would run."""

import csv
from collections.abc import Iterator, Sequence
from datetime import datetime
from io import StringIO
from typing import Final

from bot.web.page.timeline import Event, events
from playbooks.domain.case import Case
from playbooks.domain.release import Shown
from playbooks.texts import Texts

COLUMNS: Final = (
    *("incident", "number", "at", "happened_at", "organization", "actor", "group", "kind", "subject"),
    *("sentence", "marking", "superseded_by", "withheld", "id"),
)
_ACTS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # noqa: RUF001  these are read as formulas too
"""What a cell must not begin with (OWASP, CSV injection); full-width signs are read alike in some languages."""
MARK: Final = "\ufeff"
"""Tells spreadsheets that the text is UTF-8."""


def spreadsheet(case: Case, story: Sequence[Shown], texts: Texts) -> str:
    """The whole story; TLP 2.0 leaves the place of a label in data open: each row carries its own."""
    written = StringIO()
    writer = csv.writer(written)
    writer.writerow(COLUMNS)
    for event in events(story, texts):
        writer.writerow(inert(cell) for cell in _row(case, event))
    return MARK + written.getvalue()


def inert(cell: str) -> str:
    """Text that a spreadsheet shows and does not run: an apostrophe stands before what would be a formula."""
    return f"'{cell}" if cell.startswith(_ACTS) else cell


def _row(case: Case, event: Event) -> Iterator[str]:
    slots = event.slots
    yield case.state.key
    yield "" if event.position is None else str(event.position)
    yield _moment(event.at)
    yield _moment(event.happened_at)
    yield event.organization or ""
    yield str((slots.get("actor") or {}).get("id", ""))
    yield event.group
    yield str(slots.get("kind", ""))
    yield str(slots.get("subject", ""))
    yield event.sentence
    yield str(slots.get("marking", ""))
    yield " ".join(event.superseded_by)
    yield " ".join(event.withheld)
    yield event.id


def _moment(at: datetime | None) -> str:
    return "" if at is None else f"{at:%Y-%m-%dT%H:%M:%SZ}"
