"""The first draft of a review, by template from what the record says; people write on from there.

It is made of what every party may read: whoever saves it shows it to all of them.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Final

from playbooks.domain.case import Case
from playbooks.domain.document import plain
from playbooks.domain.incident import IncidentState
from playbooks.domain.kinds import Kind
from playbooks.domain.marking import Marking
from playbooks.domain.release import PARTIES, Shown
from playbooks.domain.telling import tell
from playbooks.figures.facts import IncidentFacts
from playbooks.texts import Texts
from playbooks.texts.wording import label, span

_TOLD: Final = (
    Kind.DECLARE,
    Kind.SEVERITY_CHANGE,
    Kind.PHASE_CHANGE,
    Kind.COMMAND_TRANSFER,
    Kind.PARTY_JOIN,
    Kind.UPDATE_POST,
    Kind.RUN_START,
    Kind.CLOSE,
    Kind.REOPEN,
)
"""What happened, in a page: decisions and the updates that people wrote meanwhile."""
_MOST_LINES: Final = 60
_QUICK: Final = timedelta(minutes=15)
_JOINED_SOON: Final = timedelta(hours=1)


def shared(story: Iterable[Shown], state: IncidentState) -> tuple[Shown, ...]:
    """The entries that everybody who takes part may read."""
    everybody = {*state.audience, PARTIES, "community", "public"}
    return tuple(
        shown
        for shown in story
        if everybody & {*(shown.slots.get("audience") or ())}
        and Marking(shown.slots.get("marking", Marking.RED)).within(state.marking)
    )


def first_draft(case: Case, facts: IncidentFacts, story: Sequence[Shown], texts: Texts) -> dict[str, str]:
    """A text for each section; `facts` and `story` are of what is shared."""
    good, bad = _judged(case, facts, story, texts)
    return {
        "summary": _summary(case, facts, texts),
        "what_happened": _lines(_happened(story, texts)),
        "went_well": _lines(good),
        "went_badly": _lines(bad),
        "lessons": texts.say("review.draft.lessons"),
    }


def _lines(said: Iterable[str]) -> str:
    return "\n".join(f"- {line}" for line in said)


def _summary(case: Case, facts: IncidentFacts, texts: Texts) -> str:
    others = [party for party in facts.parties if party != facts.lead]
    said = [
        texts.say(
            "review.draft.summary",
            title=case.title or facts.key,
            kind=label(texts, "class", facts.incident_class),
            severity=texts.say(f"severity.{facts.severity}"),
            lead=facts.lead,
        )
    ]
    if others:
        said.append(texts.say("review.draft.parties", parties=", ".join(others)))
    if facts.closed_at:
        said.append(texts.say("review.draft.took", took=_spoken(facts.closed_at - facts.declared_at)))
    return " ".join(said)


def _happened(story: Sequence[Shown], texts: Texts) -> Iterator[str]:
    told = [shown for shown in story if shown.slots.get("kind") in _TOLD][:_MOST_LINES]
    for shown in told:
        at = datetime.fromisoformat(shown.slots["at"])
        yield f"{at:%Y-%m-%d %H:%M} {' '.join(plain(tell(shown, texts)).split())}"


def _judged(
    case: Case, facts: IncidentFacts, story: Sequence[Shown], texts: Texts
) -> tuple[list[str], list[str]]:
    """What went well and what did not, as far as the record can tell; each line is a fact, not praise or blame."""
    good: list[str] = []
    bad: list[str] = []
    if facts.alerted_at and facts.person_at:
        waited = max(facts.person_at - facts.alerted_at, timedelta(0))
        well = good if waited <= _QUICK else bad
        well.append(texts.say("review.draft.acknowledged", waited=_spoken(waited)))
    for invited in facts.invitations:
        code = invited.organization
        if invited.answered_at:
            waited = invited.answered_at - invited.asked_at
            well = good if waited <= _JOINED_SOON else bad
            well.append(texts.say("review.draft.joined", organization=code, waited=_spoken(waited)))
        else:
            bad.append(texts.say("review.draft.not_joined", organization=code))
    known = {shown.id for shown in story}
    for name, consultation in case.consultations.items():
        missing = consultation.tally.missing
        if missing and consultation.question.entry in known:
            bad.append(texts.say("review.draft.unanswered", question=name, missing=", ".join(missing)))
    bad += (
        texts.say(
            "review.draft.effect",
            action=label(texts, "action", data["action"]),
            connection=data["connection"],
        )
        for data in (
            shown.slots["data"] for shown in story if shown.slots.get("kind") == Kind.EFFECT_CONCLUDE
        )
        if data.get("state") in ("unknown", "failed")
    )
    return good, bad


def _spoken(length: timedelta) -> str:
    return span(int(length / timedelta(minutes=1)))
