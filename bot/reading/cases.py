"""Cases kept at hand: each folded once, then carried on entry by entry.

Without people's words: nobody is shown these, and what is erased from the record must not live on here.
"""

from collections import OrderedDict

from playbooks.domain.fold import Case, carry_on
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
        """The case as it stands now, without words; empty when nothing is recorded under this key."""
        position, case = self._kept.get(key, (0, Case(state=IncidentState(key=key))))
        placed = [each async for each in self._record.entries(key, position)]
        case = carry_on(case, (entry.without_words() for at, entry in placed if at is not None))
        position = max((at for at, _entry in placed if at is not None), default=position)
        self._kept[key] = (position, case)
        self._kept.move_to_end(key)
        while len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        return carry_on(case, (entry.without_words() for at, entry in placed if at is None))
