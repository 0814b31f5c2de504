"""Reports that leave the circle: drafted from what their maker may see, released by a person's recorded decision."""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime

from playbooks.domain.actor import Actor
from playbooks.domain.entry import Entry, entry_id, in_milliseconds
from playbooks.domain.errors import Refused
from playbooks.domain.ids import OrganizationCode
from playbooks.domain.kinds import Kind
from playbooks.domain.organization import Person
from playbooks.domain.proof.slots import canonical
from playbooks.domain.release import Reader
from playbooks.domain.saying import says
from playbooks.figures.board import declared_within
from playbooks.figures.facts import IncidentFacts
from playbooks.governance.periods import quarters
from playbooks.governance.report import Report, ReportKind, check_may_release, digest, report_of, written
from playbooks.ports.reports import ReleasedReport, Reports
from playbooks.ports.views import Views
from playbooks.texts import Texts


class Governance:
    """Drafts and releases reports."""

    def __init__(self, views: Views, reports: Reports, texts: Texts, now: Callable[[], datetime]) -> None:
        self._views = views
        self._reports = reports
        self._texts = texts
        self._now = now

    async def draft(self, kind: ReportKind, reader: Reader, since: date, until: date) -> Report:
        """The report as it would be released now. Raises Malformed for a period that none may cover.

        It is made of what the organization as a whole may see: what is for named persons alone is in no report.
        """
        quarters(since, until, self._now().astimezone(UTC).date())
        if reader.organization is None:
            raise Refused(says("not_entitled.no_organization"), source="policy")
        organization = reader.organization
        incidents = await self._facts(organization)
        chosen = [facts for facts in incidents if declared_within(facts.declared_at, since, until)]
        return report_of(kind, organization, since, until, chosen)

    async def release(self, report: Report, person: Person) -> ReleasedReport:
        """Let a report out, by this person's decision. Raises Refused; Conflict for a quarter reported on before."""
        actor = Actor.of(person)
        check_may_release(actor, report)
        now = self._now()
        text = written(report, self._texts)
        decision = _decision(report, text, actor, now)
        released = ReleasedReport(report=report, text=text, released_at=now, entry=decision.id)
        spans = quarters(report.since, report.until, now.astimezone(UTC).date())
        await self._reports.release(released, spans, decision)
        return released

    async def released(self, organization: OrganizationCode) -> Sequence[ReleasedReport]:
        """What an organization has released."""
        return await self._reports.released(organization)

    async def _facts(self, organization: OrganizationCode) -> Sequence[IncidentFacts]:
        return await self._views.facts(Reader(organization=organization))


def _decision(report: Report, text: str, actor: Actor, at: datetime) -> Entry:
    """The entry in the installation's own log; for the releasing organization, since the report itself names nobody."""
    at = in_milliseconds(at)
    sha256 = digest(text)
    return Entry(
        id=entry_id(f"report/{report.organization}/{report.kind}/{sha256}/{at.isoformat()}"),
        incident=None,
        kind=Kind.REPORT_RELEASE,
        at=at,
        actor=actor,
        subject=f"report/{report.kind}",
        data={
            "what": report.kind.value,
            "since": report.since.isoformat(),
            "until": report.until.isoformat(),
            "sha256": sha256,
            "report": digest(canonical(report.model_dump(mode="json"))),
        },
    )
