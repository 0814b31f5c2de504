"""What workflows tell each other: work that is wanted, and how it ended."""

from pydantic import BaseModel, ConfigDict

from playbooks.domain.awaiting import Awaited
from playbooks.domain.command import Command
from playbooks.domain.ids import IncidentKey, OrganizationCode
from workflows.activities.recording import WordsFrom


class Wanted(BaseModel):
    """A command that a playbook, or another organization's part, puts to an incident or a part."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    command: Command
    """Its `origin` is what waits for the outcome: `<workflow id>|<occasion>`."""
    words: WordsFrom
    """What it says; no person typed it."""


def agreed(key: IncidentKey, consultation: str, held: Awaited) -> Wanted:
    """What was held until this consultation agreed; its words are those of the question."""
    return Wanted(command=held.agreed(key, consultation), words=WordsFrom(entry=held.entry))


class WantedOf(BaseModel):
    """Work wanted of an organization's part, or of the incident itself when no organization is named."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    wanted: Wanted
    organization: OrganizationCode | None = None


class Settled(BaseModel):
    """How what was wanted ended; sent to the workflow that its origin names."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    origin: str
    status: str
    """A TaskStatus, a consultation's outcome, or `refused`."""
    answer: str = ""
    given: dict[str, str] = {}
    """The answers by question; prose by a reference to it (`playbooks/domain/told.py`)."""
    counts: dict[str, int] = {}
    rule: str = ""
    """The rule of a refusal."""


def waiting_for(origin: str) -> str:
    """The workflow that waits for what came from this origin; empty for none."""
    return origin.partition("|")[0] if "|" in origin else ""
