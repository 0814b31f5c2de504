"""Incidents in which every slot of every entry holds a word of its own: where it turns up, it was shown."""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from hashlib import sha256
from random import Random
from typing import Any

from playbooks.domain.circle.guest import vendor_of
from playbooks.domain.entry import Entry, entry_id
from playbooks.domain.errors import IncidentError
from playbooks.domain.fold import fold
from playbooks.domain.ids import CommandId, EvidenceId, IncidentKey, OrganizationCode
from playbooks.domain.kinds import Kind
from playbooks.domain.marking import Marking
from playbooks.domain.policy import is_known_to, is_party, is_published
from playbooks.domain.release import Reader, release
from tests.casts import Scene, actor, agreement, directory, naming

PEOPLE = ("unhcr-duty", "unhcr-ciso", "wfp-duty", "wfp-legal", "unicc-duty", "oict-duty", "ir-example-lead")
ORGANIZATIONS = (
    *(OrganizationCode(code) for code in ("UNHCR", "WFP", "UNICC", "UN", "FAO")),
    vendor_of("IR-EXAMPLE"),
)
AUDIENCES = ("parties", "community", "public", *ORGANIZATIONS, *(f"person:{who}" for who in PEOPLE))
_COMMANDS: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("unhcr-duty", "invite", {"organizations": ["WFP"]}), ("wfp-duty", "join", {}),
    ("unhcr-duty", "invite", {"organizations": ["UNICC"]}), ("unicc-duty", "join", {}), ("unicc-duty", "leave", {}),
    ("unhcr-duty", "severity", {"severity": "critical"}), ("unhcr-duty", "phase", {"phase": "respond"}),
    ("unhcr-duty", "retainer.activate", {"agreement": agreement().model_dump(mode="json")}),
    ("unhcr-duty", "retainer.admit", naming("ir-example-lead")),
    ("unhcr-duty", "task.add", {"organization": "UNHCR"}), ("unhcr-duty", "task.add", {"organization": "WFP"}),
    ("wfp-duty", "task.accept", {"task": "WFP-1"}), ("unhcr-duty", "update", {}), ("unhcr-duty", "close", {}),
    ("unhcr-duty", "ask", {"purpose": "status_call", "asked": ["WFP"], "deadline_minutes": 60}),
    ("unhcr-duty", "restrict", {"named": ["wfp-legal", "oict-duty"]}),
)  # fmt: skip


def word(entry: str, slot: str) -> str:
    """The word of one slot of one entry; letters and digits, so that no page writes it otherwise."""
    return f"cn{sha256(f'{entry}/{slot}'.encode()).hexdigest()[:12]}"


def an_incident(seed: int) -> tuple[Entry, ...]:
    """An incident that went as the rules let it, with entries of any marking, for anybody, by anybody among them."""
    chance, key = Random(seed), IncidentKey(f"INC-2026-{seed:04}")  # noqa: S311  the same each time, and no secret
    scene = Scene(key=key)
    how = {
        "marking": chance.choice((*Marking, Marking.AMBER_STRICT)).value,
        "restricted": chance.random() < 0.2,
    }
    scene.do("unhcr-duty", "declare", texts={"title": "t"}, severity="high", **how)
    told = list(scene.entries)
    for who, verb, args in _COMMANDS:
        if chance.random() < 0.6:
            with suppress(IncidentError):
                told += scene.do(who, verb, **args)
        told.append(_anything(key, len(told), chance))
    return tuple(_marked_everywhere(entry) for entry in told)


def _anything(key: IncidentKey, number: int, chance: Random) -> Entry:
    who = chance.choice(PEOPLE)
    file = sha256(word(entry_id(f"{key}/{number}"), "file").encode()).hexdigest()
    evidence = {"evidence": EvidenceId(f"E-{number}"), "sha256": file, "size": 16}
    published = {"version": 1, "marking": "TLP:GREEN"}
    kinds = (Kind.NOTE_ADD, Kind.NOTE_ADD, Kind.UPDATE_POST, Kind.EVIDENCE_RECEIVE, Kind.REVIEW_PUBLISH)
    kind = chance.choice(kinds)
    return Entry(
        id=entry_id(f"{key}/{number}"),
        incident=key,
        kind=kind,
        at=Scene().at,
        actor=actor(who),
        subject="incident",
        data={Kind.EVIDENCE_RECEIVE: evidence, Kind.REVIEW_PUBLISH: published}.get(kind, {}),
        texts={"summary" if kind is Kind.REVIEW_PUBLISH else "note": ""},
        marking=chance.choice(tuple(Marking)),
        audience=tuple(chance.sample(AUDIENCES, chance.randint(0, 3))),
    )


def _marked_everywhere(entry: Entry) -> Entry:
    texts = {name: word(entry.id, "texts") for name in entry.texts or {"note": ""}}
    data = {**entry.data, "remark": word(entry.id, "data"), "origin": word(entry.id, "who")}
    cause = CommandId(word(entry.id, "cause"))
    return entry.model_copy(update={"texts": texts, "data": data, "cause": cause})


_SLOTS = {"texts": "texts", "data": "data", "who": "who", "cause": "cause"}


def may_see(reader: Reader, told: Iterable[Entry]) -> Iterator[str]:
    """The words of one incident that this reader may see, by the rule."""
    entries = tuple(told)
    state = fold(IncidentKey(entries[0].incident or ""), entries).state
    knows = is_known_to(reader.person, reader.organization, state)
    party = is_party(reader.person, reader.organization, state)
    placed = reader.model_copy(update={"party_to": (state.key,) if party else ()})
    for entry in entries:
        for slot in _SLOTS.keys() & release(entry, placed):
            if knows or is_published(entry):
                yield word(entry.id, slot)


def all_words(told: Iterable[Entry]) -> dict[str, str]:
    """Each word with where it stands."""
    return {
        word(entry.id, slot): f"{entry.incident} {entry.kind} {slot}" for entry in told for slot in _SLOTS
    }


def reader_of(who: str, **more: Any) -> Reader:
    """A person of the directory as a reader."""
    person = directory().person(who)
    return Reader(organization=person.organization, person=person.id, **more)
