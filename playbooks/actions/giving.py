"""Giving an incident's indicators to a collection: what is asked of the door, and who hears what came of it."""

from typing import Final

from playbooks.actions.asking import ask, told
from playbooks.actions.effect import EffectRequest
from playbooks.domain.entry import Entry
from playbooks.domain.ids import ConnectionId
from playbooks.domain.incident import IncidentState

NAMED: Final = "indicators.named"
UNNAMED: Final = "indicators.unnamed"
"""What is put together at the door: the organization's indicators, or the same of nobody."""
GIVE: Final = "indicators.give"
"""The action."""


def given(entry: Entry, state: IncidentState) -> tuple[EffectRequest, ...]:
    """The rooms hear that it is done, and the door is asked to.

    What goes is put together when it goes, each indicator by its own label; the entry's own bounds nothing of it.
    """
    asked = ask(entry, state, ConnectionId(entry.data["connection"]), GIVE, entry.id)
    what = UNNAMED if entry.data.get("unnamed") else NAMED
    return (*told(entry, state), asked.model_copy(update={"text": what, "entries": ()}))
