"""Which incidents a list holds, in what order, and which page of it."""

from enum import StrEnum
from typing import Final
from unicodedata import combining, normalize

from pydantic import BaseModel, ConfigDict, Field

from playbooks.domain.incident import Severity

HITS: Final = 3
"""Entries of an incident that are found and shown where words are searched: its newest."""


def in_order(title: str) -> str:
    """What titles are sorted by: accents and case apart, so that “Éclair” stands among the e."""
    return "".join(each for each in normalize("NFKD", title.casefold()) if not combining(each))


class Which(StrEnum):
    """Which incidents to list."""

    OPEN = "open"
    ALL = "all"
    CLOSED = "closed"


class Sort(StrEnum):
    """In which order; those alike, the newest first."""

    NEWEST = "newest"
    OLDEST = "oldest"
    SEVERITY = "severity"
    WAITING = "waiting"
    TITLE = "title"
    """As read without regard to case; titles lie under lock, so that all of them are opened for it."""


class Wanted(BaseModel):
    """Which incidents of those that the reader may know of."""

    model_config = ConfigDict(frozen=True)

    which: Which = Which.ALL
    severity: Severity | None = None
    organization: str = ""
    """One that takes part, or took part; empty: any."""
    words: str = ""
    """Words that an entry says; empty: none are asked."""
    sort: Sort = Sort.NEWEST
    most: int | None = Field(default=None, ge=1)
    """Incidents on a page. None: all of them on one."""
    page: int = Field(default=1, ge=1)
    """The last one stands for what is beyond it."""

    def place(self, total: int) -> tuple[int, int]:
        """Which page it is where there are so many incidents, and of how many pages."""
        pages = max(1, -(-total // self.most)) if self.most else 1
        return min(self.page, pages), pages
