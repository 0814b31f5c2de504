"""Cases kept at hand: each folded once, then carried on entry by entry."""

from collections import OrderedDict

from playbooks.domain.fold import Case, evolve
from playbooks.domain.ids import IncidentKey
from playbooks.domain.incident import IncidentState
from playbooks.ports.record import Record

_KEPT = 2_000
"""Cases; the least recently asked for goes first."""


class Cases:
    """The whole cases of this installation, for judging who may know what; never shown as they are."""

    def __init__(self, record: Record) -> None:
        self._record = record
        self._kept: OrderedDict[IncidentKey, tuple[int, Case]] = OrderedDict()

    async def case(self, key: IncidentKey) -> Case:
        """The case as it stands now; empty when nothing is recorded under this key."""
        position, case = self._kept.get(key, (0, Case(state=IncidentState(key=key))))
        current = case
        async for placed, entry in self._record.entries(key, position):
            current = evolve(current, entry)
            if placed is not None:
                position, case = placed, current
        self._kept[key] = (position, case)
        self._kept.move_to_end(key)
        while len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        return current
