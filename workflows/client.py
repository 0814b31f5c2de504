"""Temporal's side of a command: reach the workflow that judges it, or start it from the record."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any, Final
from weakref import WeakValueDictionary

from pydantic import BaseModel
from temporalio.client import (
    Client,
    WithStartWorkflowOperation,
    WorkflowUpdateFailedError,
    WorkflowUpdateRPCTimeoutOrCancelledError,
)
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.exceptions import WorkflowAlreadyStartedError
from temporalio.service import RPCError, RPCStatusCode

from playbooks.domain.command import Command, Verdict
from playbooks.domain.errors import Unavailable
from playbooks.domain.ids import IncidentKey, OrganizationCode, RunId
from playbooks.domain.incident import IncidentState
from playbooks.domain.saying import says
from workflows import names
from workflows.consult.messages import AnswersReceived, ConsultInput
from workflows.incident.messages import IncidentInput
from workflows.messages import Wanted
from workflows.part.messages import PartInput
from workflows.playbook.messages import RunInput
from workflows.retainer.messages import RetainerInput
from workflows.review.messages import ReviewInput

INCIDENT = "IncidentWorkflow"
PART = "PartWorkflow"
CONSULT = "ConsultWorkflow"
RUN = "PlaybookWorkflow"
REVIEW = "ReviewWorkflow"
RETAINER = "RetainerWorkflow"

Begin = Callable[[], Awaitable[BaseModel]]
"""Gives the input of a workflow that does not run: the fold of the record."""

ANSWER_WITHIN = timedelta(seconds=20)
"""How long a front end waits for a verdict; the command goes on meanwhile and keeps its id."""

DOUBTED_AFTER: Final = timedelta(seconds=4)
"""So long a decision may take before the engine is asked whether it is there at all."""
_THERE_WITHIN: Final = timedelta(seconds=3)

_LOOK_WITHIN = timedelta(seconds=2)

_PAUSES: Final = tuple(timedelta(seconds=seconds) for seconds in (0.1, 0.3, 1))
"""Before a command is given again to a workflow that could not take it just then."""

_AT_ONCE: Final = 8
"""Commands that this process puts before one workflow at once. Temporal takes ten, and has whoever comes beside them
try again later and later, in no order. Here they wait in theirs."""

_AWAY = {RPCStatusCode.UNAVAILABLE, RPCStatusCode.DEADLINE_EXCEEDED, RPCStatusCode.RESOURCE_EXHAUSTED}

_UNLISTED = {RPCStatusCode.NOT_FOUND, RPCStatusCode.INVALID_ARGUMENT}
"""One ended meanwhile; or this Temporal is too old to keep such a list."""


class Judges:
    """Carries coded commands to the workflows that judge them."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._turns: WeakValueDictionary[str, asyncio.Semaphore] = WeakValueDictionary()

    async def incident(self, command: Command, key: IncidentKey, begin: Begin) -> Verdict:
        """Have the incident judge; `begin` gives the input for the case that it does not run."""
        return await self._decide(INCIDENT, names.incident_id(key), command, begin)

    async def part(
        self,
        command: Command,
        key: IncidentKey,
        organization: OrganizationCode,
        begin: Begin,
    ) -> Verdict:
        """Have an organization's part judge."""
        return await self._decide(PART, names.part_id(key, organization), command, begin)

    async def review(self, command: Command, key: IncidentKey, begin: Begin) -> Verdict:
        """Have the review of an incident judge."""
        return await self._decide(REVIEW, names.review_id(key), command, begin)

    async def run(self, command: Command, key: IncidentKey, run: RunId, begin: Begin) -> Verdict:
        """Have the run of a playbook judge."""
        return await self._decide(RUN, names.run_id(key, run), command, begin)

    async def want(
        self,
        wanted: Wanted,
        key: IncidentKey,
        organization: OrganizationCode | None,
        begin: Begin,
    ) -> None:
        """Put work to the incident, or to an organization's part, started with `begin` where it does not run."""
        kind = INCIDENT if organization is None else PART
        id = names.incident_id(key) if organization is None else names.part_id(key, organization)
        if not await self.signal(id, "want", wanted):
            await self._start(kind, await begin(), id, ("want", wanted))

    async def start_consultation(self, id: str, begin: ConsultInput, received: AnswersReceived) -> None:
        """Start a consultation with its first answers; one that was started meanwhile takes them as a signal."""
        await self._start(CONSULT, begin, id, ("answers_received", received))

    async def ensure_incident(self, key: IncidentKey, begin: IncidentInput) -> str:
        """Start the incident where it does not run; the id of what was started, empty when it ran."""
        return await self._ensure(INCIDENT, names.incident_id(key), begin)

    async def ensure_part(self, key: IncidentKey, organization: OrganizationCode, begin: PartInput) -> str:
        """Start an organization's part where it does not run."""
        return await self._ensure(PART, names.part_id(key, organization), begin)

    async def ensure_consultation(self, key: IncidentKey, begin: ConsultInput) -> str:
        """Start an open consultation where it does not run."""
        return await self._ensure(CONSULT, names.consult_id(key, begin.question.id), begin)

    async def ensure_run(self, key: IncidentKey, begin: RunInput) -> str:
        """Start a run of a playbook that is under way where it does not run."""
        return await self._ensure(RUN, names.run_id(key, begin.run), begin)

    async def ensure_review(self, key: IncidentKey, begin: ReviewInput) -> str:
        """Start a review that is not over where it does not run."""
        return await self._ensure(REVIEW, names.review_id(key), begin)

    async def ensure_clocks(self, key: IncidentKey, begin: RetainerInput) -> str:
        """Start the clocks of an open call on a retainer where they do not run."""
        return await self._ensure(RETAINER, names.retainer_id(key, begin.call), begin)

    async def broken_off(self, since: datetime) -> frozenset[IncidentKey]:
        """The incidents of which a workflow came to no end of its own since then. Raises Unavailable."""
        query = (
            f"TaskQueue IN ('{names.TASK_QUEUE}', '{names.DOOR_TASK_QUEUE}') "
            f"AND ExecutionStatus IN ('Failed', 'Terminated', 'TimedOut') AND CloseTime > '{since.isoformat()}'"
        )
        try:
            return frozenset([names.key_of(each.id) async for each in self._client.list_workflows(query)])
        except RPCError as error:
            raise _unavailable(error) from error

    async def end_the_stuck(self) -> frozenset[IncidentKey]:
        """End what Temporal lists with a problem: several tasks failed, one after the other; the incidents they are of.

        The worker ends a run that does not fit its version by its first task alone. Where that one was lost, with the
        process that had it, Temporal tries for ever, and nothing tells of it but this list. Raises Unavailable.
        """
        query = (
            f"TaskQueue IN ('{names.TASK_QUEUE}', '{names.DOOR_TASK_QUEUE}') "
            "AND ExecutionStatus = 'Running' AND TemporalReportedProblems IS NOT NULL"
        )
        ended = set[IncidentKey]()
        try:
            async for stuck in self._client.list_workflows(query):
                handle = self._client.get_workflow_handle(stuck.id, run_id=stuck.run_id)
                await handle.terminate("its tasks fail; it is begun again from the record")
                ended.add(names.key_of(stuck.id))
        except RPCError as error:
            if error.status not in _UNLISTED:
                raise _unavailable(error) from error
        return frozenset(ended)

    async def incident_state(self, key: IncidentKey) -> IncidentState:
        """The state as the running workflow tells it. Raises Unavailable."""
        try:
            state: IncidentState = await self._client.get_workflow_handle(names.incident_id(key)).query(
                "state", result_type=IncidentState
            )
        except RPCError as error:
            raise _unavailable(error) from error
        return state

    async def _ensure(self, kind: str, id: str, begin: object) -> str:
        try:
            await self._start(kind, begin, id)
        except WorkflowAlreadyStartedError:
            return ""
        return id

    async def _start(
        self, kind: str, begin: object, id: str, signal: tuple[str, object] | None = None
    ) -> None:
        """Start, with a first signal where one is given: then one that runs already takes the signal."""
        try:
            await self._client.start_workflow(
                kind,
                begin,
                id=id,
                task_queue=names.task_queue_of(id),
                id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
                start_signal=signal[0] if signal else None,
                start_signal_args=[signal[1]] if signal else [],
            )
        except RPCError as error:
            raise _unavailable(error) from error

    async def signal(self, workflow_id: str, name: str, message: object) -> bool:
        """Tell a workflow a fact; False when it has ended. Raises Unavailable."""
        try:
            await self._client.get_workflow_handle(workflow_id).signal(name, message)
        except RPCError as error:
            if error.status is RPCStatusCode.NOT_FOUND:
                return False
            raise _unavailable(error) from error
        return True

    async def has_never_seen(self, command: Command) -> bool:
        """Tell whether no workflow ever took this command, so that it may be refused without fear of both.

        Raises Unavailable when that cannot be told.
        """
        if command.incident is None:
            return True
        handle = self._client.get_workflow_handle(
            names.judge_of(command.verb, command.args, command.incident)
        )
        try:
            await handle.get_update_handle(names.update_id(command.id)).result(rpc_timeout=_LOOK_WITHIN)
        except RPCError as error:
            if error.status is RPCStatusCode.NOT_FOUND:
                return True
            raise _unavailable(error) from error
        except (WorkflowUpdateRPCTimeoutOrCancelledError, WorkflowUpdateFailedError):
            return False
        return False

    async def _decide(self, kind: str, workflow_id: str, command: Command, begin: Begin) -> Verdict:
        coded = command.coded()
        try:
            async with self._turn(workflow_id), self._unless_it_hangs():
                if (verdict := await self._of_running(workflow_id, coded)) is not None:
                    return verdict
                return await self._start_and_update(kind, workflow_id, coded, await begin())
        except (TimeoutError, WorkflowUpdateRPCTimeoutOrCancelledError):
            raise Unavailable(
                says("undecided"),
            ) from None
        except WorkflowUpdateFailedError as error:
            raise Unavailable(says("unavailable.moving")) from error
        except RPCError as error:
            raise _unavailable(error) from error

    @asynccontextmanager
    async def _unless_it_hangs(self) -> AsyncIterator[None]:
        """Break off what waits for an engine that says nothing at all any more: nobody need wait for that."""
        async with asyncio.timeout(None) as limit:
            doubting = asyncio.create_task(self._doubt(limit))
            try:
                yield
            finally:
                doubting.cancel()

    async def _doubt(self, limit: asyncio.Timeout) -> None:
        await asyncio.sleep(DOUBTED_AFTER.total_seconds())
        try:
            await self._client.service_client.check_health(timeout=_THERE_WITHIN)
        except RPCError:
            limit.reschedule(asyncio.get_running_loop().time())

    @asynccontextmanager
    async def _turn(self, workflow_id: str) -> AsyncIterator[None]:
        """One of the places before a workflow, given out as they were asked for. Raises TimeoutError."""
        places = self._turns.setdefault(workflow_id, asyncio.Semaphore(_AT_ONCE))
        async with asyncio.timeout(ANSWER_WITHIN.total_seconds()):
            await places.acquire()
        try:
            yield
        finally:
            places.release()

    async def _of_running(self, workflow_id: str, command: Command) -> Verdict | None:
        """The verdict of a workflow; None where it does not run. One about to end is given the command again."""
        for pause in _PAUSES:
            try:
                return await self._update(workflow_id, command)
            except RPCError as error:
                if error.status is RPCStatusCode.NOT_FOUND:
                    return None
                if error.status is not RPCStatusCode.FAILED_PRECONDITION:
                    raise
            await asyncio.sleep(pause.total_seconds())
        return None

    async def _update(self, workflow_id: str, command: Command) -> Verdict:
        verdict: Verdict = await self._client.get_workflow_handle(workflow_id).execute_update(
            "decide",
            command,
            id=names.update_id(command.id),
            result_type=Verdict,
            rpc_timeout=ANSWER_WITHIN,
        )
        return verdict

    async def _start_and_update(
        self, kind: str, workflow_id: str, command: Command, begin: object
    ) -> Verdict:
        start: WithStartWorkflowOperation[Any, Any] = WithStartWorkflowOperation(
            kind,
            begin,
            id=workflow_id,
            task_queue=names.task_queue_of(workflow_id),
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
            id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
        )
        verdict: Verdict = await self._client.execute_update_with_start_workflow(
            "decide",
            command,
            id=names.update_id(command.id),
            result_type=Verdict,
            start_workflow_operation=start,
            rpc_timeout=ANSWER_WITHIN,
        )
        return verdict


def _unavailable(error: RPCError) -> Unavailable:
    code = "temporal_away" if error.status in _AWAY else "temporal"
    return Unavailable(says("unavailable.engine"), code=code)
