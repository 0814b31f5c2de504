"""A trace: what of an entry a page of a long story keeps in mind, to draw it, count it and find it again. No words."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any, Final

from playbooks.domain.actor import ActorKind
from playbooks.domain.entry import Entry
from playbooks.domain.kinds import Kind
from playbooks.domain.proof.slots import IDENTIFYING, SLOTS
from playbooks.domain.release import Shown

_FACTS: Final = (
    *("aware_at", "declared_by", "phase", "organization", "task", "step", "consultation"),
    *("happened_at", "entry"),
)
_NAMED: Final = frozenset(name for name in _FACTS if name in IDENTIFYING)
_NAME: Final = "name"
_ALL: Final = frozenset(SLOTS)
_NOTHING: Final[Mapping[str, str]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Trace:
    """One entry as far as its reader may have it; what is withheld is empty."""

    id: str
    position: int | None
    kind: str
    at: datetime | None
    """When it was decided."""
    organization: str
    by_person: bool
    facts: Mapping[str, str]
    """Those of its data that pictures and key times go by; of a playbook's step also its name."""
    when: datetime | None
    """When what it tells happened: earlier than `at` where it was entered late."""


def trace_of_shown(shown: Shown) -> Trace:
    """The trace of what is shown."""
    slots = shown.slots
    said, actor = slots.get("at"), slots.get("actor") or {}
    at = datetime.fromisoformat(said) if isinstance(said, str) else None
    facts = _facts(slots.get("kind"), slots.get("data") or {}, slots.get("texts") or {})
    return Trace(
        id=shown.id,
        position=shown.position,
        kind=str(slots.get("kind", "")),
        at=at,
        organization=str(slots.get("organization") or ""),
        by_person=actor.get("kind") == ActorKind.PERSON,
        facts=facts,
        when=when_of(facts, at),
    )


def traces_of(story: Iterable[Shown]) -> tuple[Trace, ...]:
    """The traces of a story."""
    return tuple(trace_of_shown(shown) for shown in story)


def trace_of(entry: Entry, position: int | None, allowed: frozenset[str]) -> Trace:
    """The trace of an entry of which these slots are released: the same as of what is shown, at less cost."""
    return cut_trace(whole_trace(entry, position), allowed)


def whole_trace(entry: Entry, position: int | None) -> Trace:
    """The trace of an entry for whoever may have all of it."""
    facts = _facts(entry.kind, entry.data, entry.texts)
    at = entry.at.astimezone(UTC)
    return Trace(
        id=entry.id,
        position=position,
        kind=entry.kind,
        at=at,
        organization=entry.actor.organization,
        by_person=entry.actor.kind is ActorKind.PERSON,
        facts=facts,
        when=when_of(facts, at),
    )


def cut_trace(trace: Trace, allowed: frozenset[str]) -> Trace:
    """What of a whole trace may be had by whom these slots are released to."""
    if allowed == _ALL:
        return trace
    facts = {name: value for name, value in trace.facts.items() if _slots_of(name) <= allowed} or _NOTHING
    at = trace.at if "at" in allowed else None
    return Trace(
        id=trace.id,
        position=trace.position,
        kind=trace.kind if "kind" in allowed else "",
        at=at,
        organization=trace.organization if "organization" in allowed else "",
        by_person="actor" in allowed and trace.by_person,
        facts=facts,
        when=when_of(facts, at),
    )


def _slots_of(fact: str) -> frozenset[str]:
    """The slots that a fact is told by; what names somebody is read among the data by who may have both."""
    if fact == _NAME:
        return frozenset({"kind", "texts"})
    return frozenset({"data", "who"} if fact in _NAMED else {"data"})


def when_of(facts: Mapping[str, str], at: datetime | None) -> datetime | None:
    """When what an entry tells happened."""
    happened_at = facts.get("happened_at")
    return datetime.fromisoformat(happened_at) if happened_at else at


def _facts(kind: object, data: Mapping[str, Any], texts: Mapping[str, str]) -> Mapping[str, str]:
    found = dict(_told(kind, data, texts))
    return found or _NOTHING


def _told(kind: object, data: Mapping[str, Any], texts: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for name in _FACTS:
        value = data.get(name)
        if isinstance(value, str) and value:
            yield name, value
    if kind == Kind.STEP_START and texts.get(_NAME):
        yield _NAME, texts[_NAME]
