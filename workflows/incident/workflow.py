"""The coordinating workflow of one incident."""

import asyncio
from datetime import datetime, timedelta

from temporalio import workflow
from temporalio.common import WorkflowIDReusePolicy
from temporalio.exceptions import ActivityError, ApplicationError, WorkflowAlreadyStartedError
from temporalio.workflow import ParentClosePolicy

with workflow.unsafe.imports_passed_through():
    from playbooks.actions.follow_ups import follow_ups
    from playbooks.domain.command import Command, Outcome, Verdict
    from playbooks.domain.duty_warnings import duty_warning
    from playbooks.domain.entry import Entry
    from playbooks.domain.folding.consultations import question_of
    from playbooks.domain.folding.incident import evolve_incident
    from playbooks.domain.ids import ConsultationId, OrganizationCode, RunId
    from playbooks.domain.incident import IncidentState, Phase, Standing
    from playbooks.domain.judging.incident import judge_incident
    from playbooks.domain.kinds import Kind
    from playbooks.domain.review import ReviewState, evolve_review
    from playbooks.domain.situation import Situation
    from playbooks.domain.update_reminder import update_reminder
    from workflows import names
    from workflows.consult.messages import ConsultInput
    from workflows.incident.elsewhere import ASKING_ELSEWHERE, passed_on, wanted_elsewhere
    from workflows.incident.messages import ConsultationEnded, IncidentInput, RunEnded
    from workflows.judge import Bench
    from workflows.messages import Settled, Wanted, WantedOf, agreed, waiting_for
    from workflows.outgoing import Outgoing
    from workflows.part.messages import PartInput
    from workflows.playbook.messages import RunInput
    from workflows.recording import ask_workflow, now, tell
    from workflows.retainer.messages import RetainerInput
    from workflows.review.messages import ReviewInput

_MOST_UPDATES = 1_500
"""A run takes 2,000 updates in all; it continues as new well before."""
_TOLD_AT_ONCE = 20
"""Of those who hear of a change, so many in one task: each message holds the whole situation, and what a task answers
Temporal is 4 MB at most."""


@workflow.defn
class IncidentWorkflow:
    """Decides on the incident's commands; what is slow happens beside, so that an answer never waits for a vendor."""

    @workflow.init
    def __init__(self, input: IncidentInput) -> None:
        self._state = input.state
        self._outgoing = Outgoing(input.undone, lambda: self._state)
        self._wanted: list[Wanted] = list(input.wanted)
        self._due: list[Entry] = list(input.due)
        self._bench = Bench(input.state.key, self._judge, self._apply, input.judged, input.decided)
        self._told: IncidentState | None = None
        """The state that the others know; a new run tells it anew."""
        self._updates = 0

    @workflow.run
    async def run(self, input: IncidentInput) -> None:
        """Draw the consequences of what was decided until the incident is closed; then the record holds it all."""
        while not self._is_over():
            await self._wait()
            if self._reminder_is_due():
                await self._remind()
            await self._warn()
            await self._take_requests()
            await self._draw_consequences()
            if self._must_continue():
                await self._come_to_rest()
                workflow.continue_as_new(self._carried())
        await workflow.wait_condition(lambda: not self._outgoing.undone or not self._is_over())
        await workflow.wait_condition(workflow.all_handlers_finished)
        if not self._is_over():
            workflow.continue_as_new(self._carried())

    @workflow.update
    async def decide(self, command: Command) -> Verdict:
        """Judge a command; the answer comes when the decision stands in the record."""
        self._updates += 1
        return await self._bench.judge(command)

    @workflow.query
    def state(self) -> IncidentState:
        """The incident as it stands."""
        return self._state

    @workflow.signal
    def want(self, wanted: Wanted) -> None:
        """A run of a playbook asks the incident for something."""
        self._wanted.append(wanted)

    @workflow.signal
    async def run_ended(self, ended: RunEnded) -> None:
        """A run recorded its end by itself; here it only stops being counted as going on."""
        self._state = self._state.after(runs={**self._state.runs, ended.run: ended.outcome})

    @workflow.signal
    async def consultation_ended(self, ended: ConsultationEnded) -> None:
        """A consultation recorded its end by itself; here it only stops being open. What was withdrawn stays so."""
        if self._state.consultations.get(ended.consultation) == "withdrawn":
            return
        consultations = {**self._state.consultations, ended.consultation: ended.outcome}
        self._state = self._state.after(consultations=consultations)
        awaited = self._state.awaited.get(ended.consultation)
        if awaited is not None and ended.outcome == "approved":
            self._wanted.append(agreed(self._state.key, ended.consultation, awaited))
        elif awaited is not None:
            await tell(waiting_for(awaited.origin), Settled(origin=awaited.origin, status=ended.outcome))

    def _judge(self, command: Command, at: datetime) -> tuple[Entry, ...]:
        return judge_incident(self._state, command, at)

    def _apply(self, entries: tuple[Entry, ...]) -> None:
        """What the world is told of an entry depends on the state after it, not on what came later."""
        for entry in entries:
            self._state = evolve_incident(self._state, entry)
            self._outgoing.ask(follow_ups(entry, self._state))
            self._due.append(entry)

    def _is_over(self) -> bool:
        """Closed, with nothing left to draw; what is still to be reported outlasts the incident."""
        waits = self._due or self._wanted or self._state.owed_duties
        return self._state.phase is Phase.CLOSED and not waits

    def _must_continue(self) -> bool:
        return workflow.info().is_continue_as_new_suggested() or self._updates >= _MOST_UPDATES

    def _carried(self) -> IncidentInput:
        return IncidentInput(
            state=self._state,
            judged=self._bench.judged,
            decided=self._bench.decided,
            undone=self._outgoing.undone,
            wanted=tuple(self._wanted),
            due=tuple(self._due),
        )

    async def _come_to_rest(self) -> None:
        """Until nothing is being judged and nothing follows from it; nothing is awaited between that and a new run."""
        await workflow.wait_condition(workflow.all_handlers_finished)
        while self._due:
            await self._draw_consequences()
            await workflow.wait_condition(workflow.all_handlers_finished)

    async def _wait(self) -> None:
        moments = [self._state.update_due_at, *(duty.warns_at for duty in self._state.owed_duties)]
        due_at = min((moment for moment in moments if moment), default=None)
        patience = max(due_at - workflow.now(), timedelta()) if due_at else None
        try:
            await workflow.wait_condition(self._has_work, timeout=patience)
        except TimeoutError:
            return

    def _has_work(self) -> bool:
        return (
            bool(self._due or self._wanted)
            or self._is_over()
            or self._told is not self._state
            or self._must_continue()
        )

    def _reminder_is_due(self) -> bool:
        due_at = self._state.update_due_at
        return due_at is not None and due_at <= workflow.now()

    async def _remind(self) -> None:
        """A status update is owed: say so to the rooms, and again after the same time."""
        await self._bench.note((update_reminder(self._state, now()),))

    async def _warn(self) -> None:
        """Tell of what is to be reported as its time goes by, and when it is gone."""
        at = now()
        for duty in self._state.owed_duties:
            if duty.warns_at and duty.warns_at <= at:
                await self._bench.note((duty_warning(self._state, duty, at),))

    async def _take_requests(self) -> None:
        while self._wanted:
            await self._take(self._wanted[0])
            self._wanted.pop(0)

    async def _take(self, wanted: Wanted) -> None:
        """Whoever waits hears of it now, unless that awaits an agreement, or the task that it became."""
        onward = passed_on(self._state, wanted)
        if onward is not None:
            await self._draw_consequences()  # what is taken back must be there first
            await self._put(onward)
            return
        verdict = await self._bench.judge(wanted.command, wanted.words)
        origin = str(wanted.command.args.get("origin", ""))
        if verdict.outcome is Outcome.REFUSED:
            await tell(waiting_for(origin), Settled(origin=origin, status="refused", rule=verdict.code))
        elif not any(name in verdict.args for name in ("consultation", "waits")):
            await tell(waiting_for(origin), Settled(origin=origin, status="done"))

    async def _draw_consequences(self) -> None:
        """Those who are there already are told first: whoever sees a party at work may count on it everywhere."""
        while self._due or self._told is not self._state:
            if self._told is not self._state:
                await self._tell_situation()
                continue
            await self._start_what_follows(self._due[0])
            self._due.pop(0)

    async def _start_what_follows(self, entry: Entry) -> None:
        situation = Situation(incident=self._state)
        key = self._state.key
        match entry.kind:
            case Kind.DECLARE:
                await self._start_part(self._state.lead, situation)
            case Kind.PARTY_JOIN:
                await self._start_part(OrganizationCode(entry.data["organization"]), situation)
            case Kind.REVIEW_OPEN:
                review = ReviewInput(review=evolve_review(ReviewState(), entry), situation=situation)
                await self._start("ReviewWorkflow", review, names.review_id(key))
            case Kind.RUN_START:
                run = RunId(entry.data["run"])
                await self._start(
                    "PlaybookWorkflow",
                    RunInput(
                        run=run,
                        content=entry.data["content"],
                        carried=entry.data.get("carried", {}),
                        situation=situation,
                        started=entry,
                    ),
                    names.run_id(key, run),
                )
            case kind if kind in ASKING_ELSEWHERE:
                await self._ask_elsewhere(entry)
            case Kind.QUESTION_OPEN:
                question = question_of(entry)
                await self._start(
                    "ConsultWorkflow",
                    ConsultInput(question=question, situation=situation, opened=entry),
                    names.consult_id(key, question.id),
                )
            case Kind.QUESTION_CLOSE:
                await self._withdraw(names.consult_id(key, ConsultationId(entry.data["consultation"])))
            case Kind.RETAINER_CALL:
                call = str(entry.data["call"])
                clocks = RetainerInput(call=call, situation=situation, called=entry)
                await self._start("RetainerWorkflow", clocks, names.retainer_id(key, call))
            case _:
                pass

    async def _ask_elsewhere(self, entry: Entry) -> None:
        """Put to others what follows from a decision; who left meanwhile is not asked, and the record says so."""
        for wanted in wanted_elsewhere(self._state, entry):
            await self._put(wanted)

    async def _put(self, wanted: WantedOf) -> None:
        command = wanted.wanted.command
        try:
            await ask_workflow(wanted, command.id)
        except ActivityError:
            origin = str(command.args.get("origin", ""))
            await tell(waiting_for(origin), Settled(origin=origin, status="refused"))

    async def _withdraw(self, consultation: str) -> None:
        try:
            await workflow.get_external_workflow_handle(consultation).signal("withdrawn")
        except ApplicationError:  # it has ended
            return

    async def _start_part(self, organization: OrganizationCode, situation: Situation) -> None:
        part = PartInput.empty(organization, situation)
        await self._start("PartWorkflow", part, names.part_id(self._state.key, organization))

    async def _start(self, kind: str, input: object, id: str) -> None:
        """Start once: what runs already, or ran and ended, is left as it is."""
        try:
            await workflow.start_child_workflow(
                kind,
                input,
                id=id,
                task_queue=names.task_queue_of(id),
                id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
                parent_close_policy=ParentClosePolicy.ABANDON,
            )
        except WorkflowAlreadyStartedError:
            return

    async def _tell_situation(self) -> None:
        """Tell the parts, runs and consultations that go on how things stand now."""
        told_of = self._told.calls if self._told is not None else {}
        state = self._told = self._state
        key = state.key
        situation = Situation(incident=state)
        ids = [names.part_id(key, code) for code, how in state.parties.items() if how is not Standing.INVITED]
        ids += [names.review_id(key)] if state.review_due_at else []
        ids += [names.retainer_id(key, id) for id, call in state.calls.items() if call != told_of.get(id)]
        ids += [names.run_id(key, RunId(run)) for run, how in state.runs.items() if how == "running"]
        ids += [
            names.consult_id(key, ConsultationId(id))
            for id, how in state.consultations.items()
            if how == "open"
        ]
        for first in range(0, len(ids), _TOLD_AT_ONCE):
            together = ids[first : first + _TOLD_AT_ONCE]
            await asyncio.gather(*(self._tell_one(id, situation) for id in together))

    async def _tell_one(self, id: str, situation: Situation) -> None:
        """One that has ended needs it no more."""
        try:
            await workflow.get_external_workflow_handle(id).signal("situation_changed", situation)
        except ApplicationError:
            return
