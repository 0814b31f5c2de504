"""Casts: who takes part, and one incident played in memory by the pure rules alone; no server, no clock."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from functools import cache
from importlib.resources import files
from typing import Any

from bot.retainers import read_agreements
from playbooks.directory import load_directory
from playbooks.domain.actor import Actor, ActorKind
from playbooks.domain.case import Case, Consultation
from playbooks.domain.circle.retainer import Agreement
from playbooks.domain.command import Command
from playbooks.domain.entry import Entry
from playbooks.domain.errors import IncidentError
from playbooks.domain.fold import carry_on, fold
from playbooks.domain.ids import CommandId, ConsultationId, IncidentKey, OrganizationCode, TaskId
from playbooks.domain.incident import IncidentState
from playbooks.domain.judging.answer import judge_answer
from playbooks.domain.judging.draft import understanding
from playbooks.domain.judging.incident import judge_incident
from playbooks.domain.judging.part import PART_VERBS, judge_part
from playbooks.domain.kinds import Kind
from playbooks.domain.organization import Directory
from playbooks.domain.policy import is_party
from playbooks.domain.release import Reader
from playbooks.domain.situation import Situation
from playbooks.domain.task import PartState, Task

KEY = IncidentKey("INC-2026-0007")
NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
UNHCR, WFP, UNICC, UN = (OrganizationCode(code) for code in ("UNHCR", "WFP", "UNICC", "UN"))


@cache
def directory() -> Directory:
    """The organizations that ship and the people of the demo."""
    shipped = files("playbooks.directory")
    names = ("organizations.yaml", "demo_people.yaml")
    return load_directory(*((shipped / name).read_bytes() for name in names))


@cache
def agreement() -> Agreement:
    """The agreement that ships to try things with: UNHCR 80 hours, WFP 120, UNICC 40."""
    shipped = files("playbooks.directory") / "demo_retainers.yaml"
    return read_agreements(shipped.read_bytes(), directory())[0]


def actor(who: str) -> Actor:
    """A person by handle, or a machine: `alert of UNHCR`, `playbook of WFP`, `timer of UNICC`."""
    machine, _, organization = who.partition(" of ")
    if organization:
        return Actor(id=machine, kind=ActorKind(machine), organization=OrganizationCode(organization))
    return Actor.of(directory().person(who))


def naming(person: str) -> dict[str, Any]:
    """The arguments by which a command names a person, as every front end gives them."""
    found = directory().person(person)
    office = found.office.value if found.office else None
    return {"person": found.id, "person_organization": found.organization, "person_office": office}


def owned_by(person: str) -> dict[str, Any]:
    """The arguments of a task that is somebody's from the start."""
    named = naming(person)
    return {"owner": named["person"], "person_office": named["person_office"]}


def command(
    id: str,
    verb: str,
    who: str,
    *,
    at: datetime = NOON,
    incident: IncidentKey | None = KEY,
    texts: dict[str, str] | None = None,
    proven_at: datetime | None = None,
    **args: Any,
) -> Command:
    """A command as a front end makes it."""
    return Command(
        id=CommandId(id),
        verb=verb,
        actor=actor(who),
        incident=incident,
        args=args,
        texts=texts or {},
        received_at=at,
        proven_at=proven_at,
    )


def reader(who: str | None, case: Case | None = None, **more: Any) -> Reader:
    """Who reads: a person by handle, an organization by code, or the public; a party where the case says so."""
    if who is None:
        return Reader(organization=None, **more)
    known = any(person.id == who for person in directory().people)
    organization = directory().person(who).organization if known else OrganizationCode(who)
    active = case is not None and is_party(who if known else None, organization, case.state)
    party_to = (case.state.key,) if case is not None and active else ()
    return Reader(organization=organization, person=who if known else None, party_to=party_to, **more)


class Scene:
    """One incident: each command a minute after the one before, judged as the workflows judge, its entries kept."""

    def __init__(self, *, key: IncidentKey = KEY, at: datetime = NOON) -> None:
        self.key = key
        self.at = at
        self.entries: list[Entry] = []
        self._commands = 0
        self._folded: tuple[list[Entry], Case] = ([], fold(key, ()))

    @property
    def case(self) -> Case:
        """What the entries so far tell; folded on from where it was looked at last, as machines look often."""
        before, case = self._folded
        if before != self.entries[: len(before)]:
            before, case = [], fold(self.key, ())
        case = carry_on(case, self.entries[len(before) :])
        self._folded = (list(self.entries), case)
        return case

    @property
    def state(self) -> IncidentState:
        """The incident as it stands."""
        return self.case.state

    def task(self, id: str) -> Task:
        """A task as it stands."""
        return self.case.tasks[TaskId(id)]

    def consultation(self, id: str = "C-1") -> Consultation:
        """A question with its answers so far."""
        return self.case.consultations[ConsultationId(id)]

    def part(self, organization: str) -> PartState:
        """One organization's part as it stands."""
        tasks = {id: task for id, task in self.case.tasks.items() if task.organization == organization}
        code = OrganizationCode(organization)
        return PartState(organization=code, lead=self.state.lead, tasks=tasks)

    def do(self, who: str, verb: str, texts: dict[str, str] | None = None, **args: Any) -> tuple[Entry, ...]:
        """Have a command judged and keep what it leads to. Raises what the rules raise."""
        self.at += timedelta(minutes=1)
        self._commands += 1
        given = command(
            f"test:{self.key}/{self._commands}", verb, who, at=self.at, incident=self.key, texts=texts, **args
        )
        entries = self.judged(given)
        self.entries.extend(entries)
        return entries

    def agreed(self, id: str = "C-1") -> Command:
        """The question is closed, agreed to; what is asked for then is the command that waited for it."""
        wanted = self.state.awaited[id].agreed(self.key, id)
        said = {"consultation": id, "outcome": "approved", "counts": {}, "missing": []}
        closed = {"id": f"closed/{id}", "kind": Kind.QUESTION_CLOSE, "data": said}
        self.entries.append(self.entries[-1].model_copy(update=closed))
        return wanted

    def judged(self, given: Command) -> tuple[Entry, ...]:
        """What a command would lead to now; nothing of it is kept. Raises what the rules raise."""
        with understanding(given):
            return self._judged(given)

    def refused(self, who: str, verb: str, **args: Any) -> IncidentError:
        """The error with which a command is refused; nothing of it is kept."""
        before = list(self.entries)
        try:
            self.do(who, verb, **args)
        except IncidentError as error:
            assert self.entries == before
            return error
        raise AssertionError(f"{who} was let through with {verb} {args}")

    def _judged(self, given: Command) -> tuple[Entry, ...]:
        state = self.state
        if given.verb == "answer":
            question = self.consultation(given.args["consultation"]).question
            opened = next(entry for entry in self.entries if entry.id == question.entry)
            return judge_answer(state, question, opened.audience, given, given.received_at)
        if given.verb in PART_VERBS:
            code = given.args.get("organization") or given.args.get("task", "").rpartition("-")[0]
            part = self.part(code or given.actor.organization)
            return judge_part(part, Situation(incident=state), given, given.received_at)
        return judge_incident(state, given, given.received_at)


def declared(who: str = "unhcr-duty", *, joined: Iterable[str] = (), **args: Any) -> Scene:
    """A scene with an incident declared, and these organizations invited and joined."""
    scene = Scene()
    scene.do(who, "declare", texts={"title": "Ransomware on file servers"}, **{"severity": "high", **args})
    for organization in joined:
        scene.do(who, "invite", organizations=[organization])
        scene.do(_somebody(organization), "join")
    return scene


def _somebody(organization: str) -> str:
    return next(p.id for p in directory().people if p.organization == organization and p.office is None)
