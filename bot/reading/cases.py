"""Cases kept at hand: each folded once, then carried on entry by entry.

Without people's words: nobody is shown these, and what is erased from the record must not live on here.
"""

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable
from weakref import WeakValueDictionary

from playbooks.domain.case import Case
from playbooks.domain.entry import Entry
from playbooks.domain.fold import carry_on
from playbooks.domain.ids import IncidentKey
from playbooks.domain.incident import IncidentState
from playbooks.domain.sheaf import Block, folded
from playbooks.ports.record import Placed, Record

_KEPT = 2_000
"""Cases; the least recently asked for goes first."""

Blocks = Callable[[IncidentKey, int], AsyncIterator[Block]]
"""The blocks of an incident that begin after a position, with all that is in them."""


async def no_blocks(_key: IncidentKey, _after: int) -> AsyncIterator[Block]:
    """Where nothing is bound."""
    for block in tuple[Block]():
        yield block


class Cases:
    """The whole cases of this installation, for judging who may know what; never shown as they are."""

    def __init__(self, record: Record, blocks: Blocks = no_blocks) -> None:
        self._record = record
        self._blocks = blocks
        self._kept: OrderedDict[IncidentKey, tuple[int, Case]] = OrderedDict()
        self._reading: WeakValueDictionary[IncidentKey, asyncio.Lock] = WeakValueDictionary()

    async def case(self, key: IncidentKey) -> Case:
        """The case as it stands now, without words; empty when nothing is recorded under this key.

        Who asks while it is read waits, and reads what came since: fifty answers at once fold a long story once.
        """
        async with self._reading.setdefault(key, asyncio.Lock()):
            placed, case = await self._carried_on(key)
            self._kept[key] = placed
            self._kept.move_to_end(key)
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
            return case

    async def passing(self, key: IncidentKey) -> Case:
        """The same for whoever goes over all incidents there are: what others asked for stays at hand."""
        return (await self._carried_on(key))[1]

    async def _carried_on(self, key: IncidentKey) -> tuple[tuple[int, Case], Case]:
        """The case as far as entries have their places, with the last place; and as it stands with those that wait."""
        position, case = self._kept.get(key, (0, Case(state=IncidentState(key=key))))
        async for block in self._blocks(key, position):
            if block.first > position + 1:
                break  # what lies between is read, and the rest with it
            placed_in = (each for sheaf in block.sheaves for each in sheaf.folded)
            position, case = block.last, carry_on(case, map(Entry.without_words, folded(placed_in)))
        placed: list[Placed] = [each async for each in self._record.entries(key, position)]
        case = carry_on(case, (entry.without_words() for at, entry in placed if at is not None))
        position = max((at for at, _entry in placed if at is not None), default=position)
        return (position, case), carry_on(case, (entry.without_words() for at, entry in placed if at is None))
