"""The workers: one for decisions, one for the door, so that a slow vendor never slows a decision."""

from dataclasses import dataclass
from datetime import timedelta

from temporalio.client import Client
from temporalio.worker import Worker

from playbooks.domain.errors import IncidentError
from workflows import names
from workflows.activities.asking import AskingActivities
from workflows.activities.effects import EffectActivities
from workflows.activities.playbooks import PlaybookActivities
from workflows.activities.recording import RecordingActivities
from workflows.consult.workflow import ConsultWorkflow
from workflows.incident.workflow import IncidentWorkflow
from workflows.part.workflow import PartWorkflow
from workflows.playbook.workflow import PlaybookWorkflow
from workflows.review.workflow import ReviewWorkflow
from workflows.sandbox import sandboxed_runner

WORKFLOWS = (IncidentWorkflow, PartWorkflow, ConsultWorkflow, PlaybookWorkflow, ReviewWorkflow)
"""Every workflow there is; the replay tests take the list from here."""

_MISSED_AFTER = timedelta(seconds=3)
"""A worker that takes nothing up for so long loses its workflows to the others; one that was killed costs this."""


@dataclass(frozen=True)
class Activities:
    """What the workflows ask of the outside."""

    recording: RecordingActivities
    asking: AskingActivities
    playbooks: PlaybookActivities
    effects: EffectActivities


def workers(client: Client, activities: Activities, identity: str) -> tuple[Worker, Worker]:
    """The worker for decisions and the worker for the door, to be entered as contexts."""
    decisions = Worker(
        client,
        task_queue=names.TASK_QUEUE,
        identity=identity,
        workflows=WORKFLOWS,
        activities=[
            activities.recording.record_decision,
            activities.asking.ask_workflow,
            activities.playbooks.shelve_playbooks,
            activities.playbooks.recall_run,
        ],
        workflow_runner=sandboxed_runner(),
        workflow_failure_exception_types=[IncidentError],
        max_cached_workflows=500,
        sticky_queue_schedule_to_start_timeout=_MISSED_AFTER,
    )
    door = Worker(
        client,
        task_queue=names.DOOR_TASK_QUEUE,
        identity=identity,
        activities=[activities.effects.perform_effect],
        max_concurrent_activities=100,
    )
    return decisions, door
