"""Notices: what a vendor tells us of something that we made there, each once, signed by the vendor."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Protocol, runtime_checkable

from pydantic import AwareDatetime, BaseModel, ConfigDict


class Happening(StrEnum):
    """What happened over there."""

    PAGE_ACKNOWLEDGED = "page_acknowledged"
    PAGE_UNACKNOWLEDGED = "page_unacknowledged"
    PAGE_REASSIGNED = "page_reassigned"
    PAGE_RESOLVED = "page_resolved"
    PAGE_NOTED = "page_noted"
    PAGE_RESPONDED = "page_responded"
    """Somebody was asked to help with it, or answered."""
    TICKET_CHANGED = "ticket_changed"
    TICKET_COMMENTED = "ticket_commented"
    TICKET_ATTACHED = "ticket_attached"
    TICKET_DELETED = "ticket_deleted"


class Notice(BaseModel):
    """One happening at a vendor. Codes only, but for `words`, which a person wrote there."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    """The vendor's own id of the event; the same when it is delivered again."""
    happening: Happening
    ref: str
    """The vendor's reference of what it happened to, as the effect that made it brought it back."""
    there: str = ""
    """Where the notice does not say that (`ref` is empty): what the vendor itself calls it; see `Recalling`."""
    account: str
    """The account of whoever did it there; empty for a machine."""
    at: AwareDatetime
    was: str = ""
    now: str = ""
    """A status, a priority or accounts, before and after, in the vendor's own words."""
    state: str = ""
    """How somebody who was asked to help answered: pending, accepted, declined."""
    remark: str = ""
    """The vendor's own id of a comment or of an attachment."""
    words: str = ""


@runtime_checkable
class Recalling(Protocol):
    """A port whose vendor speaks of a thing by another name than we made it under."""

    async def recall(self, there: str) -> str:
        """The reference that we made it under, empty where there is none. Raises ProviderErrors."""


class NoticeReader(Protocol):
    """How one connection's vendor signs and writes its notices."""

    def read(self, headers: Mapping[str, str], body: bytes) -> tuple[Notice, ...]:
        """The notices of a delivery; none where it tells of nothing that concerns us.

        Raises Refused where the signature does not fit, Malformed where the body is not what the vendor sends.
        """
