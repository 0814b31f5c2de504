"""That somebody saw marked material is an entry of its own (document 004, §5: who saw what, who released what).

The rule. A view counts on a deliberate act: an incident's page, its room or its data opened, or a question about it
put to the desk. What loads by itself does not count: lists, live updates of a page that is open, and what a browser
fetches before anybody asked, which is refused. Counted is what is TLP:AMBER or stricter. One entry stands for whatever
the same person saw in the same way of the same incident within an hour, by the clock: a reader who leafs through a
story, or loads it again, writes no flood.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from bot.reading.exports import Appends
from playbooks.domain.actor import Actor
from playbooks.domain.entry import Entry, entry_id, in_milliseconds
from playbooks.domain.ids import EntryId
from playbooks.domain.incident import IncidentState
from playbooks.domain.kinds import Kind
from playbooks.domain.marking import Marking, strictest
from playbooks.domain.organization import Person
from playbooks.domain.release import Shown

WITHIN: Final = timedelta(hours=1)
_REMEMBERED: Final = 10_000


class Way(StrEnum):
    """How somebody came to see it."""

    PAGE = "page"
    ROOM = "room"
    DATA = "data"
    QUESTION = "question"


class Viewings:
    """Records who saw what, before it is shown."""

    def __init__(self, record: Appends, now: Callable[[], datetime]) -> None:
        self._record = record
        self._now = now
        self._known: OrderedDict[EntryId, None] = OrderedDict()

    async def saw(
        self, person: Person, state: IncidentState, way: Way, markings: Iterable[Marking] = ()
    ) -> None:
        """Somebody is about to be shown an incident, with entries of these markings in it. Raises Unavailable."""
        marking = strictest(state.marking, *markings)
        entry = viewed(person, state, way, marking, self._now())
        if marking.within(Marking.GREEN) or entry.id in self._known:
            return
        await self._record.append([entry])
        self._known[entry.id] = None
        while len(self._known) > _REMEMBERED:
            self._known.popitem(last=False)


def viewed(person: Person, state: IncidentState, way: Way, marking: Marking, at: datetime) -> Entry:
    """The entry of a view: the same within an hour. For the lead and the reader's own organization to read."""
    hour = int(at.timestamp() // WITHIN.total_seconds())
    audience = tuple(code for code in dict.fromkeys((state.lead, person.organization)) if code)
    return Entry(
        id=entry_id(f"view/{state.key}/{person.id}/{way}/{hour}"),
        incident=state.key,
        kind=Kind.CASE_VIEW,
        at=in_milliseconds(at),
        actor=Actor.of(person),
        subject="incident",
        data={"way": way.value, "marking": marking.value},
        marking=state.marking,
        audience=state.audience if state.restricted else audience,
    )


def markings_of(story: Iterable[Shown]) -> Iterable[Marking]:
    """The markings of what is shown of a story."""
    return (Marking(shown.slots["marking"]) for shown in story if "marking" in shown.slots)
