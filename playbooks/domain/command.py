"""A command: what somebody, or something, asks of Muster, and the verdict it gets."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from pydantic import BaseModel, ConfigDict

from playbooks.domain.actor import Actor
from playbooks.domain.ids import CommandId, IncidentKey
from playbooks.domain.saying import Saying


class Command(BaseModel):
    """One request, judged once. `args` are codes and may travel anywhere; `texts` are people's own words.

    `texts` stay in the ledger and the record, never in Temporal (docs/decisions/playbooks-skeleton-without-prose.md).
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: CommandId
    verb: str
    """The command's name in the registry: `severity`, `task.add`, `declare`."""
    actor: Actor
    incident: IncidentKey | None = None
    args: dict[str, Any] = {}
    texts: dict[str, str] = {}
    received_at: datetime
    proven_at: datetime | None = None
    """When the person last proved by a passkey that it is she; None for a way in that cannot tell."""
    after: int = 0
    """How many changes of the incident stood in the record when it was given; whoever judges it knows of as many."""

    def coded(self) -> "Command":
        """The same command without people's words: what a workflow may hold."""
        return self.model_copy(update={"texts": {}})


class Outcome(StrEnum):
    """How a command was judged."""

    DONE = "done"
    REFUSED = "refused"


class Verdict(BaseModel):
    """The stored answer to a command; a repeat of the command gets the very same.

    `code` names the text of the catalogue to show for `done`, and the rule for `refused`, whose `source` is the
    document and paragraph. `args` fill the text's placeholders; codes only.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    outcome: Outcome
    code: str
    wording: Saying | str = ""
    """Why it was refused."""
    source: str = ""
    incident: IncidentKey | None = None
    args: dict[str, Any] = {}
    entries: tuple[str, ...] = ()
    """Ids of the entries of the record in which the decision stands."""

    @property
    def sentence(self) -> str:
        """Why it was refused, in the language of whoever is spoken to."""
        return str(self.wording)
