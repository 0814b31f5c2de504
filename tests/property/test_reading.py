"""The database's own policy against `release`: over any entries and any reader, both give the same."""

import json
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from typing import Any

import psycopg
import pytest
import pytest_asyncio
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from psycopg import sql
from psycopg.rows import dict_row

from bot.reading.triage import TriageBoard
from bot.reading.views import RecordViews
from integrations.postgres.alert_groups import PostgresAlertGroups
from integrations.postgres.card_making import make_cards
from integrations.postgres.database import Pool, connected, open_pool, open_reading_pool, transaction
from integrations.postgres.reading import PostgresReading, reading, set_reader
from integrations.postgres.record import PostgresRecord
from integrations.simulated.listing import listed
from integrations.simulated.reading import line_of
from playbooks.domain.actor import Actor, ActorKind
from playbooks.domain.case import Case
from playbooks.domain.entry import Entry, entry_id
from playbooks.domain.errors import IncidentError, NotFound
from playbooks.domain.fold import fold
from playbooks.domain.ids import IncidentKey, OrganizationCode
from playbooks.domain.incident import Severity
from playbooks.domain.kinds import Kind
from playbooks.domain.marking import Marking
from playbooks.domain.policy import is_known_to, is_party, is_published
from playbooks.domain.proof.slots import SLOTS
from playbooks.domain.release import PARTIES, UNATTRIBUTED, Reader, cut, release, show
from playbooks.figures.facts import IncidentFacts, facts_of
from playbooks.ports.listing import Sort, Wanted, Which
from playbooks.ports.views import IncidentLine
from tests.casts import KEY, NOON, Scene, actor, agreement, naming
from tests.property.test_release import (
    AUDIENCES,
    OF,
    ORGANIZATIONS,
    PEOPLE,
    VENDOR,
    entries,
    markings,
    readers,
)
from tests.worlds import no_playbook

_numbers = count(1)
_within = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@dataclass
class Shelf:
    """A database with a writer's and a reader's way in."""

    writers: Pool
    reading: PostgresReading
    readers: Pool

    @property
    def record(self) -> PostgresRecord:
        return PostgresRecord(self.writers)


@pytest_asyncio.fixture
async def shelf(database: str) -> AsyncIterator[Shelf]:
    async with open_pool(database) as writers, open_reading_pool(database) as readers:
        yield Shelf(writers, PostgresReading(readers), readers)


def _key() -> IncidentKey:
    return IncidentKey(f"INC-2026-{next(_numbers):06}")


_MOVES = (
    *(Kind.PARTY_INVITE, Kind.PARTY_JOIN, Kind.PARTY_LEAVE, Kind.RESTRICT),
    *(Kind.GUEST_ADMIT, Kind.GUEST_LEAVE),
)


@st.composite
def standings(draw: st.DrawFn) -> list[tuple[Kind, dict[str, object]]]:
    """What decides who may know: who leads, who was asked, came and left, and whom it was restricted to."""
    restricted = draw(st.booleans())
    named = draw(st.lists(st.sampled_from(PEOPLE), max_size=2, unique=True))
    declared = {"lead": draw(st.sampled_from(ORGANIZATIONS)), "restricted": restricted, "named": named}
    moves: list[tuple[Kind, dict[str, object]]] = [
        (Kind.DECLARE, {**declared, "class": "other", "severity": "high", "marking": "TLP:GREEN"})
    ]
    for _ in range(draw(st.integers(0, 5))):
        kind = draw(st.sampled_from(_MOVES))
        if kind in (Kind.GUEST_ADMIT, Kind.GUEST_LEAVE):
            first = {
                "lead": declared["lead"],
                "severity": "low",
                "class": "other",
                "declared_at": NOON.isoformat(),
            }
            moves.append(
                (kind, {"person": "ir-example-lead", "organization": VENDOR, "call": "V-1", **first})
            )
        elif kind is Kind.RESTRICT:
            moves.append((kind, {"named": draw(st.lists(st.sampled_from(PEOPLE), max_size=2, unique=True))}))
        else:
            moves.append((kind, {"organization": draw(st.sampled_from(ORGANIZATIONS)), "declared_at": NOON.isoformat(),
                                 "lead": declared["lead"], "severity": "low", "class": "other"}))  # fmt: skip
    return moves


def _placed_in(entry: Entry, key: IncidentKey, number: int, **said: object) -> Entry:
    placed = {"id": entry_id(f"{key}/{number}"), "incident": key, "at": NOON + timedelta(seconds=number)}
    return entry.model_copy(update={**placed, **said})


_SAID: tuple[dict[str, Any], ...] = (
    {"kind": Kind.NOTE_ADD},
    {"kind": Kind.REVIEW_PUBLISH, "data": {"version": 1, "marking": "TLP:GREEN"}},
)


_JOINED: list[tuple[Kind, dict[str, object]]] = [
    (Kind.DECLARE, {"lead": "UNHCR", "class": "other", "severity": "high", "marking": "TLP:GREEN"}),
    (Kind.PARTY_JOIN, {"organization": "WFP"}),
]
_UNATTRIBUTED = Entry(
    id=entry_id("unattributed"),
    incident=KEY,
    kind=Kind.NOTE_ADD,
    at=NOON,
    actor=actor("unhcr-duty"),
    subject="part/UNHCR",
    data={"organization": "UNHCR"},
    marking=Marking.GREEN,
    audience=(PARTIES, UNATTRIBUTED),
)


@_within
@example([_UNATTRIBUTED], _JOINED, [PARTIES], Marking.RED)
@given(
    st.lists(entries, min_size=1, max_size=6),
    standings(),
    st.lists(st.sampled_from(AUDIENCES), max_size=3, unique=True),
    markings,
)
async def test_the_database_gives_a_reader_the_entries_that_release_gives_and_no_others(
    shelf: Shelf,
    said: list[Entry],
    moves: list[tuple[Kind, dict[str, object]]],
    audience: list[str],
    ceiling: Marking,
) -> None:
    key = _key()
    told = [
        _placed_in(said[0], key, number, kind=kind, data=data, audience=tuple(audience))
        for number, (kind, data) in enumerate(moves)
    ]
    told += [
        _placed_in(each, key, number, **_SAID[number % 2])
        for number, each in enumerate(said, start=len(told))
    ]
    await shelf.record.append(told)
    case = fold(key, told)
    for each in _everybody(Marking.RED, ceiling):
        expected = _expected(each, case, told)
        got = [entry async for _, entry in shelf.reading.entries(each, key)]
        assert sorted(entry.id for entry in got) == sorted(entry.id for entry in expected), each
        found = await shelf.reading.entries_by_id(each, [entry.id for entry in told])
        assert [entry.id for entry in found] == [entry.id for entry in expected]
        placed = _as_party(each, case)
        assert [show(entry, placed) for entry in found] == [show(entry, placed) for entry in expected]
        await _given_slot_by_slot(shelf, placed, expected)


SALT = bytes(16)
OF_SLOTS = {
    "organization": ("author",),
    "who": ("lead", "party", "commander", "commander_of", "asked", "demand"),
}
"""Columns of cards that name somebody, by the slot that they are made from."""


async def _given_slot_by_slot(shelf: Shelf, reader: Reader, expected: Sequence[Entry]) -> None:
    """What the database itself gives is what the rule gives, slot by slot; and no salt to guess the others with."""
    ids = [entry.id for entry in expected]
    async with shelf.reading.open(reader) as connection:
        bodies = await connection.execute("SELECT * FROM body WHERE entry = ANY(%s)", (ids,))
        rows = {row[0]: row[1:-1] for row in await bodies.fetchall()}
        cards = connection.cursor(row_factory=dict_row)
        await cards.execute("SELECT * FROM card WHERE entry = ANY(%s)", (ids,))
        on_cards = {row["entry"]: row for row in await cards.fetchall()}
    for entry in expected:
        given, (salts, *values) = release(entry, reader), rows[entry.id]
        for number, (slot, value) in enumerate(zip(SLOTS, values, strict=True)):
            salt = salts[number * len(SALT) : (number + 1) * len(SALT)]
            assert (salt != SALT) == (slot in given), (slot, reader)
            if slot == "audience" and slot not in given:
                hers = {reader.organization, f"person:{reader.person}", "public", UNATTRIBUTED}
                assert set(json.loads(value)) <= hers
            else:
                assert (value is not None) == (slot in given), (slot, reader)
        for slot, columns in OF_SLOTS.items():
            if slot not in given:
                assert not any(on_cards[entry.id][column] for column in columns)
        if "organization" in given:
            assert on_cards[entry.id]["author"] == entry.actor.organization


def _everybody(*ceilings: Marking) -> Iterator[Reader]:
    for ceiling in {*ceilings}:
        for rule in {False, ceiling is Marking.RED}:
            told = Reader(organization=None, ceiling=ceiling, chatham_house=rule)
            yield told
            yield from (told.model_copy(update={"organization": code}) for code in ORGANIZATIONS)
            yield from (told.model_copy(update={"organization": OF[who], "person": who}) for who in PEOPLE)


def _expected(reader: Reader, case: Case, told: Sequence[Entry]) -> list[Entry]:
    knows = is_known_to(reader.person, reader.organization, case.state)
    placed = _as_party(reader, case)
    return [entry for entry in told if (knows or is_published(entry)) and release(entry, placed)]


def _as_party(reader: Reader, case: Case) -> Reader:
    party = is_party(reader.person, reader.organization, case.state)
    return reader.model_copy(update={"party_to": (case.state.key,) if party else ()})


COMMANDS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("invite", {"organizations": ["WFP"]}), ("invite", {"organizations": ["UNICC"]}), ("join", {}), ("leave", {}),
    ("severity", {"severity": "critical"}), ("severity", {"severity": "low"}), ("phase", {"phase": "respond"}),
    ("close", {}), ("reopen", {}), ("restrict", {"named": ["wfp-duty", "unicc-duty"]}),
    ("task.add", {"organization": "WFP"}), ("task.add", {"organization": "UNHCR"}), ("task.accept", {"task": "WFP-1"}),
    ("task.done", {"task": "WFP-1"}), ("task.done", {"task": "UNHCR-1"}), ("task.decline", {"task": "WFP-1"}),
    ("ask", {"purpose": "status_call", "asked": ["WFP"], "deadline_minutes": 60}),
    ("transfer", {"person": "wfp-duty", "person_organization": "WFP", "person_office": None}),
    ("note", {}),
    ("retainer.activate", {"agreement": agreement().model_dump(mode="json")}),
    ("retainer.admit", naming("ir-example-lead")), ("retainer.dismiss", naming("ir-example-lead")),
    ("say", {"joint": "v-1"}), ("share", {"to": [VENDOR], "entry_audience": ["parties"]}),
)  # fmt: skip
ACTORS = ("unhcr-duty", "unhcr-ciso", "wfp-duty", "wfp-ciso", "unicc-duty", "ir-example-lead")


@st.composite
def scenes(draw: st.DrawFn) -> Scene:
    """An incident as the rules let it go: what is refused is left out."""
    scene = Scene(key=_key())
    scene.do(
        "unhcr-duty",
        "declare",
        texts={"title": f"Incident {scene.key}"},
        severity="medium",
        marking=draw(st.sampled_from((*Marking, Marking.AMBER_STRICT))).value,
        restricted=draw(st.sampled_from((False, False, True))),
    )
    for who, (verb, args) in draw(
        st.lists(st.tuples(st.sampled_from(ACTORS), st.sampled_from(COMMANDS)), max_size=25)
    ):
        with suppress(IncidentError):
            scene.do(who, verb, **args)
    return scene


@_within
@given(scenes(), st.lists(readers(), min_size=4, max_size=8))
async def test_a_line_of_the_list_is_what_folding_the_reader_s_own_entries_gives(
    shelf: Shelf, scene: Scene, who: list[Reader]
) -> None:
    await shelf.record.append(scene.entries)
    views = RecordViews(
        shelf.reading,
        shelf.record,
        TriageBoard(lambda _: PostgresAlertGroups(shelf.writers)),
        lambda: NOON,
        no_playbook,
    )
    for each in who:
        lines = {line.key: line for line in (await shelf.reading.incidents(each, Wanted())).lines}
        expected = _line(each, scene)
        assert lines.get(scene.key) == expected
        if expected is None:
            with pytest.raises(NotFound):
                await views.case(each, scene.key)
        else:
            case = await views.case(each, scene.key)
            assert case == fold(scene.key, _cut(each, scene))


LATER: tuple[tuple[str, Kind, dict[str, Any]], ...] = (
    ("unhcr-duty", Kind.ALERTS_ATTACH, {"count": 3}),
    ("unhcr-duty", Kind.RUN_START, {"run": "R-1", "playbook": "ransomware"}),
    ("wfp-duty", Kind.NOTE_ADD, {"happened_at": (NOON - timedelta(hours=2)).isoformat()}),
    ("unhcr-ciso", Kind.ITEM_ADD, {"item": "A-1", "organization": "UNHCR", "due_at": NOON.isoformat()}),
    ("unhcr-ciso", Kind.ITEM_DONE, {"item": "A-1"}),
    ("wfp-duty", Kind.ANSWER_GIVE, {"consultation": "C-1", "organization": "WFP"}),
    ("unhcr-ciso", Kind.REVIEW_PUBLISH, {"version": 1, "marking": "TLP:AMBER"}),
    ("unhcr-duty", Kind.PHASE_CHANGE, {"phase": "recover"}),
    ("wfp-ciso", Kind.CASE_VIEW, {"what": "page"}),
    ("muster", Kind.ALERTS_GROUP, {"group": "G-1"}),
)


@settings(_within, max_examples=30)
@given(
    scenes(),
    st.lists(st.tuples(st.sampled_from(LATER), st.sampled_from(AUDIENCES), markings), max_size=8),
    st.lists(readers(), min_size=2, max_size=4),
)
async def test_the_database_counts_as_the_figures_read_off_a_story_do_for_every_reader(
    shelf: Shelf,
    scene: Scene,
    later: list[tuple[tuple[str, Kind, dict[str, Any]], str, Marking]],
    who: list[Reader],
) -> None:
    told = list(scene.entries)
    for number, ((author, kind, data), audience, marking) in enumerate(later):
        entry = told[0].model_copy(update={"kind": kind, "data": data, "marking": marking, "texts": {}})
        person = MUSTER if author == "muster" else actor(author)
        told.append(_placed_in(entry, scene.key, -1 - number, actor=person, audience=(audience,)))
    await shelf.record.append(told)
    for each in (CISO, *who):
        found = {facts.key: facts for facts in await shelf.reading.facts(each)}
        assert found.get(scene.key) == _facts(each, scene, told)


def _facts(reader: Reader, scene: Scene, told: Sequence[Entry]) -> IncidentFacts | None:
    if not is_known_to(reader.person, reader.organization, scene.state):
        return None
    placed = _as_party(reader, scene.case)
    return facts_of(scene.key, (show(entry, placed) for entry in told if entry.kind != Kind.CASE_VIEW))


wanteds = st.builds(
    Wanted,
    which=st.sampled_from(Which),
    severity=st.none() | st.sampled_from(Severity),
    organization=st.sampled_from(("", "", "WFP", "UNICC", "FAO")),
    sort=st.sampled_from(Sort),
    most=st.none() | st.integers(1, 4),
    page=st.integers(1, 5),
)


@settings(_within, max_examples=60)
@given(
    st.lists(st.tuples(scenes(), st.integers(0, 3), st.booleans()), min_size=1, max_size=3),
    st.lists(readers(), min_size=1, max_size=2),
    st.lists(wanteds, min_size=2, max_size=4),
)
async def test_the_database_filters_sorts_counts_and_leafs_as_lists_do_for_every_reader(
    shelf: Shelf, told: list[tuple[Scene, int, bool]], who: list[Reader], asked: list[Wanted]
) -> None:
    """Incidents of earlier examples are there too; several were declared in the same second."""
    for scene, later, closes in told:
        if closes:
            with suppress(IncidentError):
                scene.do("unhcr-duty", "close")
        moved = timedelta(minutes=later)
        await shelf.record.append([each.model_copy(update={"at": each.at + moved}) for each in scene.entries])
    some = {scene.key for scene, _, _ in told}
    for each in (CISO, *who):
        whole = (await shelf.reading.incidents(each, Wanted())).lines
        for wanted in (*(Wanted(sort=sort, which=which) for sort in Sort for which in Which), *asked):
            assert await shelf.reading.incidents(each, wanted) == listed(whole, wanted)
        assert await shelf.reading.incidents(each, asked[0], some) == listed(whole, asked[0], some)


def _cut(reader: Reader, scene: Scene) -> list[Entry]:
    if not is_known_to(reader.person, reader.organization, scene.state):
        return []
    as_party = _as_party(reader, scene.case)
    return [released for entry in scene.entries if (released := cut(entry, as_party)) is not None]


def _line(reader: Reader, scene: Scene) -> IncidentLine | None:
    return line_of(fold(scene.key, _cut(reader, scene)))


@_within
@given(st.lists(scenes(), max_size=3))
async def test_cards_made_again_from_the_record_are_those_that_were_written_with_it(
    shelf: Shelf, told: list[Scene]
) -> None:
    """And lines that go on entry by entry are those that are folded at once."""
    for scene in told:
        for entry in scene.entries:
            await shelf.record.append([entry])
    written = await _cards(shelf)
    async with transaction(shelf.writers) as connection:
        await make_cards(connection)
    assert await _cards(shelf) == written


async def _cards(shelf: Shelf) -> list[object]:
    async with connected(shelf.writers) as connection:
        cards = await connection.execute("SELECT to_jsonb(card) - 'seq' FROM card ORDER BY incident, seq")
        standing = await connection.execute("SELECT * FROM standing ORDER BY incident, who")
        restricted = await connection.execute("SELECT * FROM restricted ORDER BY incident")
        lines = await connection.execute(_LINES)
        return [await each.fetchall() for each in (cards, standing, restricted, lines)]


_LATEST = ("lead", "incident_class", "severity", "phase", "overall", "declared_at", "closed_at")
_SETS = ("persons", "organizations", "parties")
_LINES = sql.SQL("SELECT incident, strictness, reach, {}, {} FROM kept_line ORDER BY incident").format(
    sql.SQL(", ").join(
        sql.SQL("said({})").format(sql.Identifier(name)) for name in ("title_entry", *_LATEST)
    ),
    sql.SQL(", ").join(
        sql.SQL("ARRAY(SELECT unnest({}) ORDER BY 1)").format(sql.Identifier(name)) for name in _SETS
    ),
)
"""Without the places, which are others when all is made again."""


OPEN = (
    "card",
    "standing",
    "entry",
    "body",
    "arrival",
    "leaf",
    "head",
    "alert_group",
    "kept_line",
    "incident_line",
    "open_item",
)
CLOSED = (
    *("command", "inbox", "outbox", "effect", "decision", "content", "delivery", "restricted"),
    *("incident", "passkey", "recovery_code", "web_session", "enrolment", "lease", "migration", "read_model"),
)


async def test_a_question_that_names_no_reader_gets_nothing(shelf: Shelf) -> None:
    await shelf.record.append(_public().entries)
    async with shelf.readers.connection() as connection:
        for table in OPEN:
            assert await (await connection.execute(_all_of(table))).fetchall() == [], table


async def test_a_reader_is_forgotten_with_her_transaction(shelf: Shelf) -> None:
    await shelf.record.append(_public().entries)
    async with shelf.readers.connection() as connection:
        async with connection.transaction():
            await set_reader(connection, CISO)
            assert await (await connection.execute("SELECT * FROM card")).fetchall() != []
        assert await (await connection.execute("SELECT * FROM card")).fetchall() == []


async def test_what_is_not_for_reading_is_closed_to_readers(shelf: Shelf) -> None:
    for table in (*OPEN[:9], *CLOSED):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            async with reading(shelf.readers, CISO) as connection:
                await connection.execute(_all_of("public", table))


async def test_a_reader_writes_nothing_even_where_it_says_that_it_may(shelf: Shelf) -> None:
    async with reading(shelf.readers, CISO) as connection:
        assert await (await connection.execute("SHOW transaction_read_only")).fetchone() == ("on",)
    for statement in (
        b"DELETE FROM public.card",
        b"UPDATE public.standing SET knows = true",
        b"TRUNCATE public.body",
    ):
        async with shelf.readers.connection() as connection:
            await connection.execute("SET default_transaction_read_only = off")
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                await connection.execute(statement)


async def test_a_label_that_the_database_does_not_know_counts_as_red(shelf: Shelf) -> None:
    scene = _public()
    await shelf.record.append(scene.entries)
    async with connected(shelf.writers) as connection:
        await connection.execute("UPDATE card SET marking = 'TLP:PURPLE'")
    author = Reader(organization=OF["unhcr-duty"], person="unhcr-duty")
    ids = [entry.id for entry in scene.entries]
    assert await shelf.reading.entries_by_id(CISO, ids) == ()
    assert (
        await shelf.reading.entries_by_id(author.model_copy(update={"ceiling": Marking.AMBER_STRICT}), ids)
        == ()
    )
    assert len(await shelf.reading.entries_by_id(author, ids)) == len(ids)


MUSTER = Actor(id="muster", kind=ActorKind.TIMER, organization=OrganizationCode("UNHCR"))
CISO = Reader(organization=OF["unhcr-ciso"], person="unhcr-ciso")


def _public() -> Scene:
    scene = Scene(key=_key())
    scene.do("unhcr-duty", "declare", severity="high", marking="TLP:CLEAR")
    return scene


def _all_of(*name: str) -> sql.Composed:
    return sql.SQL("SELECT * FROM {}").format(sql.Identifier(*name))
