"""What stands on paper, as data: the template sets it and decides nothing."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any, Final

from bot.web.page.lanes import Picture
from bot.web.page.moments import Moment, moments, telling
from bot.web.page.spans import spoken
from bot.web.page.story import Told, corrections, told
from playbooks.domain.case import Case
from playbooks.domain.document import Block, Bullets, Document, Inline, Link, Mention, Paragraph, Text, Time
from playbooks.domain.document import plain as plain_text
from playbooks.domain.inert import harmless, one_line
from playbooks.domain.kinds import Kind
from playbooks.domain.marking import Marking, strictest
from playbooks.domain.release import Reader, Shown
from playbooks.domain.roles import Role
from playbooks.domain.task import Task
from playbooks.domain.tongue import clock, full_day, local, long_moment, tongue
from playbooks.domain.trace import traces_of
from playbooks.domain.words import words_of
from playbooks.texts import Texts
from playbooks.texts.wording import label

MOST: Final = 1_000
"""Entries on paper. More is no document; the sheet says how many there are, and other formats hold them all."""
_WORDS: Final = (
    *("page", "of", "kind", "none", "last_update", "picture", "picture_means", "picture_alt"),
    *("key_times", "means", "when", "between"),
    *("actions", "task", "what", "whose", "due", "status"),
    *("questions", "asked", "answers", "outcome"),
    *("parties", "organization", "standing", "role", "held_by", "office", "evidence", "name"),
    *("story", "number", "corrected", "first_recorded"),
)
"""The headings, and what stands above columns."""
_LEFT_OUT_FIRST: Final = (Kind.EFFECT_INTEND, Kind.EFFECT_CONCLUDE, Kind.COMMAND_REFUSE, Kind.ALERTS_ATTACH)


def sheet(
    case: Case,
    story: Sequence[Shown],
    texts: Texts,
    reader: Reader,
    picture: Picture | None,
    made_at: datetime,
) -> dict[str, Any]:
    """Everything the template sets, for one reader; `reader` is said on each page."""
    state = case.state
    chosen = _chosen(story)
    return {
        "marking": _marking(case, story).value,
        "key": state.key,
        "title": one_line(case.title) or texts.say("page.title_withheld"),
        "summary": list(_summary(case, texts)),
        "update": _last_update(story),
        "facts": [[name, value] for name, value in _facts(case, texts)],
        "moments": [
            [*_named(texts, m), long_moment(m.at) if m.at else texts.say("page.not_yet"), _after(m, texts)]
            for m in telling(moments(traces_of(story)))
        ],
        "picture": picture.summary if picture else "",
        "language": tongue().language,
        "words": _words(
            texts, _for_whom(reader, texts), long_moment(made_at), len(story), len(story) - len(chosen)
        ),
        "roles": [
            [label(texts, "role", role).capitalize(), person, state.role_organizations.get(role, "")]
            for role, person in state.roles.items()
        ],
        "parties": [[code, label(texts, "standing", each)] for code, each in state.parties.items()],
        "actions": [_task(case, task, texts) for task in case.tasks.values()],
        "questions": list(_questions(case, texts)),
        "evidence": list(_evidence(case)),
        "story": list(_story(chosen, story, texts, state.marking)),
        "left_out": len(story) - len(chosen),
    }


def _marking(case: Case, story: Sequence[Shown]) -> Marking:
    """Of a document made of parts: the strictest of them (TLP 2.0, section 3)."""
    parts = {str(shown.slots["marking"]) for shown in story if "marking" in shown.slots}
    return strictest(case.state.marking, *(Marking(part) for part in parts))


def _chosen(story: Sequence[Shown]) -> Sequence[Shown]:
    """All of a short story but what was about to be done and then was; of a long one the newest that tells most."""
    concluded = {
        shown.slots.get("subject") for shown in story if shown.slots.get("kind") == Kind.EFFECT_CONCLUDE
    }
    kept = [shown for shown in story if not _is_followed(shown, concluded)]
    if len(kept) <= MOST:
        return kept
    return [shown for shown in kept if shown.slots.get("kind") not in _LEFT_OUT_FIRST][-MOST:]


def _is_followed(shown: Shown, concluded: set[Any]) -> bool:
    return shown.slots.get("kind") == Kind.EFFECT_INTEND and shown.slots.get("subject") in concluded


def _summary(case: Case, texts: Texts) -> Iterator[str]:
    state = case.state
    severity = label(texts, "severity", state.severity)
    declared = long_moment(state.declared_at) if state.declared_at else texts.say("page.not_yet")
    kind = label(texts, "class", state.incident_class)
    said = {"class": kind, "severity": severity, "declared": declared}
    led = texts.say("paper.led", lead=state.lead) if state.lead else texts.say("paper.led_withheld")
    took_part = texts.say("paper.took_part", count=len(state.active_parties))
    yield " ".join((texts.say("paper.what", **said), led, took_part))
    if state.closed_at and state.declared_at:
        took = spoken(state.closed_at - state.declared_at)
        yield texts.say("paper.closed", at=long_moment(state.closed_at), span=took)
    else:
        phase = label(texts, "phase", state.phase)
        yield texts.say("paper.in_phase", phase=phase, commander=_commander(case, texts))
    tasks = texts.say("paper.tasks_open", count=len(case.open_tasks))
    questions = texts.say("paper.questions_open", count=len(case.open_consultations))
    yield f"{tasks} {questions}"


def _last_update(story: Sequence[Shown]) -> dict[str, str] | None:
    for shown in reversed(story):
        if shown.slots.get("kind") == Kind.UPDATE_POST:
            words = (shown.slots.get("texts") or {}).get("update", "")
            at = shown.slots.get("at")
            when = long_moment(datetime.fromisoformat(at)) if isinstance(at, str) else ""
            return {"words": harmless(str(words)), "at": when} if words else None
    return None


def _facts(case: Case, texts: Texts) -> Iterator[tuple[str, str]]:
    state = case.state
    owed = long_moment(state.update_due_at) if state.update_due_at else texts.say("paper.none_owed")
    for name, value in (
        ("severity", label(texts, "severity", state.severity).capitalize()),
        ("phase", label(texts, "phase", state.phase).capitalize()),
        ("lead", state.lead or texts.say("withheld.party")),
        ("commander", _commander(case, texts)),
        ("class", label(texts, "class", state.incident_class).capitalize()),
        ("next_update", owed),
    ):
        yield texts.say(f"paper.{name}"), value


def _commander(case: Case, texts: Texts) -> str:
    """Whoever may not know who leads may not know who commands either."""
    unnamed = texts.say("nobody" if case.state.lead else "withheld.person")
    return case.state.roles.get(Role.INCIDENT_COMMANDER, unnamed)


def _task(case: Case, task: Task, texts: Texts) -> list[str]:
    words = words_of(case, task.entry, "text")
    due = long_moment(task.due_at) if task.due_at else ""
    status = label(texts, "status", task.status)
    return [task.id, harmless(words), task.owner or task.organization, due, status]


def _questions(case: Case, texts: Texts) -> Iterator[list[str]]:
    for asked in case.consultations.values():
        words = words_of(case, asked.question.entry, "question", "text")
        counts = ", ".join(
            texts.say("paired", what=label(texts, "option", option), value=str(count))
            for option, count in asked.tally.counts.items()
            if count
        )
        outcome = label(texts, "outcome", asked.outcome)
        yield [asked.question.id, harmless(words), counts or texts.say("paper.no_answer"), outcome]


def _evidence(case: Case) -> Iterator[list[str]]:
    for piece in case.evidence.values():
        name = words_of(case, piece.entry, "name")
        yield [piece.id, one_line(name), piece.sha256, f"{piece.holder.person}, {piece.holder.organization}"]


def _story(
    chosen: Sequence[Shown], story: Sequence[Shown], texts: Texts, marking: Marking
) -> Iterator[dict[str, Any]]:
    corrected = corrections(story)
    day: date | None = None
    for line in (told(shown, texts, marking, corrected) for shown in chosen):
        at = local(line.at).date() if line.at else None
        new = at if at != day else None
        day = new or day
        yield {**_line(line, texts), "day": full_day(new) if new else ""}


def _line(line: Told, texts: Texts) -> dict[str, Any]:
    late = texts.say("page.paper.late", at=long_moment(line.happened_at)) if line.happened_at else ""
    slots = ", ".join(line.withheld)
    return {
        "number": line.position or 0,
        "at": clock(line.at) if line.at else "",
        "organization": line.organization or texts.say("page.not_attributed"),
        "marking": line.marking,
        "late": late,
        "corrected": [plain_text(each.said).strip() for each in line.corrections],
        "said": [runs for block in line.said.blocks for runs in _runs(block)],
        "withheld": texts.say("page.paper.withheld", slots=slots) if slots else "",
    }


def _runs(block: Block) -> Iterator[list[list[str]]]:
    match block:
        case Paragraph():
            yield [_run(part) for part in block.parts]
        case Bullets():
            yield from ([_run(part) for part in item] for item in block.items)
        case _:
            yield [["text", plain_text(Document(blocks=(block,))).strip(), ""]]


def _run(part: Inline) -> list[str]:
    match part:
        case Link():
            return ["link", part.text, part.url]
        case Mention():
            return ["text", f"@{part.person}", ""]
        case Time():
            return ["text", long_moment(part.at), ""]
        case Text():
            return ["text", part.text, ""]
        case _:
            return [part.kind, part.text, ""]


def _named(texts: Texts, moment: Moment) -> tuple[str, str]:
    code = f"page.moment.{moment.name}"
    return texts.say(code), texts.say(f"{code}.means")


def _after(moment: Moment, texts: Texts) -> str:
    """How long after the one before it, and after the first."""
    last = f"+ {spoken(moment.since_last)}" if moment.since_last else ""
    more = moment.since_first if moment.since_first != moment.since_last else None
    return " ".join(filter(None, (last, texts.say("page.in_all", span=spoken(more)) if more else "")))


def _for_whom(reader: Reader, texts: Texts) -> str:
    said = reader.person or reader.organization or texts.say("paper.the_public")
    if reader.person and reader.organization:
        said = texts.say("paper.person_of", person=reader.person, organization=reader.organization)
    return texts.say("paper.chatham_house", reader=said) if reader.chatham_house else said


def _words(texts: Texts, reader: str, made_at: str, total: int, left_out: int) -> dict[str, str]:
    """What stands on each sheet whatever happened, by the names that the template has for it."""
    filled = {
        "footer": texts.say("paper.footer", reader=reader, at=made_at),
        "left_out": texts.say("paper.left_out", total=total, count=left_out),
    }
    return {name: texts.say(f"paper.word.{name}") for name in _WORDS} | filled
