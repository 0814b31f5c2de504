"""A circle in memory, for what stands before the ledger: a gateway that judges, and views over it."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from functools import cache
from importlib.resources import files

from bot.commands.desk import Desk, Speaker
from playbooks.alerts.spike import Spike
from playbooks.directory import load_directory
from playbooks.domain.alert import Indicator
from playbooks.domain.case import Case
from playbooks.domain.command import Command, Outcome, Verdict
from playbooks.domain.entry import Entry
from playbooks.domain.errors import IncidentError, NotFound
from playbooks.domain.fold import fold
from playbooks.domain.ids import CommandId, IncidentKey, OrganizationCode
from playbooks.domain.incident import IncidentState
from playbooks.domain.judging.answer import judge_answer
from playbooks.domain.judging.incident import judge_incident
from playbooks.domain.judging.part import PART_VERBS, judge_part
from playbooks.domain.organization import Directory
from playbooks.domain.policy import is_known_to
from playbooks.domain.release import Reader, Shown, cut, show
from playbooks.domain.roles import Role
from playbooks.domain.situation import Situation
from playbooks.domain.task import PartState
from playbooks.ports.views import GroupShown, IncidentLine, RunShown, TriageItem
from playbooks.texts import load_texts
from tests.by_story import ByStory

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
KEY = IncidentKey("INC-2026-0001")


@cache
def directory() -> Directory:
    """The organizations that ship and the people of the demo."""
    shipped = files("playbooks.directory")
    names = ("organizations.yaml", "demo_people.yaml")
    return load_directory(*((shipped / name).read_bytes() for name in names))


class Circle(ByStory):
    """Judges as the workflows do and keeps the entries; also the views of them."""

    def __init__(self) -> None:
        self.entries: dict[IncidentKey, list[Entry]] = {}
        self.commands: list[Command] = []
        self.news: list[IncidentKey] = []
        self.unavailable: IncidentError | None = None

    @property
    def last(self) -> Command:
        """The command that came last."""
        return self.commands[-1]

    async def submit(self, command: Command) -> Verdict:
        """Judge at once, in the way of `workflows.judge`."""
        if self.unavailable is not None:
            raise self.unavailable
        self.commands.append(command)
        key = command.incident or IncidentKey(f"INC-2026-{len(self.entries) + 1:04}")
        try:
            decided = self._judged(command, key)
        except IncidentError as error:
            return Verdict(
                outcome=Outcome.REFUSED,
                code=error.code,
                wording=error.wording,
                source=error.source,
                incident=command.incident,
            )
        self.entries.setdefault(key, []).extend(decided)
        self.news.append(key)
        args = {**command.args, **decided[0].data}
        return Verdict(outcome=Outcome.DONE, code=f"{command.verb}.done", incident=key, args=args)

    def _judged(self, command: Command, key: IncidentKey) -> tuple[Entry, ...]:
        case = fold(key, self.entries.get(key, []))
        at = command.received_at
        if command.args.get("playbook"):
            command = command.model_copy(update={"args": {**command.args, "content": "sha256:00"}})
        if command.verb in PART_VERBS:
            organization = command.args.get("organization") or command.args["task"].rpartition("-")[0]
            tasks = {name: task for name, task in case.tasks.items() if task.organization == organization}
            part = PartState(organization=OrganizationCode(organization), lead=case.state.lead, tasks=tasks)
            return judge_part(part, Situation(incident=case.state), command, at)
        if command.verb == "answer":
            consultation = case.consultations.get(command.args["consultation"])
            if consultation is None:
                raise NotFound("There is no such question.")
            state = case.state
            return judge_answer(state, consultation.question, state.audience, command, at)
        return judge_incident(
            IncidentState(key=key) if command.verb == "declare" else case.state, command, at
        )

    async def incidents(self, reader: Reader, *, open_only: bool = False) -> list[IncidentLine]:
        """See the port."""
        lines = []
        for key in self.entries:
            try:
                case = await self.case(reader, key)
            except NotFound:
                continue
            if case.state.is_open or not open_only:
                lines.append(_line(case))
        return lines

    async def runs(self, reader: Reader, key: IncidentKey) -> tuple[RunShown, ...]:
        """See the port."""
        return tuple(RunShown(run=run) for run in (await self.case(reader, key)).runs.values())

    async def case(self, reader: Reader, key: IncidentKey) -> Case:
        """See the port."""
        missing = NotFound(f"There is no incident {key} that you take part in.")
        state = fold(key, self.entries.get(key, [])).state
        if not is_known_to(reader.person, reader.organization, state):
            raise missing
        reader = reader.model_copy(update={"party_to": (key,)})
        released = (cut(entry, reader) for entry in self.entries.get(key, ()))
        case = fold(key, (entry for entry in released if entry is not None))
        if case.state.declared_at is None:
            raise missing
        return case

    async def story(self, reader: Reader, key: IncidentKey, after: int = 0) -> list[Shown]:
        """See the port."""
        reader = reader.model_copy(update={"party_to": (key,)})
        numbered = enumerate(self.entries.get(key, []), start=1)
        shown = (show(entry, reader, position) for position, entry in numbered if position > after)
        return [each for each in shown if not each.is_withheld]

    async def shared(self, reader: Reader, chosen: Reader, key: IncidentKey) -> tuple[Case, list[Shown]]:
        """See the port; nobody chooses at the desk."""
        raise NotImplementedError

    async def group(self, reader: Reader, id: str) -> GroupShown:
        raise NotFound(f"There is no group of alerts {id}.")

    async def spikes(self, reader: Reader) -> list[Spike]:
        """See the port."""
        return []

    async def raised_by(self, reader: Reader, key: IncidentKey) -> list[TriageItem]:
        """See the port."""
        return []

    async def indicators(self, reader: Reader, key: IncidentKey) -> list[Indicator]:
        """See the port."""
        return []

    async def triage(self, reader: Reader) -> list[TriageItem]:
        """See the port."""
        return []

    async def changes(self) -> AsyncIterator[IncidentKey]:
        """See the port; what has come so far, then the end."""
        while self.news:
            yield self.news.pop(0)


def _line(case: Case) -> IncidentLine:
    state = case.state
    return IncidentLine(
        key=state.key,
        title=case.title,
        severity=state.severity,
        phase=state.phase,
        lead=state.lead,
        parties=state.active_parties,
        invited=state.invited_parties,
        commander=state.roles.get(Role.INCIDENT_COMMANDER, ""),
        declared_at=state.declared_at or NOON,
        closed_at=state.closed_at,
        marking=state.marking.value,
        waiting=len(case.open_tasks),
    )


class Conversation:
    """People at one desk: each line a minute after the one before, with an id of its own."""

    def __init__(self, circle: Circle | None = None, people: Directory | None = None) -> None:
        self.circle = circle or Circle()
        self._people = people or directory()
        self.desk = Desk(self.circle, self.circle, self._people, load_texts())
        self._lines = 0

    def speaker(self, handle: str, incident: IncidentKey | None = KEY) -> Speaker:
        """Somebody, about to say the next line."""
        self._lines += 1
        return Speaker(
            person=self._people.person(handle),
            incident=incident,
            command_id=CommandId(f"test:{self._lines}"),
            received_at=NOON + timedelta(minutes=self._lines),
        )
