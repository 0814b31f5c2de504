"""Who is on call: the pager's word, the directory's where there is none, and which of the two it is."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.connections import WiredConnections
from bot.reading.duty import on_call_in
from bot.reading.on_call_told import told_on_call
from integrations.rota.paging import RotaPaging
from integrations.simulated.faults import FaultKind, Rule
from integrations.simulated.paging import SimulatedPaging
from integrations.simulated.world import World
from playbooks.domain.connection import Connection, Vendor, connection_id
from playbooks.domain.document import plain
from playbooks.domain.errors import Transient
from playbooks.domain.ids import OrganizationCode
from playbooks.domain.marking import Marking
from playbooks.domain.on_call import Gap, Ladder, OnCallNow, OnCallSource, Rung, Step, Target
from playbooks.ports.paging import OnCall
from playbooks.texts import load_texts
from tests.casts import directory
from tests.contract.own_pages import MemoryPages
from tests.rotas import UNHCR_WEEKLY, rotas

UNHCR = OrganizationCode("UNHCR")
UNTIL = datetime(2026, 11, 23, 8, tzinfo=UTC)
PAGER = Connection(
    id=connection_id(UNHCR, "pager"),
    organization=UNHCR,
    vendor=Vendor.SIMULATED_PAGING,
    ceiling=Marking.GREEN,
)


def _wired(world: World, *on_call: OnCall) -> WiredConnections:
    return WiredConnections(
        [PAGER], lambda connection: SimulatedPaging(world, connection, on_call=on_call), ()
    )


def _world() -> World:
    return World(":memory:", lambda: UNTIL)


async def test_the_pager_says_who_and_until_when() -> None:
    pager = _wired(_world(), OnCall(account="PFIRST", until=UNTIL), OnCall(account="PSECOND", level=2))
    now = await on_call_in(directory(), pager)(UNHCR)
    assert now.source is OnCallSource.PAGER
    assert now.rungs == (Rung(who="PFIRST", until=UNTIL), Rung(who="PSECOND", level=2))


async def test_whom_the_directory_knows_is_told_by_handle() -> None:
    people = directory()
    duty = people.person("unhcr-duty").model_copy(update={"identities": {"unhcr/pager": "PFIRST"}})
    known = people.model_copy(update={"people": (duty,)})
    now = await on_call_in(known, _wired(_world(), OnCall(account="PFIRST")))(UNHCR)
    assert [rung.who for rung in now.rungs] == ["unhcr-duty"]


async def test_without_a_pager_the_directory_says_who() -> None:
    for connections in (None, _wired(_world())):
        now = await on_call_in(directory(), connections)(UNHCR)
        assert (now.source, [rung.who for rung in now.rungs]) == (OnCallSource.DIRECTORY, ["unhcr-duty"])


async def test_a_pager_that_does_not_answer_is_answered_for_and_said_to_be_away() -> None:
    world = _world()
    world.switch_on(Rule(connection=PAGER.id, fault=FaultKind.OUTAGE))
    now = await on_call_in(directory(), _wired(world, OnCall(account="PFIRST")))(UNHCR)
    assert (now.source, [rung.who for rung in now.rungs]) == (OnCallSource.AWAY, ["unhcr-duty"])


async def test_whose_turn_is_next_is_told_when_it_is_asked_for(tmp_path: Path) -> None:
    file = tmp_path / "rotas.yaml"
    file.write_text(UNHCR_WEEKLY.replace("people: [unhcr-duty]", "people: [unhcr-duty, unhcr-legal]"))
    kept = rotas(file)
    wired = WiredConnections(
        [PAGER.model_copy(update={"vendor": Vendor.ROTA})],
        lambda connection: RotaPaging(connection, kept, MemoryPages(), lambda: UNTIL),
    )
    on_call = on_call_in(directory(), wired, kept, lambda: UNTIL)
    assert (await on_call(UNHCR)).ahead == ()
    week = (await on_call(UNHCR, ahead=timedelta(days=8))).ahead
    assert week
    assert all(UNTIL < shift.start_at < UNTIL + timedelta(days=8) for shift in week)
    (now, *_) = (await on_call(UNHCR)).rungs
    assert (week[0].level, week[0].start_at) == (1, now.until)
    assert {week[0].who, now.who} == {"unhcr-duty", "unhcr-legal"}
    assert week[0].end_at is None, "a shift goes on beyond what was looked at; that is not when it ends"
    told = plain(told_on_call(load_texts(), await on_call(UNHCR, ahead=timedelta(days=8)), is_own=True))
    assert re.search(r"unhcr-legal from \S+ \S+ UTC$", told, re.MULTILINE)


def test_more_gaps_than_are_listed_are_counted() -> None:
    gaps = tuple(Gap(level=1, start_at=UNTIL + timedelta(days=day)) for day in range(13))
    rungs = (Rung(who="unhcr-duty"),)
    now = OnCallNow(organization=UNHCR, source=OnCallSource.ROTA, rungs=rungs, gaps=gaps)
    assert "and 3 more" in plain(told_on_call(load_texts(), now, is_own=True))


class Laddering(SimulatedPaging):
    """Tells how it is set up, when it may."""

    away = False

    async def ladder(self) -> Ladder:
        if self.away:
            raise Transient("It does not answer.")
        step = Step(level=1, targets=(Target(name="On-call engineer", account="PFIRST"), Target(name="SOC")))
        return Ladder(service="SOC", policy="Default", steps=(step,))


async def test_how_pages_escalate_is_told_by_handle_and_who_is_on_call_does_not_wait_for_it() -> None:
    people = directory()
    duty = people.person("unhcr-duty").model_copy(update={"identities": {"unhcr/pager": "PFIRST"}})
    known, world = people.model_copy(update={"people": (duty,)}), _world()
    port = Laddering(world, PAGER, on_call=(OnCall(account="PFIRST"),))
    on_call = on_call_in(known, WiredConnections([PAGER], lambda _: port, ()), now=lambda: UNTIL)
    told = await on_call(UNHCR, ahead=timedelta(days=7))
    assert told.ladder is not None
    assert [each.name for each in told.ladder.steps[0].targets] == ["unhcr-duty", "SOC"]
    assert (await on_call(UNHCR)).ladder is None, "of another organization it is not asked"
    port.away = True
    told = await on_call(UNHCR, ahead=timedelta(days=7))
    assert (told.ladder, [each.who for each in told.rungs]) == (None, ["unhcr-duty"])
