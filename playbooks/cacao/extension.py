"""What Muster adds to CACAO 2.0, in the ways the standard leaves for it, so that what we export stays valid.

Two things. A *command type* `muster` (the vocabulary of command types is open, §5): `command` names an action of
Muster, `arguments` says with what. And an *extension* (§8) on agents, steps: who an agent is in an incident, of which
function a step is, when it is due, how it is undone. A program that does not know Muster reads the same playbook and
ignores both.
"""

import re
from datetime import timedelta
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, JsonValue, ValidationError

from playbooks.cacao.model import AgentTarget, Command, Extensions, StepBase
from playbooks.domain.function import Function, Office
from playbooks.domain.roles import Role

EXTENSION_ID = "extension-definition--f27c4153-24b5-4660-adf5-9ab3b3f3118f"

IDENTITY = "identity--120862ee-da4b-485c-8b49-988364a81003"
"""Author of the extension, and of playbooks that name no author."""

DEFINITION: dict[str, JsonValue] = {
    "type": "extension-definition",
    "name": "Muster",
    "description": "Who an agent is in an incident, the function and due time of a step, and how a step is undone.",
    "created_by": IDENTITY,
    "schema": "Muster's documentation, docs/playbooks.md, section “The extension”, states the schema as text.",
    "version": "1.0.0",
}


class Circle(StrEnum):
    """Organizations that are only known when the playbook runs."""

    LEAD = "lead"
    EACH = "each"
    OTHERS = "others"


Milliseconds = Annotated[int, Field(strict=True, ge=1, le=10 * 365 * 24 * 3_600_000)]


class _Notes(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class AgentNotes(_Notes):
    """Who an agent is. Both may stand: the incident commander of the lead organization."""

    role: Role | None = None
    organization: str | None = None
    """`lead`, `each`, `others` (each but the lead), or the code of one organization."""
    office: Office | None = None
    """An office of that organization which may not do work of every function (document 002, §15-16)."""


class StepNotes(_Notes):
    """What a step says beyond the standard. Spans are milliseconds, like the standard's `delay` and `timeout`."""

    function: Function | None = None
    due: Milliseconds | None = None
    approvals: Annotated[int, Field(strict=True, ge=0, le=2)] = 0
    """Persons who must agree before the step acts."""
    repeatable: Annotated[bool, Field(strict=True)] = False
    """Of requests that change something: a second one does no harm, so they are tried until one is answered."""
    found_at: dict[str, str] = {}
    """Of requests: where in the answer the value of a variable stands, as a JSON Pointer (RFC 6901)."""
    undo: tuple[Command, ...] = ()
    """Commands by the same agent that take the step back, in order."""
    streams: tuple[str, ...] = ()
    """Of a parallel step: what each of `next_steps` is called."""
    runs: str | None = None
    """Of a playbook action: the name of the playbook it runs."""

    @property
    def due_in(self) -> timedelta | None:
        """Time from the start of the step until it is due."""
        return None if self.due is None else timedelta(milliseconds=self.due)


class ActionName(StrEnum):
    """What a `muster` command can ask for."""

    PAGE = "page"
    TICKET = "ticket"
    ANNOUNCE = "announce"
    ROOM = "room"
    INVITE = "invite"
    CONSULT = "consult"
    SHARE = "share"
    RETAINER = "retainer"
    SERVICE = "service"


class ActionForm(BaseModel):
    """Which arguments an action takes."""

    model_config = ConfigDict(frozen=True)

    needs: tuple[str, ...]
    takes: tuple[str, ...] = ()


ACTIONS: dict[str, ActionForm] = {
    ActionName.PAGE: ActionForm(needs=("message",), takes=("urgency",)),
    ActionName.TICKET: ActionForm(needs=("summary",), takes=("details", "issue_type", "priority")),
    ActionName.ANNOUNCE: ActionForm(needs=("message",), takes=("marking", "room")),
    ActionName.ROOM: ActionForm(needs=("name",), takes=("purpose",)),
    ActionName.INVITE: ActionForm(needs=("message",)),
    ActionName.CONSULT: ActionForm(
        needs=("purpose", "question"), takes=("choices", "within", "needed", "remind")
    ),
    ActionName.SHARE: ActionForm(needs=("what",), takes=("marking", "message")),
    ActionName.RETAINER: ActionForm(needs=("service",), takes=("message",)),
    ActionName.SERVICE: ActionForm(needs=("code", "message")),
}
"""To whom an action goes is the step's agent; an action names no one itself."""

ROOM_NAME = re.compile(r"(?!joint-|v-\d|\d+$)[a-z0-9]+(-[a-z0-9]+)*")
"""Not what joint rooms, a vendor's room and rooms that were moved to are called: those have circles of their own."""
LONGEST_ROOM_NAME = 30
"""Signs; a room is called after its incident and this, and everybody who passes by sees it."""


def room_named(command: Command) -> str | None:
    """The room that a command speaks of, by its name; empty for the incident's own, None for what is no name."""
    given = command.arguments.get("name" if command.command == ActionName.ROOM else "room", "")
    is_name = given == "" or (
        isinstance(given, str) and len(given) <= LONGEST_ROOM_NAME and ROOM_NAME.fullmatch(given)
    )
    return str(given) if is_name else None


def agent_notes(agent: AgentTarget) -> AgentNotes:
    """What our extension says about an agent, if anything. Raises ValidationError if it is malformed."""
    return AgentNotes.model_validate(agent.agent_target_extensions.get(EXTENSION_ID, {}))


def step_notes(step: StepBase) -> StepNotes:
    """What our extension says about a step, if anything. Raises ValidationError if it is malformed."""
    return StepNotes.model_validate(step.step_extensions.get(EXTENSION_ID, {}))


def is_readable(extensions: Extensions, notes: type[AgentNotes] | type[StepNotes]) -> bool:
    """Whether what stands under our extension can be read."""
    try:
        notes.model_validate(extensions.get(EXTENSION_ID, {}))
    except ValidationError:
        return False
    return True
