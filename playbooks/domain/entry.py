"""An entry of the record: one command, refusal, decision, effect or release, as it will always be told."""

import hashlib
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict

from playbooks.domain.actor import Actor
from playbooks.domain.ids import CommandId, EntryId, IncidentKey
from playbooks.domain.marking import DEFAULT_MARKING, Marking


class Entry(BaseModel):
    """One event of the record. Its fields are its *slots*: each is committed to with a salt of its own.

    So a reader may be shown some slots and not others, and still verify the whole (docs/decisions/record-tables.md).
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: EntryId
    """Deterministic: recording the same decision twice is one entry. Says nothing of the content."""
    incident: IncidentKey | None
    """The tree it stands in; None is the installation's own log."""
    kind: str
    """`subject:object:action`, for example `incident:severity:change`; all kinds are listed in `kinds.py`."""
    at: datetime
    """When it was decided, aware UTC, whole milliseconds."""
    actor: Actor
    subject: str
    """What it is about within the incident: `incident`, `part/WFP`, `task/WFP-3`, `consultation/C-1`, `effect/...`."""
    data: dict[str, Any] = {}
    """Codes, references, times as ISO 8601 text, whole numbers; no people's words, no floats."""
    texts: dict[str, str] = {}
    """People's own words by name: `title`, `note`, `reason`."""
    marking: Marking = DEFAULT_MARKING
    audience: tuple[str, ...] = ()
    """Who needs to know: `parties`, organization codes, `person:<id>`, `community` or `public`.

    Empty: the author's organization alone.
    """
    cause: CommandId | None = None
    """The command that led to it."""

    def without_words(self) -> "Entry":
        """The same without people's words: what a workflow may hold."""
        return self.model_copy(update={"texts": {}})


def in_milliseconds(at: datetime) -> datetime:
    """A time as the record keeps it: whole milliseconds."""
    return at.replace(microsecond=at.microsecond // 1000 * 1000)


def entry_id(cause: str, number: int = 0) -> EntryId:
    """The id of the `number`-th entry that `cause` leads to: the same each time, and telling nothing of it."""
    return EntryId("e" + hashlib.sha256(f"{cause}#{number}".encode()).hexdigest()[:32])
