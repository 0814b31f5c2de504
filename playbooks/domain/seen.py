"""How something that Muster made at a vendor stands there now, in words that are the same for every vendor."""

from enum import StrEnum

from pydantic import AwareDatetime, BaseModel, ConfigDict

from playbooks.domain.incident import Severity


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


class Remark(BaseModel):
    """A comment that somebody else made on a ticket."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    account: str
    at: AwareDatetime
    words: str = ""


class Attached(BaseModel):
    """A file that is attached to a ticket."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    ref: str
    """The tracker's own id of it, as `attachment/10010`: no comment is called so."""
    account: str
    at: AwareDatetime
    name: str
    size: int
    url: str = ""
    """Where it can be fetched, by whoever may see the ticket."""


class Seen(BaseModel):
    """One look at one thing; codes and the vendor's own words for a state, and what people wrote since it was made."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    as_: SeenAs
    ref: str
    """What the vendor calls it now: an issue that was moved has another key."""
    said: str = ""
    """The state in the vendor's own words: “In Review”."""
    priority: str = ""
    """A ticket's, in the vendor's own word."""
    severities: tuple[Severity, ...] = tuple(Severity)
    """What that priority may stand for here; all of them where the tracker tells nothing of it."""
    assignee: str | None = None
    """Whose ticket it is, by handle or else by account; empty for nobody's, None where that is not known."""
    remarks: tuple[Remark, ...] = ()
    """What others commented, the oldest first."""
    files: tuple[Attached, ...] = ()
    """What is attached to a ticket, by whomever, the oldest first."""
    is_bare: bool = False
    """Of a room that Muster made: it was never given what it is to look like."""
