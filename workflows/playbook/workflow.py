"""The workflow of one run of a playbook: it has done what is due, and moves on by what is recorded of it."""

from collections.abc import Mapping
from datetime import datetime

from temporalio import workflow
from temporalio.exceptions import ActivityError, ApplicationError

with workflow.unsafe.imports_passed_through():
    from playbooks.cacao.course import PackedCourse, pack, steps_by_number
    from playbooks.domain.command import Command, Verdict
    from playbooks.domain.entry import Entry
    from playbooks.domain.judging.run import RunNow, StepAtHand, judge_run
    from playbooks.domain.situation import Situation
    from workflows import names
    from workflows.incident.messages import RunEnded
    from workflows.judge import Bench
    from workflows.messages import Settled
    from workflows.playbook.doing.approval import may_begin
    from workflows.playbook.doing.undo import take_back
    from workflows.playbook.driver import Driver
    from workflows.playbook.loading import load
    from workflows.playbook.messages import RunInput
    from workflows.playbook.run import Run
    from workflows.recording import caught_up, now, record


@workflow.defn
class PlaybookWorkflow:
    """One run. It stands where the entries recorded of it lead, and judges the commands that are given on it."""

    @workflow.init
    def __init__(self, input: RunInput) -> None:
        self._input = input
        self._run = Run(input)
        self._bench = Bench(input.situation.key, self._judge, self._run.apply, input.judged, input.decided)
        self._outcome = "running"
        self._rule = input.rule

    @workflow.run
    async def run(self, input: RunInput) -> str:
        """`successful`, `failed`, `aborted`, or `stuck` when that could not be taken back; as recorded at the end."""
        try:
            self._outcome = await self._driven(input)
        except (ActivityError, ApplicationError):
            self._outcome = "failed"
        ended = await record(self._run.entries.ended(self._outcome, now(), self._run.situation))
        await self._report(ended.data["outcome"])
        await workflow.wait_condition(workflow.all_handlers_finished)
        return str(ended.data["outcome"])

    async def _driven(self, input: RunInput) -> str:
        contents, course, self._rule = await load(input)
        self._run.begin(contents, course)
        if input.course is None and not await may_begin(self._run):
            return "failed"
        await Driver(self._run, self._bench).drive(self._go_on_anew)
        outcome = self._run.course.outcome
        return outcome if outcome == "successful" or await take_back(self._run) else "stuck"

    @workflow.update
    async def decide(self, command: Command) -> Verdict:
        """Judge a command on this run; the answer comes when the decision stands in the record."""
        await workflow.wait_condition(lambda: self._run.is_begun or self._outcome != "running")
        await caught_up(command, lambda: self._run.situation)
        return await self._bench.judge(command)

    @workflow.signal
    def situation_changed(self, situation: Situation) -> None:
        """The incident around it changed."""
        self._run.situation = self._run.situation.or_later(situation)

    @workflow.signal
    def settle(self, settled: Settled) -> None:
        """Something that a step asked for came to its end."""
        self._run.take(settled)

    @workflow.query
    def course(self) -> PackedCourse | None:
        """How far it has come; None before its playbooks are here."""
        return pack(self._run.contents, self._run.course) if self._run.is_begun else None

    def _judge(self, command: Command, at: datetime) -> tuple[Entry, ...]:
        return judge_run(self._now(), self._run.situation, command, at)

    def _now(self) -> RunNow:
        if not self._run.is_begun:
            return RunNow(self._run.id, is_paused=False, outcome=self._outcome, steps=dict)
        course = self._run.course
        outcome = course.outcome if course.is_finished else "running"
        return RunNow(self._run.id, is_paused=course.is_paused, outcome=outcome, steps=self._steps)

    def _steps(self) -> Mapping[str, StepAtHand]:
        numbered = steps_by_number(self._run.contents, self._run.course)
        return {
            number: StepAtHand(
                step_id=step.step_id,
                stopped=next((key for key in step.keys if key.endswith(".decision")), ""),
                in_flight=next(iter(step.keys), ""),
            )
            for number, step in numbered.items()
        }

    async def _go_on_anew(self) -> None:
        """In a new run of the workflow, with all that is not in the record yet."""
        await workflow.wait_condition(workflow.all_handlers_finished)
        if self._run.course.is_finished:
            return
        workflow.continue_as_new(
            self._input.model_copy(
                update={
                    "situation": self._run.situation,
                    "settled": self._run.unrecorded,
                    "judged": self._bench.judged,
                    "decided": self._bench.decided,
                    "rule": self._rule,
                    "course": pack(self._run.contents, self._run.course),
                    "is_again": False,
                }
            )
        )

    async def _report(self, outcome: str) -> None:
        incident = workflow.get_external_workflow_handle(names.incident_id(self._run.situation.key))
        try:
            await incident.signal("run_ended", RunEnded(run=self._run.id, outcome=outcome))
        except ApplicationError:
            return
