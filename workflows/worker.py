"""The workers: one for decisions, one for the door and the runs of playbooks.

A slow vendor never slows a decision: each worker has places of its own for workflows, for what is done locally (the
record) and for what may take long (the door).
"""

import asyncio
import logging
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from importlib.metadata import version

from temporalio.client import Client
from temporalio.worker import Worker
from temporalio.workflow import NondeterminismError

from playbooks.domain.errors import IncidentError
from playbooks.domain.ids import ConnectionId
from workflows import names
from workflows.activities.asking import AskingActivities
from workflows.activities.effects import EffectActivities
from workflows.activities.playbooks import PlaybookActivities
from workflows.activities.recording import RecordingActivities
from workflows.consult.workflow import ConsultWorkflow
from workflows.incident.workflow import IncidentWorkflow
from workflows.part.workflow import PartWorkflow
from workflows.playbook.workflow import PlaybookWorkflow
from workflows.retainer.workflow import RetainerWorkflow
from workflows.review.workflow import ReviewWorkflow
from workflows.sandbox import sandboxed_runner

_DECIDING = (IncidentWorkflow, PartWorkflow, ConsultWorkflow, ReviewWorkflow, RetainerWorkflow)

WORKFLOWS = (*_DECIDING, PlaybookWorkflow)
"""Every workflow there is; the replay tests take the list from here."""

BUILD = f"muster {version('muster')}"
"""What Temporal shows of who did what; otherwise it reads every module there is to tell builds apart, for seconds."""

_ENDED_BY = (IncidentError, NondeterminismError)
"""What ends a workflow as failed. One that does not fit this version would stand still else; ended, it is started anew
from the record (`resuming.py`)."""

_MISSED_AFTER = timedelta(seconds=3)
"""A worker that takes nothing up for so long loses its workflows to the others; one that was killed costs this."""


LEAVING = timedelta(seconds=20)
"""How long a worker that ends waits for Temporal to answer its polls; it does so at once, when it does."""


@dataclass(frozen=True)
class Activities:
    """What the workflows ask of the outside."""

    recording: RecordingActivities
    asking: AskingActivities
    playbooks: PlaybookActivities
    effects: EffectActivities


@asynccontextmanager
async def at_work(worker: Worker) -> AsyncIterator[None]:
    """Have a worker work for as long as the block runs; what it has at hand then goes on with the next.

    Leaving is bounded: a poll that Temporal never answers would keep a process that was told to stop, or one that lost
    its lease, for ever. What such a worker held is given to others after its time-outs, as of one that was killed.
    """
    await worker.__aenter__()
    try:
        yield
    finally:
        leaving = asyncio.timeout(LEAVING.total_seconds())
        try:
            async with leaving:
                await worker.__aexit__(*sys.exc_info())
        except TimeoutError:
            if not leaving.expired():
                raise
            logging.getLogger(__name__).warning(
                "The worker of %s did not end within %s; it is left as it is.", worker.task_queue, LEAVING
            )


def speaker(client: Client, effects: EffectActivities, identity: str, connection: ConnectionId) -> Worker:
    """The worker of whoever speaks for a connection, to be entered as a context for as long as it does."""
    return Worker(
        client,
        task_queue=names.speaker_queue(connection),
        identity=identity,
        build_id=BUILD,
        activities=[effects.perform_effect],
    )


def workers(client: Client, activities: Activities, identity: str) -> tuple[Worker, Worker]:
    """The worker for decisions and the worker for the door, to be entered as contexts."""
    decisions = Worker(
        client,
        task_queue=names.TASK_QUEUE,
        identity=identity,
        build_id=BUILD,
        workflows=_DECIDING,
        activities=[activities.recording.record_decision, activities.asking.ask_workflow],
        workflow_runner=sandboxed_runner(),
        workflow_failure_exception_types=_ENDED_BY,
        max_cached_workflows=500,
        sticky_queue_schedule_to_start_timeout=_MISSED_AFTER,
    )
    door = Worker(
        client,
        task_queue=names.DOOR_TASK_QUEUE,
        identity=identity,
        build_id=BUILD,
        workflows=[PlaybookWorkflow],
        activities=[
            activities.effects.perform_effect,
            activities.recording.record_decision,
            activities.playbooks.shelve_playbooks,
            activities.playbooks.recall_run,
        ],
        workflow_runner=sandboxed_runner(),
        workflow_failure_exception_types=_ENDED_BY,
        max_cached_workflows=500,
        max_concurrent_activities=100,
        sticky_queue_schedule_to_start_timeout=_MISSED_AFTER,
    )
    return decisions, door
