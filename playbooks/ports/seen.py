"""Looking: how something that we made at a vendor stands there now. It changes nothing. Errors as in `write.py`."""

from typing import Protocol, runtime_checkable

from playbooks.domain.ids import EffectId
from playbooks.domain.seen import Seen


@runtime_checkable
class Observed(Protocol):
    """An adapter that can be asked how what it made stands; the reconciler asks."""

    async def look(self, ref: str) -> Seen:
        """How the page, ticket or room of this reference stands.

        What is not there is GONE, and HIDDEN where we may not look; neither raises. Raises Transient where nobody
        answers, and Denied for a credential that is refused: then nothing is known of any of them.
        """


@runtime_checkable
class Searched(Observed, Protocol):
    """An adapter whose vendor finds what an effect made by a mark on it, though its reference leads nowhere."""

    async def search(self, effect: EffectId) -> str:
        """The reference by which it goes now; empty where nothing is found. Raises as `look`."""


@runtime_checkable
class Furnished(Observed, Protocol):
    """An adapter that gives a room its looks beside what goes on in it: a courtesy to people, and no effect."""

    def furnish(self, room: str, opener: EffectId, topic: str) -> None:
        """Begin with it, for the effect that opened the room; what is there already is left as it is."""
