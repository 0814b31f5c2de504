"""A report that leaves the circle: codes and bands alone, so that nothing else can be in it."""

from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from hashlib import sha256

from pydantic import BaseModel, ConfigDict

from playbooks.domain.actor import Actor
from playbooks.domain.errors import Refused
from playbooks.domain.ids import OrganizationCode
from playbooks.domain.organization import Duty
from playbooks.domain.saying import says
from playbooks.figures.facts import IncidentFacts
from playbooks.governance.statements import GOVERNANCE, OVERVIEW, Statement, topics
from playbooks.texts import Texts


class ReportKind(StrEnum):
    """For whom a report is."""

    GOVERNANCE = "governance"
    """Legislative and governing bodies, hence the public (JIU recommendation 1; document 002)."""
    OVERVIEW = "overview"
    """The DTN and the ICT Directors, under the Chatham House Rule (document 004, §5)."""


STATEMENTS: dict[ReportKind, tuple[Statement, ...]] = {
    ReportKind.GOVERNANCE: GOVERNANCE,
    ReportKind.OVERVIEW: OVERVIEW,
}
RELEASED_BY: dict[ReportKind, Duty] = {
    ReportKind.GOVERNANCE: Duty.EXECUTIVE,  # the executive heads present it
    ReportKind.OVERVIEW: Duty.CISO,  # the main representatives make up the community
}
_MARKINGS = {ReportKind.GOVERNANCE: "TLP:CLEAR", ReportKind.OVERVIEW: "TLP:GREEN"}


class Report(BaseModel):
    """What a report says."""

    model_config = ConfigDict(frozen=True)

    kind: ReportKind
    organization: OrganizationCode
    since: date
    until: date
    bands: tuple[tuple[str, str], ...]
    """Each statement's code and band, in the order of the list."""
    topics: tuple[str, ...] = ()


def report_of(
    kind: ReportKind,
    organization: OrganizationCode,
    since: date,
    until: date,
    incidents: Sequence[IncidentFacts],
) -> Report:
    """The report over incidents declared in its period."""
    return Report(
        kind=kind,
        organization=organization,
        since=since,
        until=until,
        bands=tuple((each.code, each.band(incidents)) for each in STATEMENTS[kind]),
        topics=topics(incidents) if kind is ReportKind.OVERVIEW else (),
    )


def check_may_release(actor: Actor, report: Report) -> None:
    """Raise Refused where this person may not let it out."""
    duty = RELEASED_BY[report.kind]
    if actor.organization != report.organization or duty not in actor.duties:
        raise Refused(
            says("not_entitled.report", organization=report.organization, duty=duty),
            source="002 §3" if report.kind is ReportKind.GOVERNANCE else "004 §5",
        )


def written(report: Report, texts: Texts) -> str:
    """The report as Markdown. An overview names no organization, not even the one that made it."""
    named = report.organization if report.kind is ReportKind.GOVERNANCE else ""
    lines = [
        f"**{_MARKINGS[report.kind]}**",
        f"# {texts.say(f'report.{report.kind}.title')}",
        texts.say(
            f"report.{report.kind}.intro",
            organization=named,
            since=report.since.isoformat(),
            until=report.until.isoformat(),
        ),
        *(
            texts.say(f"governance.{code}.too_few")
            if band == "too_few"
            else texts.say(f"governance.{code}", band=texts.say(f"band.{band}"))
            for code, band in report.bands
        ),
    ]
    if report.topics:
        named_topics = ", ".join(texts.say(f"topic.{topic}") for topic in report.topics)
        lines.append(texts.say("governance.topics", topics=named_topics))
    return "\n\n".join((*lines, texts.say(f"report.{report.kind}.method"))) + "\n"


def digest(text: str) -> str:
    """By which the record knows a report."""
    return sha256(text.encode()).hexdigest()
