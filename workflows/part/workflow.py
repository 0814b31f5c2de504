"""The workflow of one organization's part in an incident."""

from datetime import datetime, timedelta

from temporalio import workflow
from temporalio.exceptions import ActivityError

with workflow.unsafe.imports_passed_through():
    from playbooks.actions.asking import post
    from playbooks.actions.follow_ups import follow_ups
    from playbooks.domain.actor import Actor, ActorKind
    from playbooks.domain.circle.mandate import held_of
    from playbooks.domain.command import Command, Outcome, Verdict
    from playbooks.domain.entry import Entry, entry_id
    from playbooks.domain.folding.tasks import evolve_tasks
    from playbooks.domain.ids import CommandId, EntryId, OrganizationCode, TaskId
    from playbooks.domain.judging.part import judge_part
    from playbooks.domain.kinds import Kind
    from playbooks.domain.situation import Situation
    from playbooks.domain.task import PartState, Task, TaskStatus
    from playbooks.domain.told import answers_of
    from workflows.activities.recording import WordsFrom
    from workflows.judge import Bench
    from workflows.messages import Settled, Wanted, WantedOf, waiting_for
    from workflows.outgoing import Outgoing
    from workflows.part.messages import FOLLOWED, TOLD, PartInput
    from workflows.recording import ask_workflow, caught_up, now, tell


@workflow.defn
class PartWorkflow:
    """Keeps an organization's tasks: what it decides about itself, and what others ask of it."""

    @workflow.init
    def __init__(self, input: PartInput) -> None:
        self._part = input.part
        self._situation = input.situation
        self._bench = Bench(input.situation.key, self._judge, self._apply, input.judged, input.decided)
        self._outgoing = Outgoing(input.undone)
        self._wanted: list[Wanted] = list(input.wanted)
        self._due: list[Entry] = list(input.due)

    @workflow.run
    async def run(self, input: PartInput) -> None:
        """Take requests, remind of what is due, until the incident is closed."""
        while self._goes_on():
            await self._wait()
            await self._take_requests()
            await self._show()
            await self._remind()
            await self._draw_consequences()
            if workflow.info().is_continue_as_new_suggested():
                await workflow.wait_condition(workflow.all_handlers_finished)
                workflow.continue_as_new(self._carried())
        await workflow.wait_condition(lambda: not self._outgoing.undone or self._goes_on())
        await workflow.wait_condition(workflow.all_handlers_finished)
        if self._goes_on():
            workflow.continue_as_new(self._carried())

    @workflow.update
    async def decide(self, command: Command) -> Verdict:
        """Judge a command on this part; the answer comes when the decision stands in the record."""
        await caught_up(command, lambda: self._situation)
        return await self._bench.judge(command)

    @workflow.signal
    def want(self, wanted: Wanted) -> None:
        """Work is asked of this organization."""
        self._wanted.append(wanted)

    @workflow.signal
    def situation_changed(self, situation: Situation) -> None:
        """The incident around it changed."""
        self._situation = self._situation.or_later(situation)

    @workflow.query
    def state(self) -> PartState:
        """The part as it stands."""
        return self._part

    def _judge(self, command: Command, at: datetime) -> tuple[Entry, ...]:
        return judge_part(self._part, self._situation, command, at)

    def _apply(self, entries: tuple[Entry, ...]) -> None:
        for entry in entries:
            self._part = self._part.model_copy(update={"tasks": evolve_tasks(self._part.tasks, entry)})
            self._due.append(entry)

    def _carried(self) -> PartInput:
        return PartInput(
            part=self._part,
            situation=self._situation,
            judged=self._bench.judged,
            decided=self._bench.decided,
            undone=self._outgoing.undone,
            wanted=tuple(self._wanted),
            due=tuple(self._due),
        )

    def _goes_on(self) -> bool:
        """While the incident is open, something is still to be taken in, or something outlasts it."""
        return self._situation.is_open or bool(self._wanted or self._due or self._part.outlasting)

    async def _wait(self) -> None:
        moments = [task.calls_at for task in self._watched if task.calls_at]
        patience = max(min(moments) - workflow.now(), timedelta()) if moments else None
        try:
            await workflow.wait_condition(self._has_work, timeout=patience)
        except TimeoutError:
            return

    def _has_work(self) -> bool:
        waits = bool(self._wanted or self._due or self._unshown)
        return waits or not self._goes_on() or workflow.info().is_continue_as_new_suggested()

    async def _take_requests(self) -> None:
        while self._wanted:
            wanted = self._wanted[0]
            verdict = await self._bench.judge(wanted.command, wanted.words)
            if verdict.outcome is Outcome.REFUSED:
                origin = str(wanted.command.args.get("origin", ""))
                await tell(waiting_for(origin), Settled(origin=origin, status="refused", rule=verdict.code))
            self._wanted.pop(0)

    @property
    def _watched(self) -> tuple[Task, ...]:
        """Whose due times count: of a closed incident only what outlasts it."""
        return self._part.open_tasks if self._situation.is_open else self._part.outlasting

    @property
    def _unshown(self) -> tuple[Task, ...]:
        """What whoever works this part under a mandate does not have yet."""
        held = held_of(self._situation.incident.mandates, self._part.organization)
        return tuple(each for each in self._watched if held is not None and each.shown_under != held.id)

    async def _show(self) -> None:
        """What is open goes to whoever takes the part over, with its words: an entry of its own, as all sharing."""
        if self._unshown:
            await self._bench.settle(lambda: tuple(self._shown(task) for task in self._unshown))

    def _shown(self, task: Task) -> tuple[Entry, WordsFrom]:
        organization = self._part.organization
        held = held_of(self._situation.incident.mandates, organization)
        id = held.id if held else ""
        said = {
            name: value for name, value in task.model_dump(mode="json").items() if name not in ("id", "entry")
        }
        shown = Entry(
            id=entry_id(f"{self._situation.key}/{task.id}/shown/{id}"),
            incident=self._situation.key,
            kind=Kind.TASK_SHOW,
            at=now(),
            actor=Actor(id="timer", kind=ActorKind.TIMER, organization=organization),
            subject=f"task/{task.id}",
            data={**said, "task": task.id, "shown_under": id, "to": held.to if held else ""},
            marking=self._situation.marking,
            audience=self._situation.audience_of_part(organization),
        )
        return shown, WordsFrom(entry=EntryId(task.entry))

    async def _remind(self) -> None:
        at = now()
        for task in self._watched:
            if task.calls_at and task.calls_at <= at:
                await self._bench.note((self._call(task, at),))

    def _call(self, task: Task, at: datetime) -> Entry:
        """The reminder, and after it the escalation."""
        return Entry(
            id=entry_id(f"{self._situation.key}/{task.id}/{'overdue' if task.reminded else 'due'}"),
            incident=self._situation.key,
            kind=Kind.TASK_ESCALATE if task.reminded else Kind.TASK_REMIND,
            at=at,
            actor=Actor(id="timer", kind=ActorKind.TIMER, organization=self._part.organization),
            subject=f"task/{task.id}",
            data={"task": task.id, "organization": task.organization, "owner": task.owner or ""},
            marking=self._situation.marking,
            audience=self._situation.audience_of_part(self._part.organization),
        )

    async def _draw_consequences(self) -> None:
        while self._due:
            entry = self._due[0]
            if entry.kind in FOLLOWED:
                self._outgoing.ask(follow_ups(entry, self._situation.incident))
            elif entry.kind in TOLD:
                self._outgoing.ask(post(entry, self._situation.incident, self._part.organization))
            task = self._part.tasks.get(TaskId(entry.data.get("task", "")))
            if entry.kind == Kind.TASK_HAND_OVER and task is not None:
                await self._hand_over(entry, task)
            elif task is not None and task.is_settled and task.origin:
                await self._report_settled(task)
            self._due.pop(0)

    async def _hand_over(self, entry: Entry, task: Task) -> None:
        """Ask the other organization's part; it accepts or declines in its own time, unless it left meanwhile."""
        command = Command(
            id=CommandId(f"{entry.id}/hand-over"),
            verb="task.add",
            actor=entry.actor,
            incident=self._situation.key,
            args=task.handed_over(entry.data["owner"], entry.at),
            received_at=entry.at,
        )
        other = OrganizationCode(entry.data["to"])
        wanted = Wanted(command=command, words=WordsFrom(entry=EntryId(task.entry)))
        try:
            await ask_workflow(WantedOf(wanted=wanted, organization=other), entry.id)
        except ActivityError:
            settled = Settled(origin=task.origin, status="refused")
            await tell(waiting_for(task.origin), settled)

    async def _report_settled(self, task: Task) -> None:
        """Whoever waits for the task is told; one that was handed over is waited for where it went."""
        if task.status is not TaskStatus.HANDED_OVER:
            settled = Settled(
                origin=task.origin, status=task.status.value, answer=task.answer, given=answers_of(task)
            )
            await tell(waiting_for(task.origin), settled)
