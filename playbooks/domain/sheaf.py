"""Sheaves: entries in a row of one author and one audience, bound together as a page of a long story needs them.

Whoever opens an incident of a hundred thousand entries needs a trace of each and the few that change how it stands, and
not a hundred thousand bodies opened one by one. A sheaf holds no words but those of the entries that are folded. What
`release` says of one of its entries it says of all of them, so it is asked once (docs/decisions/reading-sheaves.md).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from itertools import groupby
from typing import Any, Final

from pydantic_core import from_json, to_json

from playbooks.domain.actor import Actor, ActorKind
from playbooks.domain.entry import Entry
from playbooks.domain.fold import FOLDED
from playbooks.domain.ids import IncidentKey
from playbooks.domain.kinds import Kind
from playbooks.domain.marking import Marking
from playbooks.domain.trace import Trace, when_of, whole_trace

_FORM: Final = "2"
"""Raised whenever a sheaf is written otherwise."""
VERSION: Final = int.from_bytes(sha256(" ".join((_FORM, *sorted(FOLDED))).encode()).digest()[:4]) >> 1
"""Another one where a sheaf is written otherwise or other kinds are folded; then all of them are bound again."""


@dataclass(frozen=True, slots=True)
class Sheaf:
    """What its entries have in common, by which `release` decides, and of each what pages go by."""

    incident: IncidentKey
    actor: Actor
    marking: Marking
    audience: tuple[str, ...]
    traces: tuple[Trace, ...]
    """Of all of them, whole: to be cut by what is released."""
    folded: tuple[tuple[int, Entry], ...]
    """Those that change the case, by position; without their cause."""


@dataclass(frozen=True, slots=True)
class Block:
    """Positions `first` to `last` of an incident, and the sheaves of them that its reader may have."""

    first: int
    last: int
    sheaves: tuple[Sheaf, ...]


def bind(incident: IncidentKey, placed: Iterable[tuple[int, Entry]]) -> Iterator[Sheaf]:
    """The sheaves of entries in a row. Who looked at an incident is no part of its story, and of no sheaf."""
    story = [(at, entry) for at, entry in placed if entry.kind != Kind.CASE_VIEW]
    for _, alike in groupby(sorted(story, key=_likeness), key=_likeness):
        own = tuple(alike)
        head = own[0][1]
        yield Sheaf(
            incident,
            head.actor,
            head.marking,
            head.audience,
            tuple(whole_trace(entry, at) for at, entry in own),
            tuple((at, entry) for at, entry in own if entry.kind in FOLDED),
        )


def _likeness(placed: tuple[int, Entry]) -> tuple[str, str, tuple[str, ...]]:
    _, entry = placed
    return entry.actor.model_dump_json(), entry.marking, entry.audience


def folded(placed: Iterable[tuple[int, Entry]]) -> list[Entry]:
    """What changes the case, in its order."""
    return [entry for _, entry in sorted(placed, key=_position)]


def _position(placed: tuple[int, Entry]) -> int:
    return placed[0]


def written(sheaf: Sheaf) -> bytes:
    """A sheaf as it is stored."""
    return to_json(
        {
            "actor": sheaf.actor.model_dump(mode="json"),
            "marking": sheaf.marking,
            "audience": sheaf.audience,
            "traces": [
                (
                    each.id,
                    each.position,
                    each.kind,
                    each.at.isoformat() if each.at else None,
                    dict(each.facts),
                )
                for each in sheaf.traces
            ],
            "folded": [
                (at, entry.id, entry.kind, entry.at.isoformat(), entry.subject, entry.data, entry.texts)
                for at, entry in sheaf.folded
            ],
        }
    )


def read(incident: IncidentKey, stored: bytes) -> Sheaf:
    """A sheaf again. What it holds was checked when it was recorded, so it is not checked once more."""
    said: Mapping[str, Any] = from_json(stored)
    actor, marking = Actor.model_validate(said["actor"]), Marking(said["marking"])
    audience = tuple(said["audience"])
    organization, by_person = actor.organization, actor.kind is ActorKind.PERSON

    def trace(id: str, position: int, kind: str, at: str, facts: Mapping[str, str]) -> Trace:
        decided_at = datetime.fromisoformat(at)
        when = when_of(facts, decided_at) if facts else decided_at
        return Trace(id, position, kind, decided_at, organization, by_person, facts, when)

    def entry(row: Sequence[Any]) -> Entry:
        id, kind, at, subject, data, texts = row
        return Entry.model_construct(
            id=id,
            incident=incident,
            kind=kind,
            at=datetime.fromisoformat(at),
            actor=actor,
            subject=subject,
            data=data,
            texts=texts,
            marking=marking,
            audience=audience,
        )

    return Sheaf(
        incident,
        actor,
        marking,
        audience,
        tuple(trace(*row) for row in said["traces"]),
        tuple((row[0], entry(row[1:])) for row in said["folded"]),
    )
