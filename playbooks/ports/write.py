"""What every write to the outside has in common.

Adapters raise the ProviderErrors of `playbooks/domain/errors.py`, and nothing else:

    Transient    nothing happened, a later try may succeed; carries the vendor's Retry-After if it gave one
    Unknown      the request left and no answer came, or a 5xx came late: it may or may not have happened
    Permanent    the vendor will never take this request as it is
    Denied       the vendor refuses our credential

An adapter never retries by itself: the door decides, since only it knows what a second try could do. An
adapter that works in a thread sets a time-out at its own client too: a cancelled call goes on in its thread.
People are named by their handles; the adapter knows their accounts with its vendor.
"""

from collections.abc import Mapping

from pydantic import BaseModel, ConfigDict, Field

from playbooks.domain.document import Document
from playbooks.domain.ids import EffectId, PersonId


class Write(BaseModel):
    """A request that changes the world. `effect_id` is its idempotency key wherever the vendor takes one."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    effect_id: EffectId


class Message(Write):
    """A request that carries words; they have passed the release rule before they get here."""

    document: Document


class Letters(BaseModel):
    """Words for each of several people, of which a part is hers alone."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    by_person: Mapping[PersonId, Document] = Field(repr=False)


class File(BaseModel):
    """A file that goes out with a request; its name was released as the request's words are."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    content: bytes = Field(repr=False)


class Made(BaseModel):
    """What was created or changed, as the vendor names it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    ref: str
    """The vendor's own id; what later requests refer to."""
    url: str = ""
    """Where people find it; empty where there is no such place."""
    listing: str = ""
    """Where the vendor lists everything of the same incident, by a search of its own; empty where it has none."""
    missing: tuple[PersonId, ...] = ()
    """People whom it did not reach: no account there, or refused one by one. Never silently dropped."""
    given: Mapping[str, str] = {}
    """What the answer says of what was asked, by name."""
