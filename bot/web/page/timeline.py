"""The timeline of an incident as data and as Markdown, for whoever may read it: pages, files, the command line."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from bot.web.markdown import markdown, words
from bot.web.page.group import Group
from bot.web.page.moments import moments, telling
from bot.web.page.spans import spoken
from bot.web.page.story import Told, told
from playbooks.domain.document import plain
from playbooks.domain.fold import Case
from playbooks.domain.release import Shown
from playbooks.domain.roles import Role
from playbooks.texts import Texts
from playbooks.texts.wording import label


class Event(BaseModel):
    """One entry as this reader may have it."""

    model_config = ConfigDict(frozen=True)

    id: str
    position: int | None = Field(description="In the incident's tree, from 1; null until it is integrated.")
    at: datetime | None
    organization: str | None
    group: Group
    sentence: str = Field(description="What it says, in words.")
    slots: Mapping[str, Any] = Field(
        description="What of the entry is shown, by slot; the others are withheld."
    )
    withheld: tuple[str, ...] = Field(
        description="The names of the slots that are withheld from this reader."
    )


class KeyMoment(BaseModel):
    """One key moment; null while it has not come."""

    model_config = ConfigDict(frozen=True)

    name: str
    at: datetime | None


class Timeline(BaseModel):
    """An incident and its story, for one reader."""

    model_config = ConfigDict(frozen=True)

    incident: str
    title: str
    severity: str
    phase: str
    marking: str
    lead: str
    parties: Mapping[str, str] = Field(description="Each organization's standing.")
    commander: str | None
    declared_at: datetime | None
    closed_at: datetime | None
    update_due_at: datetime | None
    moments: tuple[KeyMoment, ...]
    open_tasks: tuple[str, ...]
    open_consultations: tuple[str, ...]
    events: tuple[Event, ...]


def timeline(case: Case, story: Sequence[Shown], texts: Texts) -> Timeline:
    """The timeline as data; `.model_dump_json()` is the file."""
    state = case.state
    return Timeline(
        incident=state.key,
        title=case.title,
        severity=state.severity,
        phase=state.phase,
        marking=state.marking,
        lead=state.lead,
        parties={code: standing.value for code, standing in state.parties.items()},
        commander=state.roles.get(Role.INCIDENT_COMMANDER),
        declared_at=state.declared_at,
        closed_at=state.closed_at,
        update_due_at=state.update_due_at,
        moments=tuple(KeyMoment(name=moment.name, at=moment.at) for moment in moments(story)),
        open_tasks=tuple(task.id for task in case.open_tasks),
        open_consultations=tuple(asked.question.id for asked in case.open_consultations),
        events=tuple(_event(shown, texts) for shown in story),
    )


def _event(shown: Shown, texts: Texts) -> Event:
    line = told(shown, texts)
    return Event(
        id=shown.id,
        position=shown.position,
        at=line.at,
        organization=line.organization or None,
        group=line.group,
        sentence=plain(line.said).strip(),
        slots=shown.slots,
        withheld=line.withheld,
    )


def timeline_markdown(case: Case, story: Sequence[Shown], texts: Texts) -> str:
    """The timeline as Markdown, its marking above and below (TLP 2.0, section 3)."""
    return "\n".join(_markdown(case, story, texts)) + "\n"


def _markdown(case: Case, story: Sequence[Shown], texts: Texts) -> Iterator[str]:
    state = case.state
    yield from (f"**{state.marking.value}**", "", f"# {state.key}: {words(case.title)}", "")
    yield f"- Severity: {label(texts, 'severity', state.severity)}"
    yield f"- Phase: {label(texts, 'phase', state.phase)}"
    yield f"- Commander: {words(state.roles.get(Role.INCIDENT_COMMANDER, texts.say('nobody')))}"
    standing = (f"{words(code)} ({label(texts, 'standing', each)})" for code, each in state.parties.items())
    yield f"- Organizations: {', '.join(standing)}"
    yield from ("", "## Key moments", "")
    for moment in telling(moments(story)):
        when = f"{moment.at:%Y-%m-%d %H:%M} UTC" if moment.at else "not yet"
        after = f", after {spoken(moment.since_first)}" if moment.since_first else ""
        yield f"- {moment.name}: {when}{after}"
    yield from ("", "## Story", "")
    day = None
    for line in (told(shown, texts, state.marking) for shown in story):
        if line.at and line.at.date() != day:
            day = line.at.date()
            yield from (f"### {day:%Y-%m-%d}", "")
        yield from (_line(line), "")
    yield f"**{state.marking.value}**"


def _line(line: Told) -> str:
    when = f"{line.at:%H:%M}" if line.at else "--:--"
    own = f" **{line.marking}**" if line.marking else ""
    said = markdown(line.said).replace("\n", "\n  ")
    withheld = f"\n\n  _Withheld from this reader: {', '.join(line.withheld)}._" if line.withheld else ""
    return f"- {when}{own} {said}{withheld}"
