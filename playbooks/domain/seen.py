"""How something that Muster made at a vendor stands there now, in words that are the same for every vendor."""

from enum import StrEnum

from pydantic import BaseModel, ConfigDict


class SeenAs(StrEnum):
    """How it stands over there."""

    FRESH = "fresh"
    """A page that nobody acknowledged, a ticket that nobody took up, a room that takes messages."""
    IN_HAND = "in_hand"
    """Acknowledged; in progress."""
    OVER = "over"
    """Resolved; done; archived."""
    GONE = "gone"
    """It is not there any more, though we may look where it was."""
    HIDDEN = "hidden"
    """We may no longer look where it was."""

    @property
    def is_there(self) -> bool:
        """Whether it can be seen at all."""
        return self not in (SeenAs.GONE, SeenAs.HIDDEN)


class Seen(BaseModel):
    """One look at one thing; codes and the vendor's own words for a state, never what people wrote."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    as_: SeenAs
    ref: str
    """What the vendor calls it now: an issue that was moved has another key."""
    said: str = ""
    """The state in the vendor's own words: “In Review”."""
