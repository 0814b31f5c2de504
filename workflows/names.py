"""Names that Temporal shows in the clear: codes only, never a title or a person."""

from collections.abc import Mapping
from datetime import timedelta
from hashlib import sha256
from typing import Any

from playbooks.domain.ids import CommandId, ConnectionId, ConsultationId, IncidentKey, OrganizationCode, RunId
from playbooks.domain.judging.part import PART_VERBS
from playbooks.domain.judging.review import REVIEW_VERBS
from playbooks.domain.judging.run import RUN_VERBS

TASK_QUEUE = "muster"
"""Where the workflows run, and the activities that touch the record alone."""

DOOR_TASK_QUEUE = "muster-door"
"""Where effects are done, by workers that hold vendors' credentials; and where runs of playbooks are driven.

What is due on the queue of the workflow that asks for it begins at once, without a turn through the server's queues.
"""

_RUN = "playbook/"


def speaker_queue(connection: ConnectionId) -> str:
    """Where effects go that only the process can do which speaks for a connection; it alone listens there."""
    return f"{DOOR_TASK_QUEUE}/{connection}"


RECORD_TIMEOUT = timedelta(seconds=10)
"""For one attempt to write to the record; attempts go on until it answers."""


def incident_id(key: IncidentKey) -> str:
    """The workflow id of an incident."""
    return f"incident/{key}"


def part_id(key: IncidentKey, organization: OrganizationCode) -> str:
    """The workflow id of an organization's part in an incident."""
    return f"part/{organization}/{key}"


def judge_of(verb: str, args: Mapping[str, Any], key: IncidentKey) -> str:
    """The workflow id of what judges a command on an incident."""
    if verb in REVIEW_VERBS:
        return review_id(key)
    if verb in RUN_VERBS:
        return run_id(key, RunId(str(args["run"])))
    return part_id(key, organization_of(verb, args)) if verb in PART_VERBS else incident_id(key)


def organization_of(verb: str, args: Mapping[str, Any]) -> OrganizationCode:
    """Whose part a command is on: named when a task is added, told by the task's name otherwise."""
    if verb == "task.add":
        return OrganizationCode(str(args["organization"]))
    return OrganizationCode(str(args["task"]).rpartition("-")[0])


def task_queue_of(workflow_id: str) -> str:
    """Where a workflow runs: runs of playbooks beside the door, which most of their steps pass."""
    return DOOR_TASK_QUEUE if workflow_id.startswith(_RUN) else TASK_QUEUE


def update_id(command: CommandId) -> str:
    """The id under which Temporal knows a command; the command's own may name who gave it."""
    return sha256(command.encode()).hexdigest()


def consult_id(key: IncidentKey, consultation: ConsultationId) -> str:
    """The workflow id of a consultation."""
    return f"consult/{key}/{consultation}"


def consultation_of(workflow_id: str) -> tuple[IncidentKey, ConsultationId]:
    """The incident and the consultation that a workflow id names."""
    _kind, key, consultation = workflow_id.split("/")
    return IncidentKey(key), ConsultationId(consultation)


def retainer_id(key: IncidentKey, call: str) -> str:
    """The workflow id of the clocks of a call on a retainer."""
    return f"retainer/{key}/{call}"


def review_id(key: IncidentKey) -> str:
    """The workflow id of the review of an incident."""
    return f"review/{key}"


def run_id(key: IncidentKey, run: RunId) -> str:
    """The workflow id of a playbook's run."""
    return f"{_RUN}{key}/{run}"


def key_of(workflow_id: str) -> IncidentKey:
    """The incident whose workflow bears this id: `part/WFP/INC-2026-0001`, `consult/INC-2026-0001/C-1`."""
    kind, *rest = workflow_id.split("/")
    return IncidentKey(rest[-1] if kind in _ENDING_WITH_KEY else rest[0])


_ENDING_WITH_KEY = ("incident", "part", "review")
