"""Judging in a workflow: one command at a time, recorded before it is answered, a repeat answered the same."""

import asyncio
from collections.abc import Callable
from datetime import datetime

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from playbooks.domain.command import Command, Outcome, Verdict
    from playbooks.domain.entry import Entry
    from playbooks.domain.errors import IncidentError
    from playbooks.domain.ids import CommandId, IncidentKey
    from playbooks.domain.judging.draft import refusal, understanding
    from playbooks.ports.record import Decision
    from workflows.activities.recording import WordsFrom
    from workflows.recording import decide, now

REMEMBERED = 200
"""Commands whose verdict a run remembers, and carries on; older repeats are answered by the record."""

Judgement = Callable[[Command, datetime], tuple[Entry, ...]]

Worded = tuple[Entry, WordsFrom | None]
"""An entry that no person wrote, and where its words stand."""


class Bench:
    """Judges commands with a pure judgement, and applies what follows once it stands in the record."""

    def __init__(
        self,
        incident: IncidentKey,
        judgement: Judgement,
        apply: Callable[[tuple[Entry, ...]], None],
        judged: dict[str, Verdict],
        decided: int,
    ) -> None:
        self._incident = incident
        self._judgement = judgement
        self._apply = apply
        self._lock = asyncio.Lock()
        self.judged = dict(judged)
        self.decided = decided
        """How many decisions were taken here, refusals included."""

    async def judge(self, command: Command, words: WordsFrom | None = None) -> Verdict:
        """The verdict on a command. The lock keeps each decision on the state that the one before it left.

        When the record holds decisions of ours that were forgotten here, they are learned and it is judged again.
        """
        settles = command.id if words is None else None
        async with self._lock:
            while command.id not in self.judged:
                decision = self._judgement_on(command)
                self._learn(await decide(decision, settles=settles, words=words))
            return self.judged[command.id]

    async def note(self, entries: tuple[Entry, ...]) -> None:
        """Record what no command led to, a timer's for example, unless something forgotten is to be learned first."""
        async with self._lock:
            cause = entries[0].id
            self._learn(await decide(Decision(number=self.decided + 1, cause=cause, entries=entries)))

    async def settle(self, draft: Callable[[], tuple[Worded, ...]]) -> bool:
        """Record what came of itself, drafted on the state that was learned last; False when there is nothing."""
        async with self._lock:
            drafted = draft()
            if drafted:
                entries, words = zip(*drafted, strict=True)
                decision = Decision(number=self.decided + 1, cause=entries[0].id, entries=entries)
                self._learn(await decide(decision, beside=words))
            return bool(drafted)

    def _judgement_on(self, command: Command) -> Decision:
        at = now()
        try:
            with understanding(command):
                entries = self._judgement(command, at)
        except IncidentError as error:
            verdict, entries = self._refused(command, at, error)
        else:
            verdict = self._done(command, entries)
        return Decision(number=self.decided + 1, cause=command.id, entries=entries, verdict=verdict)

    def _learn(self, decisions: tuple[Decision, ...]) -> None:
        """Take over what stands in the record: the decision just taken, as a rule."""
        for decision in decisions:
            verdict = decision.verdict
            if verdict is not None:
                self.judged[CommandId(decision.cause)] = verdict
            if decision.number is not None and decision.number > self.decided:
                self.decided = decision.number
                if verdict is None or verdict.outcome is Outcome.DONE:
                    self._apply(decision.entries)
        while len(self.judged) > REMEMBERED:
            del self.judged[next(iter(self.judged))]

    def _done(self, command: Command, entries: tuple[Entry, ...]) -> Verdict:
        return Verdict(
            outcome=Outcome.DONE,
            code=f"{command.verb}.done",
            incident=self._incident,
            args={**command.args, **(entries[0].data if entries else {})},
            entries=tuple(entry.id for entry in entries),
        )

    def _refused(
        self, command: Command, at: datetime, error: IncidentError
    ) -> tuple[Verdict, tuple[Entry, ...]]:
        entry = refusal(command.model_copy(update={"incident": self._incident}), at, error)
        verdict = Verdict(
            outcome=Outcome.REFUSED,
            code=error.code,
            wording=error.wording,
            source=error.source,
            incident=self._incident,
            entries=(entry.id,),
        )
        return verdict, (entry,)
