"""Judging in a workflow: one command at a time, recorded before it is answered, a repeat answered the same."""

import asyncio
from collections.abc import Callable
from datetime import datetime

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from playbooks.domain.command import Command, Outcome, Verdict
    from playbooks.domain.entry import Entry
    from playbooks.domain.errors import IncidentError
    from playbooks.domain.ids import IncidentKey
    from playbooks.domain.judging.draft import refusal, understanding
    from workflows.activities.recording import Decided, WordsFrom
    from workflows.recording import now, record

REMEMBERED = 200
"""Commands whose verdict a run remembers, and carries on; older repeats are answered by the ledger."""

Judgement = Callable[[Command, datetime], tuple[Entry, ...]]


class Bench:
    """Judges commands with a pure judgement, and applies what follows once it stands in the record."""

    def __init__(
        self,
        incident: IncidentKey,
        judgement: Judgement,
        apply: Callable[[tuple[Entry, ...]], None],
        judged: dict[str, Verdict],
    ) -> None:
        self._incident = incident
        self._judgement = judgement
        self._apply = apply
        self._lock = asyncio.Lock()
        self.judged = dict(judged)

    async def judge(self, command: Command, words: WordsFrom | None = None) -> Verdict:
        """The verdict on a command. The lock keeps each decision on the state that the one before it left."""
        async with self._lock:
            if command.id in self.judged:
                return self.judged[command.id]
            at = now()
            try:
                with understanding(command):
                    entries = self._judgement(command, at)
            except IncidentError as error:
                verdict, entries = self._refused(command, at, error)
                await self._settle(command, verdict, entries, words)
            else:
                verdict = self._done(command, entries)
                await self._settle(command, verdict, entries, words)
                self._apply(entries)
            return verdict

    async def note(self, entries: tuple[Entry, ...]) -> None:
        """Record what no command led to: a timer's, a run's."""
        async with self._lock:
            await record(Decided(entries=entries))
            self._apply(entries)

    async def _settle(
        self, command: Command, verdict: Verdict, entries: tuple[Entry, ...], words: WordsFrom | None
    ) -> None:
        ledger = command.id if words is None else None
        await record(
            Decided(entries=entries, command=ledger, verdict=verdict if ledger else None, words=words)
        )
        self.judged[command.id] = verdict
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
            sentence=error.sentence,
            source=error.source,
            incident=self._incident,
            entries=(entry.id,),
        )
        return verdict, (entry,)
