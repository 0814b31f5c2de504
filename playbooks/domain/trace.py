"""A trace: what of an entry a page of a long story keeps in mind, to draw it, count it and find it again. No words."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any, Final

from playbooks.domain.actor import ActorKind
from playbooks.domain.entry import Entry
from playbooks.domain.kinds import Kind
from playbooks.domain.release import Shown
from playbooks.domain.slots import IDENTIFYING

_FACTS: Final = (
    *("aware_at", "declared_by", "phase", "organization", "task", "step", "consultation"),
    *("happened_at", "entry"),
)
_NAMED: Final = frozenset(name for name in _FACTS if name in IDENTIFYING)
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
        when=_when(facts, at),
    )


def traces_of(story: Iterable[Shown]) -> tuple[Trace, ...]:
    """The traces of a story."""
    return tuple(trace_of_shown(shown) for shown in story)


def trace_of(entry: Entry, position: int | None, allowed: frozenset[str]) -> Trace:
    """The trace of an entry of which these slots are released: the same as of what is shown, at less cost."""
    data = entry.data if "data" in allowed else {}
    if "who" not in allowed:
        data = {name: value for name, value in data.items() if name not in _NAMED}
    kind = entry.kind if "kind" in allowed else ""
    at = entry.at.astimezone(UTC) if "at" in allowed else None
    facts = _facts(kind, data, entry.texts if "texts" in allowed else {})
    return Trace(
        id=entry.id,
        position=position,
        kind=kind,
        at=at,
        organization=entry.actor.organization if "organization" in allowed else "",
        by_person="actor" in allowed and entry.actor.kind is ActorKind.PERSON,
        facts=facts,
        when=_when(facts, at),
    )


def _when(facts: Mapping[str, str], at: datetime | None) -> datetime | None:
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
    if kind == Kind.STEP_START and texts.get("name"):
        yield "name", texts["name"]
