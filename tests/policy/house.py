"""The whole of what is shown to people, over one way of reading: pages, files, answers of the desk."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from fastapi import FastAPI

from bot.answer_links import AnswerLinks
from bot.commands.desk import Desk
from bot.community import RecordedCommunity
from bot.reading.cases import Cases
from bot.reading.costs import CostReading
from bot.reading.courses import CourseReading
from bot.reading.duty import on_call_in
from bot.reading.evidence import Locker
from bot.reading.exports import Exports
from bot.reading.figures import FigureReading
from bot.reading.publications import Publications
from bot.reading.reviews import ReviewReading
from bot.reading.triage import TriageBoard
from bot.reading.viewing import Viewings
from bot.reading.views import RecordViews
from bot.web.app import create_app
from bot.web.parts import WebParts, WebSettings
from integrations.simulated.no_groups import NoGroups
from playbooks.domain.command import Command, Outcome, Verdict
from playbooks.domain.entry import Entry
from playbooks.domain.errors import IncidentError, NotFound
from playbooks.domain.ids import OrganizationCode
from playbooks.domain.judging.answer import judge_answer
from playbooks.domain.judging.draft import understanding
from playbooks.domain.judging.incident import INCIDENT_VERBS, judge_incident
from playbooks.domain.judging.part import PART_VERBS, judge_part
from playbooks.domain.policy import check_declared, check_known
from playbooks.domain.situation import Situation
from playbooks.domain.task import PartState
from playbooks.figures.noise import AlertGroups
from playbooks.ports.reading import Reading
from playbooks.ports.record import Record
from playbooks.texts import load_texts
from tests.casts import NOON, directory
from tests.rotas import rotas
from tests.web.circle import MemoryEvidence
from tests.web.signin_store import MemorySignIn
from tests.worlds import no_playbook


@dataclass
class Bench:
    """Judges every command by the real rules, over the whole record, and changes nothing."""

    cases: Cases

    async def submit(self, command: Command) -> Verdict:
        """See the port."""
        try:
            with understanding(command):
                decided = await self._judged(command)
        except IncidentError as error:
            return Verdict(
                outcome=Outcome.REFUSED,
                code=error.code,
                wording=error.wording,
                source=error.source,
                incident=command.incident,
            )
        args = {**command.args, **(decided[0].data if decided else {})}
        code = f"{command.verb}.done"
        return Verdict(outcome=Outcome.DONE, code=code, incident=command.incident, args=args)

    async def _judged(self, command: Command) -> Sequence[Entry]:
        if command.incident is None:
            return ()
        case = await self.cases.case(command.incident)
        if command.verb != "declare":
            check_declared(case.state)
        if command.verb in PART_VERBS:
            code = OrganizationCode(
                command.args.get("organization") or command.args["task"].rpartition("-")[0]
            )
            tasks = {id: task for id, task in case.tasks.items() if task.organization == code}
            part = PartState(organization=code, lead=case.state.lead, tasks=tasks)
            return judge_part(part, Situation(incident=case.state), command, command.received_at)
        if command.verb == "answer":
            check_known(command.actor, case.state)
            found = case.consultations.get(command.args["consultation"])
            if found is None:
                raise NotFound("There is no such question.")
            audience = case.state.audience
            return judge_answer(case.state, found.question, audience, command, command.received_at)
        if command.verb in INCIDENT_VERBS:
            return judge_incident(case.state, command, command.received_at)
        check_known(command.actor, case.state)
        raise NotFound("Nobody judges this here.")


def a_house(reading: Reading, record: Record) -> tuple[WebParts, FastAPI]:
    """The parts and the app."""
    groups, cases, texts = NoGroups(), Cases(record), load_texts()
    views = RecordViews(reading, record, TriageBoard(lambda _: groups), lambda: NOON, no_playbook)
    viewings, gateway = Viewings(record, lambda: NOON), Bench(cases)

    async def ready() -> Mapping[str, bool]:
        return {"postgresql": True}

    async def waiting() -> Mapping[str, int]:
        return {}

    parts = WebParts(
        views=views,
        desk=Desk(gateway, views, directory(), texts, viewings=viewings),
        directory=directory(),
        texts=texts,
        signin=MemorySignIn(),
        figures=FigureReading(views, NoTally()),
        costs=CostReading(views),
        reviews=ReviewReading(views, texts),
        publications=Publications(reading),
        gateway=gateway,
        runs=CourseReading(no_playbook),
        evidence=Locker(MemoryEvidence(), views, record, lambda: NOON),
        exports=Exports(cases, record, lambda: NOON),
        record=record,
        viewings=viewings,
        on_call=on_call_in(directory()),
        rotas=rotas(),
        communities=RecordedCommunity(directory()),
        links=AnswerLinks(bytes(32), "http://localhost"),
        settings=WebSettings(origin="http://localhost"),
        ready=ready,
        waiting=waiting,
        now=lambda: NOON,
    )
    return parts, create_app(parts)


class NoTally:
    """No alerts came in."""

    async def tally(
        self, organization: OrganizationCode, since: date | None, until: date | None
    ) -> list[AlertGroups]:
        """See the protocol."""
        return []
