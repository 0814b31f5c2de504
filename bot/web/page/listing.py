"""The list of incidents as somebody asked for it: filtered, sorted, a page at a time. Pure."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any, Final
from urllib.parse import urlencode

from pydantic import BaseModel, ConfigDict, StringConstraints

from playbooks.domain.ids import IncidentKey
from playbooks.domain.incident import Severity
from playbooks.ports.views import IncidentLine

PAGE: Final = 50
"""Incidents on one page."""
_RANK: Final = {severity: rank for rank, severity in enumerate(Severity)}


class Which(StrEnum):
    """Which incidents to list."""

    OPEN = "open"
    ALL = "all"
    CLOSED = "closed"


class Sort(StrEnum):
    """In which order."""

    NEWEST = "newest"
    OLDEST = "oldest"
    SEVERITY = "severity"
    WAITING = "waiting"


class Asked(BaseModel):
    """What somebody asked the list for; an empty value asks nothing."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    which: Which = Which.OPEN
    q: Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)] = ""
    severity: Severity | None = None
    organization: Annotated[str, StringConstraints(max_length=40)] = ""
    sort: Sort = Sort.NEWEST
    page: int = 1

    @property
    def narrows(self) -> bool:
        """Whether anything but open or closed is asked for."""
        return bool(self.q or self.severity or self.organization)

    def way(self, **changes: Any) -> str:  # noqa: ANN401  what an address holds
        """The address of the same list with something changed."""
        said = {**self.model_dump(mode="json"), "page": 1, **changes}
        defaults = Asked().model_dump(mode="json")
        return f"/incidents?{urlencode({k: v for k, v in said.items() if v not in (None, defaults[k])})}"


@dataclass(frozen=True, slots=True)
class Listed:
    """A page of the list."""

    lines: tuple[IncidentLine, ...]
    total: int
    page: int
    pages: int


def listed(lines: Sequence[IncidentLine], asked: Asked, found: Collection[IncidentKey] | None) -> Listed:
    """What was asked for of all that a reader may know of; `found`: where the words are, None where none are asked."""
    chosen = [line for line in lines if _is_meant(line, asked) and (found is None or line.key in found)]
    chosen.sort(key=lambda line: line.key, reverse=True)
    chosen.sort(key=_ORDERS[asked.sort])
    pages = max(1, -(-len(chosen) // PAGE))
    page = min(max(asked.page, 1), pages)
    return Listed(tuple(chosen[(page - 1) * PAGE : page * PAGE]), len(chosen), page, pages)


def _is_meant(line: IncidentLine, asked: Asked) -> bool:
    is_open = line.closed_at is None
    if asked.which is not Which.ALL and is_open is not (asked.which is Which.OPEN):
        return False
    if asked.severity is not None and line.severity is not asked.severity:
        return False
    return not asked.organization or asked.organization in line.parties


_ORDERS: Final[dict[Sort, Callable[[IncidentLine], tuple[Any, ...]]]] = {
    Sort.NEWEST: lambda line: (line.closed_at is not None, -line.declared_at.timestamp()),
    Sort.OLDEST: lambda line: (line.closed_at is not None, line.declared_at.timestamp()),
    Sort.SEVERITY: lambda line: (_RANK[line.severity], -line.declared_at.timestamp()),
    Sort.WAITING: lambda line: (-line.waiting, -line.declared_at.timestamp()),
}
