"""What carrying out a run needs to know: the same for every kind of step."""

import asyncio
from datetime import datetime

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from playbooks.cacao.course import Contents, Course, content_of, evolve_course, split
    from playbooks.cacao.next_step import ActionDue, Due, is_undo
    from playbooks.domain.actor import ActorKind
    from playbooks.domain.command import Command
    from playbooks.domain.entry import Entry
    from playbooks.domain.ids import CommandId, OrganizationCode, RunId
    from playbooks.domain.kinds import Kind
    from playbooks.domain.run import move_of
    from playbooks.domain.situation import Situation
    from workflows import names
    from workflows.activities.recording import WordsFrom
    from workflows.messages import Settled
    from workflows.playbook.messages import RunInput
    from workflows.playbook.occasions import step_of
    from workflows.playbook.run_entries import RunEntries
    from workflows.recording import now


class Run:
    """One run at work: how far it has come, where it stands among the others, and what it was told."""

    def __init__(self, input: RunInput) -> None:
        self.id: RunId = input.run
        self.situation: Situation = input.situation
        """The incident around it, as last told."""
        self.asked_by = input.started.actor.id if input.started.actor.kind is ActorKind.PERSON else None
        """The person who had it run: she approves none of it."""
        self.entries = RunEntries(input.run, input.started)
        self.settled = {_occasion(settled): settled for settled in input.settled}
        """What came to its end elsewhere, by occasion."""
        self.asked: dict[str, tuple[OrganizationCode | None, WordsFrom]] = {}
        """What waits for somebody, by occasion: whose part its task was put to, nobody's for a question; its words."""
        self.putting: dict[str, asyncio.Task[bool]] = {}
        """What is on its way to somebody, by occasion."""
        self.beside: dict[str, None] = {}
        """Keys of what is at work beside the course: what is being undone, the agreement to begin."""
        self.told: dict[str, str] = {}
        """Steps of which the beginning stands in the record and the end does not, with their ids, by key."""
        self._at_work: tuple[Contents, Course] | None = None

    def begin(self, contents: Contents, course: Course) -> None:
        """The playbooks are here, and how far it has come."""
        self._at_work = (contents, course)
        self.told = {key: _step_id(key) for key in course.begun}

    @property
    def is_begun(self) -> bool:
        """Whether the playbooks are here."""
        return self._at_work is not None

    @property
    def contents(self) -> Contents:
        """The playbooks of the run."""
        return self._loaded[0]

    @property
    def course(self) -> Course:
        """How far it has come, as recorded."""
        return self._loaded[1]

    @property
    def _loaded(self) -> tuple[Contents, Course]:
        if self._at_work is None:
            raise RuntimeError("the playbooks of the run are not here yet")
        return self._at_work

    def apply(self, entries: tuple[Entry, ...]) -> None:
        """Move on by what stands in the record, and forget what was settled for it."""
        contents, course = self._loaded
        for entry in entries:
            move = move_of(entry)
            if move is None:
                continue
            course = evolve_course(contents, course, move)
            if move.kind is Kind.STEP_START:
                self.told[move.step] = _step_id(move.step)
            else:
                self.told.pop(move.step, None)
        self._at_work = (contents, course)
        self.settled = {key: each for key, each in self.settled.items() if self.wants(key)}

    def take(self, settled: Settled) -> None:
        """Something that a step asked for came to its end; the first answer stands."""
        occasion = _occasion(settled)
        self.asked.pop(occasion, None)
        if not self.is_begun or self.wants(occasion):
            self.settled.setdefault(occasion, settled)

    def wants(self, occasion: str) -> bool:
        """Whether what somebody was asked for is still wanted."""
        key = step_of(occasion)
        return key in self.course.since or key in self.beside

    @property
    def unrecorded(self) -> tuple[Settled, ...]:
        """What was told of what is in flight, to be carried on."""
        return tuple(self.settled.values())

    async def settlement(self, occasion: str) -> Settled:
        """Wait until what was put to somebody has ended."""
        await workflow.wait_condition(lambda: occasion in self.settled)
        return self.settled[occasion]

    def command(self, verb: str, occasion: str, args: dict[str, object]) -> Command:
        """What the run asks of a part or of the incident; its origin says who waits, and for what."""
        key = self.situation.key
        return Command(
            id=CommandId(f"{key}/{self.id}/{occasion}"),
            verb=verb,
            actor=self.entries.actor,
            incident=key,
            args={
                **{name: value for name, value in args.items() if value is not None},
                "origin": self.origin(occasion),
            },
            received_at=now(),
        )

    def origin(self, occasion: str) -> str:
        """Who waits, and for what."""
        return f"{names.run_id(self.situation.key, self.id)}|{occasion}"

    def started(self, due: Due) -> Entry:
        """The entry with which a step began, as it was recorded; its words are the step's."""
        return self.start(due, self.course.begun.get(due.key) or now())

    def start(self, due: Due, at: datetime) -> Entry:
        """The entry with which a step begins."""
        return self.entries.step(Kind.STEP_START, due.key, at, self.situation, step_id=due.step_id)

    def content_of(self, due: Due) -> str:
        """The hash of the playbook that a step stands in."""
        return content_of(self.course, due.key)

    def words(self, due: Due, commands: tuple[int, ...] = ()) -> WordsFrom:
        """Where the words of a step stand, and the values that they are filled with."""
        return WordsFrom(
            content=self.content_of(due),
            step=due.step_id,
            commands=commands,
            is_undo=is_undo(due.key),
            values=due.in_args if isinstance(due, ActionDue) else {},
            parties=self.situation.incident.active_parties,
        )


def _step_id(key: str) -> str:
    """The step whose work has this key."""
    return split(key)[1].rpartition("#")[0]


def _occasion(settled: Settled) -> str:
    """What of a run came to its end."""
    return settled.origin.partition("|")[2]
