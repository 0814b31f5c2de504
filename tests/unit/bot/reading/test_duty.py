"""Who is on call: the pager's word, the directory's where there is none, and which of the two it is."""

from datetime import UTC, datetime

from bot.connections import WiredConnections
from bot.reading.duty import on_call_in
from integrations.simulated.faults import FaultKind, Rule
from integrations.simulated.paging import SimulatedPaging
from integrations.simulated.world import World
from playbooks.domain.connection import Connection, Vendor, connection_id
from playbooks.domain.ids import OrganizationCode
from playbooks.domain.marking import Marking
from playbooks.domain.on_call import OnCallSource, Rung
from playbooks.ports.paging import OnCall
from tests.casts import directory

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
