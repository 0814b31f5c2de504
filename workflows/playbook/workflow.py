"""The workflow of one run of a playbook: it drives the pure interpreter and has done what is due."""

import asyncio
from datetime import timedelta

from temporalio import workflow
from temporalio.exceptions import ActivityError, ApplicationError, is_cancelled_exception

with workflow.unsafe.imports_passed_through():
    from playbooks.actions.effect import EffectRequest, OutcomeState, effect_id
    from playbooks.actions.follow_ups import WITHOUT_WORDS
    from playbooks.cacao.model import Playbook
    from playbooks.cacao.next_step import (
        ActionDue,
        DeadlineDue,
        DecisionDue,
        DelayDue,
        Due,
        Outcome,
        Progress,
        QuestionDue,
        Result,
        SubPlaybookDue,
        begin,
        keys,
        ready,
        settle,
    )
    from playbooks.domain.command import Command
    from playbooks.domain.entry import Entry
    from playbooks.domain.errors import Conflict, Malformed
    from playbooks.domain.function import Function
    from playbooks.domain.ids import CommandId
    from playbooks.domain.kinds import Kind
    from playbooks.domain.situation import Situation
    from workflows import names
    from workflows.activities.playbooks import PlaybookActivities
    from workflows.activities.recording import WordsFrom
    from workflows.incident.messages import RunEnded
    from workflows.messages import Settled, Wanted, WantedOf
    from workflows.playbook.messages import RunInput
    from workflows.playbook.run_entries import RunEntries
    from workflows.playbook.work import AskWork, Done, EffectWork, TaskWork, Work, combined, work_of
    from workflows.recording import ask_workflow, now, perform, record

_ANSWERED = ("approved", "rejected", "answered", "expired")
"""How a consultation ends that could be held; whether that is good is for the playbook's conditions to say."""


@workflow.defn
class PlaybookWorkflow:
    """One run. What is due at the same time is done side by side; each outcome is recorded before the next step."""

    @workflow.init
    def __init__(self, input: RunInput) -> None:
        self._input = input
        self._situation = input.situation
        self._entries = RunEntries(input.run, input.started)
        self._settled = {_occasion(settled): settled for settled in input.settled}
        self._at_work: dict[str, asyncio.Task[None]] = {}
        self._outcomes: list[tuple[str, Outcome | Exception]] = []

    @workflow.run
    async def run(self, input: RunInput) -> str:
        """`successful` or `failed`, as recorded at the end."""
        try:
            outcome = await self._drive(await self._load())
        except ActivityError:
            outcome = "failed"
        ended = await record(self._entries.ended(outcome, now(), self._situation))
        await self._report(ended.data["outcome"])
        return str(ended.data["outcome"])

    @workflow.signal
    def situation_changed(self, situation: Situation) -> None:
        """The incident around it changed."""
        self._situation = situation

    @workflow.signal
    def settle(self, settled: Settled) -> None:
        """Something that a step asked for came to its end; the first answer stands."""
        self._settled.setdefault(_occasion(settled), settled)

    async def _load(self) -> Playbook:
        return await workflow.execute_activity_method(
            PlaybookActivities.load_playbook,
            self._input.content,
            start_to_close_timeout=timedelta(seconds=30),
        )

    async def _drive(self, playbook: Playbook) -> str:
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
        timeout = None if isinstance(due, DelayDue | DecisionDue) else due.timeout.total_seconds()
        try:
            async with asyncio.timeout(timeout):
                self._outcomes.append((due.key, await self._outcome_of(due)))
        except TimeoutError:
            self._outcomes.append((due.key, Outcome(result=Result.TIMEOUT)))
        except Exception as fault:  # noqa: BLE001  raised where it is seen: in the run itself, by `_drive`
            self._outcomes.append((due.key, fault))

    async def _outcome_of(self, due: Due) -> Outcome:
        match due:
            case ActionDue():
                return await self._act(due)
            case DelayDue():
                await asyncio.sleep(due.delay.total_seconds())
                return Outcome()
            case DeadlineDue():
                await workflow.wait_condition(lambda: False)
                return Outcome(result=Result.TIMEOUT)
            case QuestionDue():
                return Outcome(answer=await self._ask_commander(due, due.choices))
            case DecisionDue():
                return Outcome(result=Result(await self._ask_commander(due, _DECISIONS)))
            case SubPlaybookDue():
                return Outcome(result=Result.FAILURE, reason="sub_playbook")

    async def _act(self, due: ActionDue) -> Outcome:
        """Record the beginning, do all the work side by side, record the end."""
        started = self._entries.step(Kind.STEP_START, due.key, now(), self._situation, step_id=due.step_id)
        started = await record(started, self._words(due))
        works = work_of(due, self._situation)
        done = await asyncio.gather(
            *(
                self._work(due, started, work, f"{due.key}.{number}")
                for number, work in enumerate(works, start=1)
            )
        )
        outcome = combined(due, done)
        ended = self._entries.step(
            Kind.STEP_SETTLE, due.key, now(), self._situation, outcome=outcome.result.value
        )
        await record(ended, self._words(due).model_copy(update={"name_only": True}))
        return outcome

    async def _work(self, due: ActionDue, started: Entry, work: Work, occasion: str) -> Done:
        match work:
            case TaskWork():
                return await self._task(due, work, occasion)
            case EffectWork():
                return await self._effect(started, work, occasion)
            case AskWork():
                command = self._command("ask", occasion, work.args)
                return await self._wanted(command, due, None, occasion)

    async def _task(self, due: Due, work: TaskWork, occasion: str) -> Done:
        command = self._command("task.add", occasion, work.args)
        return await self._wanted(command, due, work, occasion)

    async def _wanted(self, command: Command, due: Due, work: TaskWork | None, occasion: str) -> Done:
        """Put it to a part or the incident, and wait until it is settled; who takes no part does nothing."""
        wanted = Wanted(command=command, words=self._words(due))
        try:
            await ask_workflow(
                WantedOf(wanted=wanted, organization=work.organization if work else None), occasion
            )
        except ActivityError as error:
            if is_cancelled_exception(error):
                raise
            return Done(succeeded=False)
        await workflow.wait_condition(lambda: occasion in self._settled)
        settled = self._settled[occasion]
        if work is not None:
            return Done(succeeded=settled.status == "done", answer=settled.answer)
        return Done(succeeded=settled.status in _ANSWERED, answer=settled.status, counts=settled.counts)

    async def _effect(self, started: Entry, work: EffectWork, occasion: str) -> Done:
        key = self._situation.key
        occasion = _plain(f"{self._input.run}.{occasion}")
        request = EffectRequest(
            effect_id=effect_id(work.connection, key, work.action, occasion),
            action=work.action,
            connection=work.connection,
            incident=key,
            actor=self._entries.actor,
            asked_at=now(),
            args=work.args,
            text=started.kind,
            entries=(started.id,),
            marking=started.marking,
            audience=started.audience,
            cause=started.cause,
        )
        if work.action == "page.trigger":
            request = request.model_copy(update=WITHOUT_WORDS)
        outcome = await perform(request)
        return Done(succeeded=outcome.state is OutcomeState.DONE)

    async def _ask_commander(self, due: QuestionDue | DecisionDue, choices: tuple[str, ...]) -> str:
        """A task for the lead that is finished by choosing."""
        lead = self._situation.incident.lead
        args = {
            "organization": lead,
            "function": Function.COORDINATION.value,
            "owner": self._situation.commander,
            "answers": list(choices),
        }
        done = await self._task(due, TaskWork(organization=lead, args=args), due.key)
        return done.answer if done.succeeded else choices[-1]

    def _command(self, verb: str, occasion: str, args: dict[str, object]) -> Command:
        key = self._situation.key
        waits = f"{names.run_id(key, self._input.run)}|{occasion}"
        return Command(
            id=CommandId(f"{key}/{self._input.run}/{occasion}"),
            verb=verb,
            actor=self._entries.actor,
            incident=key,
            args={**{name: value for name, value in args.items() if value is not None}, "origin": waits},
            received_at=now(),
        )

    def _words(self, due: Due) -> WordsFrom:
        return WordsFrom(content=self._input.content, step=due.step_id)

    async def _report(self, outcome: str) -> None:
        incident = workflow.get_external_workflow_handle(names.incident_id(self._situation.key))
        try:
            await incident.signal("run_ended", RunEnded(run=self._input.run, outcome=outcome))
        except ApplicationError:
            return


_DECISIONS = ("retry", "skip", "failure")


def _occasion(settled: Settled) -> str:
    """What of a run came to its end."""
    return settled.origin.partition("|")[2]


def _plain(text: str) -> str:
    """An occasion that may stand in an effect's id: a step's key has other signs in it."""
    return "".join(sign if sign.isalnum() or sign in "._-" else "." for sign in text)
