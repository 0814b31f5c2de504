"""The timeline of an incident as data and as Markdown, for whoever may read it: pages, files, the command line."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from bot.web.markdown import markdown, words
from bot.web.page.group import Group
from bot.web.page.moments import moments, telling
from bot.web.page.spans import spoken
from bot.web.page.story import Correction, Told, corrections, told
from playbooks.domain.case import Case
from playbooks.domain.document import plain
from playbooks.domain.release import Shown
from playbooks.domain.roles import Role
from playbooks.domain.tongue import clock, colon, full_day, local
from playbooks.domain.tongue import moment as told_at
from playbooks.domain.trace import traces_of
from playbooks.texts import Texts
from playbooks.texts.wording import label


class Event(BaseModel):
    """One entry as this reader may have it."""

    model_config = ConfigDict(frozen=True)

    id: str
    position: int | None = Field(description="In the incident's tree, from 1; null until it is integrated.")
    at: datetime | None
    happened_at: datetime | None = Field(description="Of what was entered late: when it happened.")
    organization: str | None
    group: Group
    sentence: str = Field(description="What it says, in words.")
    slots: Mapping[str, Any] = Field(
        description="What of the entry is shown, by slot; the others are withheld."
    )
    superseded_by: tuple[str, ...] = Field(description="The entries that correct it; it stays as it was.")
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
        moments=tuple(KeyMoment(name=moment.name, at=moment.at) for moment in moments(traces_of(story))),
        open_tasks=tuple(task.id for task in case.open_tasks),
        open_consultations=tuple(asked.question.id for asked in case.open_consultations),
        events=tuple(events(story, texts)),
    )


def events(story: Sequence[Shown], texts: Texts) -> Iterator[Event]:
    """Each entry of a story as data."""
    corrected = corrections(story)
    return (_event(shown, told(shown, texts, corrected=corrected)) for shown in story)


def _event(shown: Shown, line: Told) -> Event:
    return Event(
        id=shown.id,
        position=shown.position,
        at=line.at,
        happened_at=line.happened_at,
        organization=line.organization or None,
        group=line.group,
        sentence=plain(line.said).strip(),
        slots=shown.slots,
        superseded_by=tuple(correction.id for correction in line.corrections),
        withheld=line.withheld,
    )


def timeline_markdown(case: Case, story: Sequence[Shown], texts: Texts) -> str:
    """The timeline as Markdown, its marking above and below (TLP 2.0, section 3)."""
    return "\n".join(_markdown(case, story, texts)) + "\n"


def _markdown(case: Case, story: Sequence[Shown], texts: Texts) -> Iterator[str]:
    state = case.state
    yield from (f"**{state.marking.value}**", "", f"# {state.key}: {words(case.title)}", "")
    yield f"- {texts.say('label.severity')}{colon()} {label(texts, 'severity', state.severity)}"
    yield f"- {texts.say('label.phase')}{colon()} {label(texts, 'phase', state.phase)}"
    nobody = texts.say("nobody" if state.lead else "withheld.person")
    yield f"- {texts.say('label.commander')}{colon()} {words(state.roles.get(Role.INCIDENT_COMMANDER, nobody))}"
    standing = (f"{words(code)} ({label(texts, 'standing', each)})" for code, each in state.parties.items())
    yield f"- {texts.say('page.organizations')}{colon()} {', '.join(standing) or texts.say('withheld.party')}"
    yield from ("", f"## {texts.say('page.key_times')}", "")
    for moment in telling(moments(traces_of(story))):
        when = told_at(moment.at) if moment.at else texts.say("page.not_yet")
        after = (
            f", {texts.say('page.after_first', span=spoken(moment.since_first))}"
            if moment.since_first
            else ""
        )
        yield f"- {texts.say(f'page.moment.{moment.name}')}{colon()} {when}{after}"
    yield from ("", f"## {texts.say('page.story')}", "")
    day = None
    corrected = corrections(story)
    for line in (told(shown, texts, state.marking, corrected) for shown in story):
        if line.at and local(line.at).date() != day:
            day = local(line.at).date()
            yield from (f"### {full_day(day)}", "")
        yield from (_line(line, texts), "")
    yield f"**{state.marking.value}**"


def _line(line: Told, texts: Texts) -> str:
    when = clock(line.at) if line.at else "--:--"
    own = f" **{line.marking}**" if line.marking else ""
    said = markdown(line.said).replace("\n", "\n  ")
    happened = told_at(line.happened_at) if line.happened_at else ""
    late = f" _({texts.say('page.paper.late', at=happened)})_" if happened else ""
    see = ", ".join(_named(each, texts) for each in line.corrections)
    superseded = f" _({texts.say('page.paper.corrected', see=see)})_" if see else ""
    slots = ", ".join(label(texts, "page.slot", slot) for slot in line.withheld)
    withheld = f"\n\n  _{texts.say('page.paper.withheld', slots=slots)}_" if slots else ""
    return f"- {when}{own}{_number(line.position)}{late}{superseded} {said}{withheld}"


def _number(position: int | None) -> str:
    return f" \\#{position}" if position else ""


def _named(correction: Correction, texts: Texts) -> str:
    if not correction.position:
        return texts.say("page.paper.entry_after")
    return texts.say("page.entry.number", number=correction.position)
