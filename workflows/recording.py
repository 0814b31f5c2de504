"""The workflows' side of recording, of effects and of telling each other: how each is called, in one place."""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta

from temporalio import workflow
from temporalio.common import RetryPolicy
from temporalio.exceptions import ActivityError, ApplicationError

with workflow.unsafe.imports_passed_through():
    from playbooks.actions.effect import EffectOutcome, EffectRequest, OutcomeState
    from playbooks.actions.registry import find_action
    from playbooks.domain.command import Command
    from playbooks.domain.entry import Entry, in_milliseconds
    from playbooks.domain.ids import CommandId
    from playbooks.domain.situation import Situation
    from playbooks.ports.record import Decision
    from workflows.activities.asking import AskingActivities
    from workflows.activities.effects import EffectActivities
    from workflows.activities.failures import is_elsewhere
    from workflows.activities.recording import Decided, RecordingActivities, WordsFrom
    from workflows.messages import Settled, WantedOf
    from workflows.names import DOOR_TASK_QUEUE, RECORD_TIMEOUT, TASK_QUEUE, speaker_queue

_PATIENT = RetryPolicy(initial_interval=timedelta(milliseconds=200), maximum_interval=timedelta(seconds=10))
"""The record is retried for ever: nothing goes on before the decision stands in it."""

_SEVERAL_TIMES = RetryPolicy(
    initial_interval=timedelta(milliseconds=500), maximum_interval=timedelta(seconds=30)
)
"""As often as the door says that it may help."""

_TOLD_WITHIN = timedelta(seconds=5)


def now() -> datetime:
    """The workflow's time in whole milliseconds, as the record keeps it."""
    return in_milliseconds(workflow.now())


async def decide(
    decision: Decision,
    *,
    settles: CommandId | None = None,
    words: WordsFrom | None = None,
    beside: tuple[WordsFrom | None, ...] = (),
) -> tuple[Decision, ...]:
    """Record a decision of this workflow; returns when one stands: this one, or what was decided in its stead.

    A local activity, for one transition of history less. It may have been done before, by a worker that was lost
    before it could say so: then the record knows more of what this workflow decided than the workflow itself.
    """
    decided = Decided(
        judge=workflow.info().workflow_id, decision=decision, command=settles, words=words, beside=beside
    )
    stand = await workflow.execute_local_activity_method(
        RecordingActivities.record_decision,
        decided,
        start_to_close_timeout=RECORD_TIMEOUT,
        retry_policy=_PATIENT,
    )
    return stand or (decision,)


async def caught_up(command: Command, situation: Callable[[], Situation]) -> None:
    """Wait until the incident told what its people knew when they gave this command; for a while, if it cannot."""

    def is_told() -> bool:
        return situation().incident.changes >= command.after

    if not is_told():
        with suppress(TimeoutError):
            await workflow.wait_condition(is_told, timeout=_TOLD_WITHIN)


async def record(entry: Entry, words: WordsFrom | None = None) -> Entry:
    """Record what stands by itself, as a step of a run; the entry as it stands, also when it did before."""
    (stands,) = await decide(Decision(cause=entry.id, entries=(entry,)), words=words)
    return stands.entries[0]


async def perform(request: EffectRequest) -> EffectOutcome:
    """Ask the door for an effect; never raises for what the vendor did, the outcome says it.

    There is no total time-out here: patience is the door's, which alone knows what may have happened. Where one
    process alone speaks for the connection, and it came to another, it is asked for again on that one's queue.
    """
    try:
        try:
            return await _performed(request, DOOR_TASK_QUEUE, request.effect_id)
        except ActivityError as error:
            if not is_elsewhere(error):
                raise
        return await _performed(request, speaker_queue(request.connection), f"{request.effect_id}/there")
    except ActivityError:
        return EffectOutcome(state=OutcomeState.UNKNOWN, detail="door")


async def _performed(request: EffectRequest, queue: str, activity_id: str) -> EffectOutcome:
    return await workflow.execute_activity_method(
        EffectActivities.perform_effect,
        request,
        task_queue=queue,
        activity_id=activity_id,
        start_to_close_timeout=find_action(request.action).times.activity,
        retry_policy=_SEVERAL_TIMES,
    )


async def ask_workflow(wanted: WantedOf, occasion: str) -> None:
    """Put work to an incident or a part, which is started from the record when it does not run."""
    await workflow.execute_activity_method(
        AskingActivities.ask_workflow,
        wanted,
        task_queue=TASK_QUEUE,
        activity_id=f"ask/{occasion}",
        start_to_close_timeout=RECORD_TIMEOUT,
        retry_policy=_PATIENT,
    )


async def tell(workflow_id: str, settled: Settled) -> None:
    """Tell whoever waits how it ended; one that has ended meanwhile needs no telling."""
    if not workflow_id:
        return
    try:
        await workflow.get_external_workflow_handle(workflow_id).signal("settle", settled)
    except ApplicationError:
        return
