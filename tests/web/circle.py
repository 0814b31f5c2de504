"""A web over an incident in memory: the real views' rules, a desk that keeps what it heard, a sign-in store."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from bot.answer_links import AnswerLinks
from bot.commands.desk import Desk, Reply, Speaker
from bot.community import RecordedCommunity
from bot.reading.costs import CostReading
from bot.reading.courses import CourseReading
from bot.reading.duty import on_call_in
from bot.reading.evidence import Locker
from bot.reading.exports import Exports
from bot.reading.figures import FigureReading
from bot.reading.publications import Publications
from bot.reading.reviews import ReviewReading
from bot.reading.viewing import Viewings
from bot.web.parts import WebParts, WebSettings
from integrations.simulated.reading import line_of
from playbooks.alerts.spike import Spike
from playbooks.cacao.model import Playbook
from playbooks.domain.alert import Indicator
from playbooks.domain.case import Case
from playbooks.domain.command import Command, Outcome, Verdict
from playbooks.domain.document import Document, paragraph
from playbooks.domain.entry import Entry, entry_id
from playbooks.domain.errors import Conflict, IncidentError, NotFound
from playbooks.domain.fold import evolve, fold
from playbooks.domain.ids import EntryId, IncidentKey, OrganizationCode
from playbooks.domain.incident import IncidentState
from playbooks.domain.judging.answer import judge_answer
from playbooks.domain.judging.incident import judge_incident
from playbooks.domain.judging.review import REVIEW_VERBS, judge_review
from playbooks.domain.kinds import Kind
from playbooks.domain.policy import is_party, is_published
from playbooks.domain.release import Reader, Shown, cut, narrowed, release, show, shown_of
from playbooks.domain.situation import Situation
from playbooks.domain.task import Question
from playbooks.figures.noise import AlertGroups
from playbooks.library import NAMES, content, shipped
from playbooks.ports.playbooks import PlaybookAtHand
from playbooks.ports.views import AlertShown, GroupShown, IncidentLine, RunShown, TriageItem
from playbooks.texts import load_texts
from tests.by_story import ByStory
from tests.rotas import rotas
from tests.web.signin_store import MemorySignIn
from tests.worlds import RANSOMWARE, a_circle, a_ransomware_incident

NOW = datetime(2026, 11, 22, 0, 20, tzinfo=UTC)


class FakeViews(ByStory):
    """The views port over lists of entries, released one by one as the record's are."""

    def __init__(self, *incidents: Sequence[Entry]) -> None:
        self.entries: dict[IncidentKey, list[Entry]] = {}
        for entries in incidents:
            assert entries[0].incident
            self.entries[entries[0].incident] = list(entries)
        self.items: list[TriageItem] = []
        self.spiking: list[Spike] = []
        self.alerts: tuple[AlertShown, ...] = ()
        self.held_until: datetime | None = None
        self.ears: set[asyncio.Queue[IncidentKey]] = set()
        self.named: dict[OrganizationCode, list[Indicator]] = {}
        self.groups: dict[OrganizationCode, list[AlertGroups]] = {}

    def append(self, entry: Entry) -> None:
        assert entry.incident
        self.entries[entry.incident].append(entry)
        for ear in self.ears:
            ear.put_nowait(entry.incident)

    async def incidents(self, reader: Reader, *, open_only: bool = False) -> list[IncidentLine]:
        lines: list[IncidentLine] = []
        for key in reversed(self.entries):
            try:
                case = await self.case(reader, key)
            except NotFound:
                continue
            if case.state.is_open or not open_only:
                lines.extend(filter(None, (line_of(case),)))
        return lines

    async def runs(self, reader: Reader, key: IncidentKey) -> tuple[RunShown, ...]:
        return tuple(RunShown(run=run) for run in (await self.case(reader, key)).runs.values())

    async def case(self, reader: Reader, key: IncidentKey) -> Case:
        party, case = self._party(reader, key), Case(state=IncidentState(key=key))
        for entry in self.entries.get(key, []):
            released = cut(entry, party)
            case = evolve(case, released) if released else case
        if case.state.declared_at is None:
            raise NotFound(f"There is no incident {key} that you take part in.")
        return case

    async def story(self, reader: Reader, key: IncidentKey, after: int = 0) -> list[Shown]:
        await self.case(reader, key)
        party = self._party(reader, key)
        placed = enumerate(self.entries[key], start=1)
        shown = [show(entry, party, position) for position, entry in placed if position > after]
        return [each for each in shown if not each.is_withheld and each.slots.get("kind") != Kind.CASE_VIEW]

    async def shared(self, reader: Reader, chosen: Reader, key: IncidentKey) -> tuple[Case, list[Shown]]:
        await self.case(reader, key)
        await self.case(chosen, key)
        own, other = self._party(reader, key), self._party(chosen, key)
        allowed = [(each, release(each, own) & release(each, other)) for each in self.entries[key]]
        known = [entry for each, slots in allowed if (entry := narrowed(each, slots)) is not None]
        shown = [shown_of(each, slots, at) for at, (each, slots) in enumerate(allowed, start=1)]
        told = [each for each in shown if not each.is_withheld and each.slots.get("kind") != Kind.CASE_VIEW]
        return fold(key, known), told

    async def published(self, reader: Reader) -> list[Entry]:
        told = [entry for entries in self.entries.values() for entry in entries]
        return [entry for entry in told if is_published(entry) and release(entry, reader)][::-1]

    async def group(self, reader: Reader, id: str) -> GroupShown:
        for item in await self.triage(reader):
            if item.id == id:
                return GroupShown(
                    item=item,
                    status="triage",
                    rule="no-rule",
                    incident=None,
                    alerts=self.alerts,
                    held_until=self.held_until,
                    alerts_in_all=1,
                )
        raise NotFound(f"There is no group of alerts {id}.")

    async def spikes(self, reader: Reader) -> list[Spike]:
        """See the port."""
        return self.spiking

    async def raised_by(self, reader: Reader, key: IncidentKey) -> list[TriageItem]:
        """See the port."""
        return [item for item in await self.triage(reader) if key]

    async def indicators(self, reader: Reader, key: IncidentKey) -> list[Indicator]:
        await self.case(reader, key)
        return self.named.get(reader.organization or OrganizationCode(""), [])

    async def triage(self, reader: Reader) -> list[TriageItem]:
        return [item for item in self.items if item.organization in (None, reader.organization)]

    async def tally(
        self, organization: OrganizationCode, since: date | None, until: date | None
    ) -> list[AlertGroups]:
        return self.groups.get(organization, [])

    async def changes(self) -> AsyncIterator[IncidentKey]:
        ear: asyncio.Queue[IncidentKey] = asyncio.Queue()
        self.ears.add(ear)
        try:
            while True:
                yield await ear.get()
        finally:
            self.ears.discard(ear)

    def _party(self, reader: Reader, key: IncidentKey) -> Reader:
        state = fold(key, self.entries.get(key, ())).state
        party = is_party(reader.person, reader.organization, state)
        return reader.model_copy(update={"party_to": (key,) if party else ()})


@dataclass
class FakeGateway:
    """Takes notes and answers; a note becomes an entry at once. The same id again gets the same verdict."""

    views: FakeViews
    verdicts: dict[str, Verdict] = field(default_factory=dict)
    commands: list[Command] = field(default_factory=list)
    refusal: IncidentError | None = None
    """With which every command is refused."""

    async def submit(self, command: Command) -> Verdict:
        if command.id in self.verdicts:
            before = next(each for each in self.commands if each.id == command.id)
            if (before.args, before.texts) != (command.args, command.texts):
                raise Conflict("This id was used before.", code="command_id_reused")
            return self.verdicts[command.id]
        self.commands.append(command)
        verdict = self._refused(command) or self._by_link(command) or self._judge(command)
        self.verdicts[command.id] = verdict
        return verdict

    def _refused(self, command: Command) -> Verdict | None:
        if self.refusal is None:
            return None
        return Verdict(
            outcome=Outcome.REFUSED,
            code=self.refusal.code,
            wording=self.refusal.sentence,
            incident=command.incident,
        )

    def _judge(self, command: Command) -> Verdict:
        if command.verb in REVIEW_VERBS:
            return self._reviewed(command)
        if command.verb == "close":
            return Verdict(
                outcome=Outcome.REFUSED,
                code="not_entitled",
                wording="This is for the commander.",
                source="policy",
            )
        if command.verb == "declare":
            return Verdict(outcome=Outcome.DONE, code="declare.done", incident=RANSOMWARE, args=command.args)
        if command.verb.startswith(("triage.", "playbook.")):
            done = f"{command.verb}.done"
            return Verdict(outcome=Outcome.DONE, code=done, incident=command.incident, args=command.args)
        if command.verb in ("correct", "pin", "evidence.add", "evidence.hand_over"):
            return self._added(command)
        kind = {"note": Kind.NOTE_ADD, "answer": Kind.ANSWER_GIVE, "task.done": Kind.TASK_DONE}[command.verb]
        data = (
            {**command.args, "organization": command.actor.organization}
            if command.verb == "answer"
            else command.args
        )
        self.views.append(
            Entry(
                id=entry_id(command.id),
                incident=command.incident,
                kind=kind,
                at=command.received_at,
                actor=command.actor,
                subject="incident",
                data=data,
                texts=command.texts,
                audience=("parties",),
                cause=command.id,
            )
        )
        return Verdict(
            outcome=Outcome.DONE, code=f"{command.verb}.done", incident=command.incident, args=data
        )

    def _added(self, command: Command) -> Verdict:
        """By the rules themselves, as the gateway would have it judged."""
        key = command.incident
        assert key
        story = self.views.entries[key]
        if command.verb == "correct":
            meant = story[command.args["number"] - 1]
            args = {
                "entry": meant.id,
                "entry_organization": meant.actor.organization,
                "entry_audience": list(meant.audience),
                "entry_marking": meant.marking.value,
            }
            command = command.model_copy(update={"args": {**command.args, **args}})
        try:
            first, *rest = judge_incident(fold(key, story).state, command, command.received_at)
        except IncidentError as error:
            return Verdict(outcome=Outcome.REFUSED, code=error.code, wording=error.wording, source="policy")
        for entry in (first.model_copy(update={"texts": command.texts}), *rest):
            self.views.append(entry)
        done = {**command.args, **first.data}
        return Verdict(outcome=Outcome.DONE, code=f"{command.verb}.done", incident=key, args=done)

    def _by_link(self, command: Command) -> Verdict | None:
        """By the rule itself."""
        key = command.incident
        if command.actor.via is None or command.verb != "answer" or key is None:
            return None
        case = fold(key, self.views.entries[key])
        question = case.consultations[command.args["consultation"]].question
        try:
            (entry,) = judge_answer(case.state, question, ("parties",), command, command.received_at)
        except IncidentError as error:
            return Verdict(outcome=Outcome.REFUSED, code=error.code, wording=error.wording, source="policy")
        self.views.append(entry)
        return Verdict(outcome=Outcome.DONE, code="answer.done", incident=key, args=entry.data)

    def _reviewed(self, command: Command) -> Verdict:
        """The review's own judgement, on the whole of what is recorded."""
        assert command.incident
        case = fold(command.incident, self.views.entries[command.incident])
        coded, situation = command.coded(), Situation(incident=case.state)
        try:
            drafted = judge_review(case.review, situation, coded, command.received_at)
        except IncidentError as error:
            return Verdict(outcome=Outcome.REFUSED, code=error.code, wording=error.wording)
        for number, entry in enumerate(drafted):
            texts = command.texts if number == 0 else {}
            self.views.append(entry.model_copy(update={"texts": texts}))
        return Verdict(outcome=Outcome.DONE, code=f"{command.verb}.done", incident=command.incident)


@dataclass
class RecordOf:
    """What of the record the locker needs, over the same entries."""

    views: FakeViews

    async def append(self, entries: Sequence[Entry]) -> None:
        for entry in entries:
            self.views.append(entry)

    async def entries_by_id(self, ids: Sequence[EntryId]) -> tuple[Entry, ...]:
        told = [entry for story in self.views.entries.values() for entry in story]
        return tuple(entry for entry in told if entry.id in ids)


@dataclass
class WholeCases:
    """The whole cases over the same entries."""

    views: FakeViews

    async def case(self, key: IncidentKey) -> Case:
        return fold(key, self.views.entries[key])


class MemoryEvidence:
    """The evidence store in memory."""

    def __init__(self) -> None:
        self.files: dict[tuple[IncidentKey, str], bytes] = {}

    async def keep(self, incident: IncidentKey, content: bytes) -> str:
        sha256 = hashlib.sha256(content).hexdigest()
        self.files[incident, sha256] = content
        return sha256

    async def fetch(self, incident: IncidentKey, sha256: str) -> bytes:
        if (incident, sha256) not in self.files:
            raise NotFound(f"The file {sha256} is not kept here.")
        return self.files[incident, sha256]

    async def kept(self, incident: IncidentKey) -> frozenset[str]:
        return frozenset(sha256 for key, sha256 in self.files if key == incident)

    async def forget(self, incident: IncidentKey, sha256: str) -> None:
        self.files.pop((incident, sha256), None)


CONTENTS = {hashlib.sha256(content(name)).hexdigest(): name for name in NAMES}
"""The playbooks at hand, by the hash of what they are."""


async def playbook_of(sha256: str) -> Playbook:
    found = shipped(CONTENTS[sha256]).playbook if sha256 in CONTENTS else None
    if found is None:
        raise NotFound(f"The content {sha256} is not kept here.")
    return found


@dataclass
class Circle:
    """The parts, and what stands behind them."""

    views: FakeViews
    gateway: FakeGateway
    parts: WebParts
    time: list[datetime]
    up: dict[str, bool]

    def pass_time(self, span: timedelta) -> None:
        self.time[0] += span


def a_web(
    *, origin: str = "http://localhost", hostile: bool = False, views: FakeViews | None = None
) -> Circle:
    """The parts of a web over the ransomware incident."""
    views = views or FakeViews(a_ransomware_incident(hostile=hostile))
    gateway, texts, directory = FakeGateway(views), load_texts(), a_circle()
    store = MemoryEvidence()
    time, up = [NOW], {"database": True, "temporal": True}

    async def waiting() -> Mapping[str, int]:
        return {"commands": 3, "entries": 0}

    async def ready() -> Mapping[str, bool]:
        return up

    parts = WebParts(
        views=views,
        desk=Desk(gateway, views, directory, texts, playbooks=_playbooks),
        directory=directory,
        texts=texts,
        signin=MemorySignIn(),
        figures=FigureReading(views, views),
        costs=CostReading(views),
        reviews=ReviewReading(views, texts),
        publications=Publications(views),
        gateway=gateway,
        record=RecordOf(views),
        viewings=Viewings(RecordOf(views), lambda: time[0]),
        on_call=on_call_in(directory),
        rotas=rotas(people=directory),
        communities=RecordedCommunity(directory),
        links=AnswerLinks(bytes(32), origin),
        runs=CourseReading(playbook_of),
        exports=Exports(WholeCases(views), RecordOf(views), lambda: time[0]),
        evidence=Locker(store, views, RecordOf(views), lambda: time[0]),
        settings=WebSettings(origin=origin),
        ready=ready,
        waiting=waiting,
        now=lambda: time[0],
    )
    return Circle(views, gateway, parts, time, up)


__all__ = ["NOW", "Circle", "Document", "FakeViews", "Reply", "Speaker", "a_web", "paragraph"]


async def _playbooks() -> dict[str, PlaybookAtHand]:
    question = Question(name="system")
    return {"ransomware": PlaybookAtHand("Ransomware", (question,), {"system": "The system first reported"})}
