"""Which incidents a list holds, in what order, and which page of it."""

from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field

from playbooks.domain.incident import Severity


class Which(StrEnum):
    """Which incidents to list."""

    OPEN = "open"
    ALL = "all"
    CLOSED = "closed"


class Sort(StrEnum):
    """In which order; those alike, the newest first. There is none by title: titles lie under lock, each on its own."""

    NEWEST = "newest"
    OLDEST = "oldest"
    SEVERITY = "severity"
    WAITING = "waiting"


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
