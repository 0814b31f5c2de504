"""Erasing personal data from the record: what may go, who decided it, and when it must not.

The slots' values and salts go, and with them whatever they said; the commitments stay, so the record still verifies.
What an entry stands for and the record does not hold, a file or the alerts as they were delivered, goes as a whole.
Codes (what happened, when, in which organization) stay: without them nobody could tell what was decided.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from pydantic import BaseModel, ConfigDict

from playbooks.domain.entry import Entry
from playbooks.domain.ids import PersonId
from playbooks.domain.kinds import Kind


class Erasable(StrEnum):
    """What of an entry may be erased."""

    WORDS = "words"
    AUTHOR = "author"
    FILE = "file"
    """The file that it took into evidence."""
    ALERTS = "alerts"
    """The alerts that it counts, as delivered and as understood, and their title in the declaration."""


SLOTS_OF: dict[Erasable, tuple[str, ...]] = {
    Erasable.WORDS: ("texts",),
    Erasable.AUTHOR: ("actor", "cause"),
    Erasable.FILE: (),
    Erasable.ALERTS: ("texts",),
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
    copies: tuple[str, ...] = ()
    """Entries that a machine gave the same words to."""
    asked_by: PersonId
    settled: bool = False


def named_by(decision: Mapping[str, Any]) -> tuple[str, ...]:
    """The entries that a decision to erase names: the one asked for, and those with the same words.

    None where it names groups of alerts that belong to no incident.
    """
    return (str(decision["entry"]), *decision.get("copies", ())) if "entry" in decision else ()


def is_there(what: Erasable, entry: Entry) -> bool:
    """Whether an entry has what is to be erased."""
    match what:
        case Erasable.FILE:
            return entry.kind == Kind.EVIDENCE_RECEIVE
        case Erasable.ALERTS:
            return entry.kind in (Kind.ALERTS_ATTACH, Kind.DECLARE) and bool(entry.data.get("group"))
        case _:
            return True


def is_copy(what: Erasable, entry: Entry, other: Entry) -> bool:
    """Whether a machine gave another entry the words of this one: a task handed over, an alert's title declared."""
    match what:
        case Erasable.WORDS:
            handed = (Kind.TASK_ADD, Kind.TASK_REQUEST)
            return bool(entry.texts) and other.texts == entry.texts and {entry.kind, other.kind} <= {*handed}
        case Erasable.ALERTS:
            return other.kind == Kind.DECLARE and other.data.get("group") == entry.data.get("group")
        case _:
            return False
