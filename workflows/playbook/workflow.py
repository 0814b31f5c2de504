"""The workflow of one run of a playbook: it drives the pure interpreter and has done what is due."""

import asyncio
from datetime import timedelta

from temporalio import workflow
from temporalio.exceptions import ActivityError, ApplicationError

with workflow.unsafe.imports_passed_through():
    from playbooks.cacao.model import Playbook
    from playbooks.cacao.next_step import Due, Outcome, Progress, Result, begin, keys, ready, settle
    from playbooks.domain.errors import Conflict, Malformed
    from playbooks.domain.situation import Situation
    from workflows import names
    from workflows.activities.playbooks import PlaybookActivities
    from workflows.incident.messages import RunEnded
    from workflows.messages import Settled
    from workflows.playbook.doing.approval import may_begin
    from workflows.playbook.doing.due import outcome_of
    from workflows.playbook.messages import RunInput
    from workflows.playbook.run import Run
    from workflows.recording import now, record


@workflow.defn
class PlaybookWorkflow:
    """One run. What is due at the same time is done side by side; each outcome is recorded before the next step."""

    @workflow.init
    def __init__(self, input: RunInput) -> None:
        self._run = Run(input)
        self._at_work: dict[str, asyncio.Task[None]] = {}
        self._outcomes: list[tuple[str, Outcome | Exception]] = []

    @workflow.run
    async def run(self, input: RunInput) -> str:
        """`successful` or `failed`, as recorded at the end."""
        try:
            outcome = await self._drive(await self._load())
        except ActivityError:
            outcome = "failed"
        ended = await record(self._run.entries.ended(outcome, now(), self._run.situation))
        await self._report(ended.data["outcome"])
        return str(ended.data["outcome"])

    @workflow.signal
    def situation_changed(self, situation: Situation) -> None:
        """The incident around it changed."""
        self._run.situation = situation

    @workflow.signal
    def settle(self, settled: Settled) -> None:
        """Something that a step asked for came to its end."""
        self._run.take(settled)

    async def _load(self) -> Playbook:
        return await workflow.execute_activity_method(
            PlaybookActivities.load_playbook,
            self._run.content,
            start_to_close_timeout=timedelta(seconds=30),
        )

    async def _drive(self, playbook: Playbook) -> str:
        if not await may_begin(self._run, playbook):
            return "failed"
        progress = begin(playbook, {})
        while not progress.is_finished:
            self._set_to_work(playbook, progress)
            await workflow.wait_condition(lambda: bool(self._outcomes))
            key, outcome = self._outcomes.pop(0)
            if isinstance(outcome, Exception):
                raise outcome
            progress = self._after(playbook, progress, key, outcome)
        for task in self._at_work.values():
            task.cancel()
        return "failed" if progress.is_failed else "successful"

    def _after(self, playbook: Playbook, progress: Progress, key: str, outcome: Outcome) -> Progress:
        """The next progress; an outcome that does not fit its step is the step's failure."""
        try:
            after = settle(playbook, progress, key, outcome)
        except Malformed:
            after = settle(playbook, progress, key, Outcome(result=Result.FAILURE, reason="outcome_unfit"))
        except Conflict:
            return progress
        self._at_work.pop(key, None)
        return after

    def _set_to_work(self, playbook: Playbook, progress: Progress) -> None:
        """Start what became due, and stop what was withdrawn."""
        in_flight = keys(playbook, progress)
        for key in [key for key in self._at_work if key not in in_flight]:
            self._at_work.pop(key).cancel()
        for due in ready(playbook, progress, known=self._at_work):
            self._at_work[due.key] = asyncio.create_task(self._do(due))

    async def _do(self, due: Due) -> None:
        try:
            self._outcomes.append((due.key, await outcome_of(self._run, due)))
        except Exception as fault:  # noqa: BLE001  raised where it is seen: in the run itself, by `_drive`
            self._outcomes.append((due.key, fault))

    async def _report(self, outcome: str) -> None:
        incident = workflow.get_external_workflow_handle(names.incident_id(self._run.situation.key))
        try:
            await incident.signal("run_ended", RunEnded(run=self._run.id, outcome=outcome))
        except ApplicationError:
            return
