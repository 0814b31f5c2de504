"""A list of incidents in memory: filtered, sorted, a page at a time. What the database's queries are held against."""

from collections.abc import Callable, Collection, Sequence
from typing import Any, Final

from playbooks.domain.ids import IncidentKey
from playbooks.domain.incident import Severity
from playbooks.ports.listing import Sort, Wanted, Which, in_order
from playbooks.ports.views import IncidentLine, Listing

_RANK: Final = {severity: rank for rank, severity in enumerate(Severity)}


def listed(
    lines: Sequence[IncidentLine], wanted: Wanted, among: Collection[IncidentKey] | None = None
) -> Listing:
    """What is wanted of all that a reader may know of; `among`: of these alone."""
    chosen = [line for line in lines if _is_meant(line, wanted) and (among is None or line.key in among)]
    chosen.sort(key=lambda line: line.key, reverse=True)
    chosen.sort(key=_ORDERS[wanted.sort])
    page, pages = wanted.place(len(chosen))
    most = wanted.most or len(chosen)
    seen = [line for line in lines if line.closed_at is None or wanted.which is not Which.OPEN]
    parties = sorted({party for line in seen for party in line.parties})
    return Listing(tuple(chosen[(page - 1) * most : page * most]), len(chosen), tuple(parties), page, pages)


def _is_meant(line: IncidentLine, wanted: Wanted) -> bool:
    is_open = line.closed_at is None
    if wanted.which is not Which.ALL and is_open is not (wanted.which is Which.OPEN):
        return False
    if wanted.severity is not None and line.severity is not wanted.severity:
        return False
    return not wanted.organization or wanted.organization in line.parties


_ORDERS: Final[dict[Sort, Callable[[IncidentLine], tuple[Any, ...]]]] = {
    Sort.NEWEST: lambda line: (line.closed_at is not None, -line.declared_at.timestamp()),
    Sort.OLDEST: lambda line: (line.closed_at is not None, line.declared_at.timestamp()),
    Sort.SEVERITY: lambda line: (_RANK[line.severity], -line.declared_at.timestamp()),
    Sort.TITLE: lambda line: (in_order(line.title), -line.declared_at.timestamp()),
    Sort.WAITING: lambda line: (-line.waiting, -line.declared_at.timestamp()),
}
