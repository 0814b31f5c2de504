"""One effect: what is asked of the door and what came of it. Codes and references only, for any place."""

import re
from enum import StrEnum
from typing import Any

from pydantic import AwareDatetime, BaseModel, ConfigDict

from playbooks.domain.actor import Actor
from playbooks.domain.ids import CommandId, ConnectionId, EffectId, IncidentKey
from playbooks.domain.marking import DEFAULT_MARKING, Marking

_OCCASION = re.compile(r"[A-Za-z0-9._-]{1,100}")


def effect_id(connection: ConnectionId, incident: IncidentKey, action: str, occasion: str) -> EffectId:
    """The id of one effect, always the same: `unhcr/jira/INC-2026-0042/ticket.create/R-1.3`.

    `occasion` tells two effects of the same kind apart: the step, the question, the number of the reminder.
    It is made of letters, digits, `.`, `_` and `-`, so that the id fits a PagerDuty deduplication key, a Jira
    label and a Message-ID. Raises ValueError for an occasion that is not.
    """
    if not _OCCASION.fullmatch(occasion):
        raise ValueError(
            f"“{occasion}” cannot name an effect; use letters, digits, '.', '_' and '-', 100 at most"
        )
    return EffectId(f"{connection}/{incident}/{action}/{occasion}")


class CommandAt(BaseModel):
    """Where a command of a playbook stands; what is sent is made of it at the door, so that no words travel."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    content: str
    """SHA-256 of the playbook."""
    step: str
    number: int
    """Which of the step's commands, from 0."""
    endpoint: int = 0
    """Which of the places that the step names, from 0."""
    is_undo: bool = False
    """One of the commands that take the step back."""
    values: dict[str, str | None] = {}
    """The variables that the step refers to, as they stood when it became due."""


class EffectRequest(BaseModel):
    """What is asked of the door."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    effect_id: EffectId
    action: str
    """A name of the registry, `page.trigger`."""
    connection: ConnectionId
    incident: IncidentKey
    actor: Actor
    asked_at: AwareDatetime
    """When it was decided; the action's patience counts from here."""
    args: dict[str, Any] = {}
    """The fields of the port's request besides its words: codes and references."""
    command: CommandAt | None = None
    """The playbook's command that is to be sent."""
    file: str = ""
    """The SHA-256 of the file in evidence that is to be sent; `entries` names the one that took it in."""
    text: str = ""
    """The code of the catalogue's text; empty for actions without words."""
    entries: tuple[str, ...] = ()
    """Ids of the entries of the record whose words fill the text."""
    consultation: str = ""
    """The question that it is about: whoever is written to may answer that one by a link, a board shows it."""
    marking: Marking = DEFAULT_MARKING
    audience: tuple[str, ...] = ()
    """Who may know of the effect; stands on its entries, and bounds nothing of what is sent: that is `release`'s."""
    responsible: str = ""
    """The person to ask when nobody can tell whether it happened; empty means the organization's on-call."""
    cause: CommandId | None = None


class OutcomeState(StrEnum):
    """How an effect ended."""

    DONE = "done"
    FAILED = "failed"
    """It certainly did not happen."""
    UNKNOWN = "unknown"
    """It may or may not have happened, and will not be tried again; a person is asked."""
    WITHHELD = "withheld"
    """The release rule did not let it out; nothing was sent."""


class EffectOutcome(BaseModel):
    """What came of an effect."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    state: OutcomeState
    vendor_ref: str = ""
    url: str = ""
    listing: str = ""
    """Where the vendor lists everything of the same incident."""
    detail: str = ""
    """The code of what went wrong; empty when done."""
    about: str = ""
    """The vendor's names of the fields or states that it is about; never what was in them."""
    attempts: int = 1
    repeated: bool = False
    """It was sent again after an attempt that may have acted: whoever got it may have it twice."""
    missing: tuple[str, ...] = ()
    """People whom it did not reach."""
    given: dict[str, str] = {}
    """What a machine answered in a word each, by the plain names of the variables."""
    told: tuple[str, ...] = ()
    """What it answered at length: that stands in the words of the entry that concludes the effect."""
    unsaid: tuple[str, ...] = ()
    """What it was asked and did not answer, or not so that it could be a value."""
    sent: str = ""
    """The SHA-256 of the file that was sent."""
    asked: str = ""
    """For UNKNOWN: the person who is asked, or `<organization>:on_call`."""
