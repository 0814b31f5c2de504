"""Erasing personal data from the record: what may go, who decided it, and when it must not.

The slots' values and salts go, and with them whatever they said; the commitments stay, so the record still verifies.
Codes (what happened, when, in which organization) stay: without them nobody could tell what was decided.
"""

from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from playbooks.domain.ids import PersonId


class Erasable(StrEnum):
    """What of an entry may be erased."""

    WORDS = "words"
    AUTHOR = "author"


SLOTS_OF: dict[Erasable, tuple[str, ...]] = {
    Erasable.WORDS: ("texts",),
    Erasable.AUTHOR: ("actor", "cause"),
}
"""The slots that hold it; the id of a command, `cause`, tells who gave it."""

ERASABLE_SLOTS = frozenset(slot for slots in SLOTS_OF.values() for slot in slots)


class ErasureRequest(BaseModel):
    """A request to erase, until somebody else approves or rejects it."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    entry: str
    number: int
    """The entry's position in its incident."""
    what: Erasable
    asked_by: PersonId
    settled: bool = False
