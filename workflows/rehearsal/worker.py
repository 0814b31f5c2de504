"""The worker of rehearsals' people, beside the ordinary ones."""

from temporalio.client import Client
from temporalio.worker import Worker

from workflows.activities.rehearsing import RehearsingActivities
from workflows.rehearsal.workflow import RehearsalWorkflow
from workflows.sandbox import sandboxed_runner

TASK_QUEUE = "muster-rehearsal"


def rehearsal_worker(client: Client, activities: RehearsingActivities) -> Worker:
    """To be entered as a context."""
    return Worker(
        client,
        task_queue=TASK_QUEUE,
        workflows=[RehearsalWorkflow],
        activities=[activities.say],
        workflow_runner=sandboxed_runner(),
    )
