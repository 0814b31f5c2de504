"""A run of a playbook in memory: the interpreter, the units of work and the door of the workflows, and no server.

People do what they are asked; a part takes each command once, and so does the list of deeds here. What is asked
of vendors passes the real door to simulated ones, in a time that jumps.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from random import Random

from bot.connections import WiredConnections, all_connections
from integrations.simulated.connections import ADAPTERS
from integrations.simulated.effect_log import SimulatedEffects
from integrations.simulated.world import World
from playbooks.actions.calls import call_of
from playbooks.actions.effect import CommandAt, EffectOutcome, EffectRequest, OutcomeState, effect_id
from playbooks.actions.follow_ups import follow_ups
from playbooks.actions.registry import find_action
from playbooks.cacao.course import (
    Contents,
    Course,
    begin_course,
    content_of,
    evolve_course,
    ready_now,
    undo_course,
)
from playbooks.cacao.model import Playbook
from playbooks.cacao.next_step import (
    ActionDue,
    DecisionDue,
    DelayDue,
    Due,
    Outcome,
    QuestionDue,
    Result,
    is_undo,
)
from playbooks.domain.actor import Actor, ActorKind
from playbooks.domain.command import Command
from playbooks.domain.connection import Connection, Vendor, connection_id
from playbooks.domain.document import Document
from playbooks.domain.folding.incident import evolve_incident
from playbooks.domain.ids import CommandId, ConnectionId
from playbooks.domain.judging.incident import judge_incident
from playbooks.domain.kinds import Kind
from playbooks.domain.marking import Marking
from playbooks.domain.rooms import CHAT
from playbooks.domain.run import Move
from playbooks.domain.situation import Situation
from playbooks.ports.http import Call
from tests.casts import declared, directory
from tests.contract.house import Operator
from tests.contract.samples import MESSAGE, UNHCR
from tests.contract.virtual_time import virtual_now
from workflows.activities.door import Door
from workflows.playbook.answering import Done, combined
from workflows.playbook.work import AskWork, CommandWork, EffectWork, TaskWork, Work, work_of

SITUATION = Situation(incident=declared(joined=("WFP", "UNICC", "UN")).state)
_MOST_MOVES = 2_000
_CHANGES_NOTHING_TWICE = ("room.invite",)
"""Whoever is there already is not brought in again."""
_ACTOR = Actor(id="playbook", kind=ActorKind.PLAYBOOK, organization=UNHCR)


@dataclass(frozen=True)
class Deed:
    """One thing that was done, once; `ref` is whose task or which effect."""

    key: str
    """Of the step, ending in `.undo` for what took it back."""
    ref: str


@dataclass
class Ways:
    """How the steps come out, the same for the same seed: answers by chance, and now and then a failure."""

    seed: int
    failures: float = 0.0

    def fails(self, key: str) -> bool:
        """Whether what has this key fails."""
        return Random(f"{self.seed} fails {key}").random() < self.failures  # noqa: S311 - chance in a test

    def outcome(self, due: Due) -> Outcome:
        """What people answer."""
        chance = Random(f"{self.seed} {due.key}")  # noqa: S311 - as above
        if isinstance(due, QuestionDue):
            return Outcome(answer=chance.choice(due.choices))
        if isinstance(due, DecisionDue):
            return Outcome(result=Result.SKIP)
        if isinstance(due, ActionDue):
            return Outcome(out_args={ask.name: _value(ask.type, ask.choices, chance) for ask in due.asks})
        return Outcome()


def _value(type: str, choices: tuple[str, ...], chance: Random) -> str:
    if choices:
        return chance.choice(choices)
    return {"integer": str(chance.randint(0, 3))}.get(type, chance.choice(("approved", "rejected", "x")))


Fails = Callable[[str, int], bool]
"""Whether a unit of work fails: by the key of its step, and how many of its units are done."""


@dataclass
class Stage:
    """One run; made within the running loop."""

    contents: Contents
    ways: Ways
    twice: Callable[[str], bool] = lambda _key: False
    """Whether what has this key is done twice, as after a worker that was lost."""
    fails: Fails = lambda _key, _done: False
    deeds: list[Deed] = field(default_factory=list)
    reached: dict[str, None] = field(default_factory=dict)
    """Keys of actions that were carried out, the whole way or in part."""

    def __post_init__(self) -> None:
        self.world = World(":memory:", virtual_now)
        machines = tuple(
            Connection(
                id=ConnectionId(f"{code.casefold()}/http"),
                organization=code,
                vendor=Vendor.SIMULATED_HTTP,
                ceiling=Marking.RED,
            )
            for code in SITUATION.incident.active_parties
        )
        self._door = Door(
            SimulatedEffects(),
            WiredConnections(
                all_connections(directory(), machines),
                lambda each: ADAPTERS[each.vendor](self.world, each),
                directory().people,
            ),
            self._compose,
            Operator(),
            virtual_now,
        )
        self._course = begin_course(self.contents, virtual_now())

    async def _compose(self, request: EffectRequest, _connection: Connection) -> Document | Call:
        if request.command is None:
            return MESSAGE
        return call_of(_whole(request.command.content), request.command)

    async def furnish(self) -> None:
        """Every party has its room: it was opened when the party joined."""
        for code in SITUATION.incident.active_parties:
            chat = connection_id(code, CHAT)
            await self._door.perform(
                EffectRequest(
                    effect_id=effect_id(chat, SITUATION.key, "room.open", "room"),
                    action="room.open",
                    connection=chat,
                    incident=SITUATION.key,
                    actor=_ACTOR,
                    asked_at=virtual_now(),
                    args={"name": SITUATION.key.lower()},
                ),
                "worker",
            )

    async def play(self, until: Callable[[str], bool] = lambda _key: False) -> Course:
        """To the end, or until a step of this key has come out."""
        await self.furnish()
        for _move in range(_MOST_MOVES):
            if self._course.is_finished:
                return self._course
            due = next(iter(ready_now(self.contents, self._course)))
            await self._settle(due)
            if until(due.key):
                return self._course
        raise AssertionError("the run goes on and on")

    def abort(self) -> None:
        """Somebody aborts the run."""
        self._course = evolve_course(self.contents, self._course, Move(kind=Kind.RUN_ABORT, at=virtual_now()))

    async def take_back(self) -> tuple[str, ...]:
        """Everything that can be, the latest first; the keys of what could not."""
        stuck = []
        for due in undo_course(self.contents, self._course):
            outcome = await self._carry_out(due)
            if outcome.result is not Result.SUCCESS:
                stuck.append(due.key)
        return tuple(stuck)

    def undoable(self) -> Iterator[str]:
        """Keys of everything reached that says how it is undone."""
        for due in undo_course(self.contents, self._course):
            yield due.key.removesuffix(".undo")

    async def _settle(self, due: Due) -> None:
        kind = Kind.STEP_SETTLE
        if isinstance(due, DelayDue):
            kind = Kind.STEP_WAIT
        elif isinstance(due, QuestionDue | DecisionDue):
            kind = Kind.STEP_DECIDE
        outcome = await self._carry_out(due) if isinstance(due, ActionDue) else self.ways.outcome(due)
        move = Move(
            kind=kind,
            at=virtual_now(),
            step=due.key,
            outcome=outcome.result,
            answer=outcome.answer,
            out_args=dict(outcome.out_args),
            acted=outcome.acted,
        )
        self._course = evolve_course(self.contents, self._course, move)

    async def _carry_out(self, due: ActionDue) -> Outcome:
        self.reached[due.key] = None
        if not is_undo(due.key) and self.ways.fails(due.key):
            return Outcome(result=Result.FAILURE)
        done: list[Done] = []
        for number, work in enumerate(work_of(due, SITUATION), start=1):
            done.append(await self._work(due, work, number))
            if not done[-1].succeeded:
                break
        outcome = combined(due, [done])
        return outcome if outcome.result is not Result.SUCCESS or is_undo(due.key) else self.ways.outcome(due)

    async def _work(self, due: ActionDue, work: Work, number: int) -> Done:
        if self.fails(due.key, number):
            return Done(succeeded=False)
        done = await self._once(due, work, number)
        if self.twice(due.key):
            assert await self._once(due, work, number) == done, f"{due.key} twice is something else"
        return done

    async def _once(self, due: ActionDue, work: Work, number: int) -> Done:
        match work:
            case TaskWork():
                self._do(due.key, f"{work.organization}:{number}")
                return Done(succeeded=True, acted=True)
            case AskWork():
                return Done(succeeded=True, answer="approved")
            case CommandWork(verb="room.open"):
                return await self._room_opened(due, work)
            case CommandWork():
                self._do(due.key, f"{work.verb}:{number}")
                return Done(succeeded=True, acted=True)
            case EffectWork():
                return await self._effect(due, work, number)

    async def _room_opened(self, due: ActionDue, work: CommandWork) -> Done:
        """As the incident judges it, and what follows from that."""
        given = Command(
            id=CommandId(due.key),
            verb=work.verb,
            actor=_ACTOR,
            incident=SITUATION.key,
            args=work.args,
            received_at=virtual_now(),
        )
        for entry in judge_incident(SITUATION.incident, given, virtual_now()):
            for request in follow_ups(entry, evolve_incident(SITUATION.incident, entry)):
                outcome = await self._door.perform(request, "worker")
                assert outcome.state is OutcomeState.DONE, (due.name, outcome)
                assert len(self.world.effects(request.effect_id)) == 1
        return Done(succeeded=True, acted=True)

    async def _effect(self, due: ActionDue, work: EffectWork, number: int) -> Done:
        request = self._request(due, work, number)
        outcome = await self._door.perform(request, "worker")
        again: EffectOutcome | None = None
        if self.twice(due.key):
            again = await self._door.perform(request, "another worker")
        assert again in (None, outcome)
        assert outcome.state is OutcomeState.DONE, (due.name, outcome)
        happened = len(self.world.effects(request.effect_id))
        assert happened == 1 or (happened == 0 and work.action in _CHANGES_NOTHING_TWICE)
        if find_action(work.action).port == "http":
            self._do(due.key, f"{work.connection}:{number}")
        return Done(succeeded=True, acted=True)

    def _request(self, due: ActionDue, work: EffectWork, number: int) -> EffectRequest:
        occasion = "".join(sign if sign.isalnum() or sign in "._-" else "." for sign in f"{due.key}.{number}")
        request = EffectRequest(
            effect_id=effect_id(work.connection, SITUATION.key, work.action, occasion[-100:]),
            action=work.action,
            connection=work.connection,
            incident=SITUATION.key,
            actor=_ACTOR,
            asked_at=virtual_now(),
            args=work.args,
        )
        if work.number is None:
            return request
        at = CommandAt(
            content=content_of(self._course, due.key),
            step=due.step_id,
            number=work.number,
            endpoint=work.endpoint,
            is_undo=is_undo(due.key),
            values=due.in_args,
        )
        return request.model_copy(update={"command": at})

    def _do(self, key: str, ref: str) -> None:
        deed = Deed(key, ref)
        if deed not in self.deeds:
            self.deeds.append(deed)


_WHOLE: dict[str, Playbook] = {}


def keep(content: str, playbook: Playbook) -> None:
    """The playbook of a content, with its prose: what the door makes calls of."""
    _WHOLE[content] = playbook


def _whole(content: str) -> Playbook:
    return _WHOLE[content]
