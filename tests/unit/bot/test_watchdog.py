"""The watchdog: what it takes for silence, and where it has rooms moved."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from bot.watching.watchdog import Watchdog, Watched
from integrations.simulated.chat import SimulatedChat
from integrations.simulated.faults import FaultKind, Rule
from integrations.simulated.world import World
from playbooks.domain.case import Case
from playbooks.domain.command import Command, Outcome, Verdict
from playbooks.domain.connection import Connection, Vendor
from playbooks.domain.ids import ConnectionId, IncidentKey, OrganizationCode
from playbooks.domain.marking import Marking
from tests.casts import NOON, declared

CHATS = {
    id: Connection(
        id=ConnectionId(id),
        organization=OrganizationCode("UNHCR"),
        vendor=Vendor.SIMULATED_CHAT,
        ceiling=Marking.AMBER_STRICT,
    )
    for id in ("unhcr/chat", "unhcr/matrix")
}


class Scene:
    """UNHCR's room is on its first account for chat; it has another. What the watchdog asks for is kept."""

    def __init__(self, world: World, chats: tuple[str, ...] = tuple(CHATS)) -> None:
        self.world, self.now, self.given = world, NOON, list[Command]()
        self.compromised = frozenset[ConnectionId]()
        self.asked_for = ["unhcr/chat"]
        self.case = declared("unhcr-duty").case
        self.chats = [CHATS[id] for id in chats]
        self.dog = Watchdog(
            Watched(self.rooms, self.read, self, lambda _code: self.chats, self, self, lambda: self.now)
        )

    async def rooms(self) -> list[tuple[ConnectionId, IncidentKey]]:
        return [(ConnectionId(id), self.case.state.key) for id in self.asked_for]

    async def read(self, _key: IncidentKey) -> Case:
        return self.case

    def connection(self, id: ConnectionId) -> Connection:
        return CHATS[id]

    def port(self, id: ConnectionId) -> SimulatedChat:
        return SimulatedChat(self.world, CHATS.get(id, CHATS["unhcr/chat"]))

    async def on_duty(self, _id: ConnectionId) -> tuple[()]:
        return ()

    async def distrusted(self) -> frozenset[ConnectionId]:
        return self.compromised

    async def submit(self, command: Command) -> Verdict:
        self.given.append(command)
        return Verdict(outcome=Outcome.DONE, code="move.done")

    async def looks(self, times: int) -> None:
        for _look in range(times):
            await self.dog.step()
            self.now += timedelta(seconds=5)


@pytest.fixture
def world() -> Iterator[World]:
    made = World(":memory:", lambda: datetime.now(NOON.tzinfo))
    yield made
    made.close()


def silenced(world: World, fault: FaultKind = FaultKind.OUTAGE) -> None:
    world.switch_on(Rule(connection="unhcr/chat", method="health", fault=fault))


async def test_a_system_that_is_silent_for_long_enough_is_left_for_the_other_one(world: World) -> None:
    scene = Scene(world)
    silenced(world)
    await scene.looks(3)
    assert not scene.given, "a passing trouble moves nobody"
    await scene.looks(2)
    assert {each.args["connection"] for each in scene.given} == {"unhcr/matrix"}
    assert {each.args["because"] for each in scene.given} == {"down"}
    assert len({each.id for each in scene.given}) == 1, "one move, however often it is asked for"


async def test_where_there_is_no_other_musters_own_room_serves(world: World) -> None:
    scene = Scene(world, chats=("unhcr/chat",))
    silenced(world)
    await scene.looks(5)
    assert scene.given[0].args["connection"] == "web"


async def test_one_answer_in_between_and_the_silence_begins_anew(world: World) -> None:
    scene = Scene(world)
    silenced(world)
    await scene.looks(3)
    world.switch_off()
    await scene.looks(1)
    silenced(world)
    await scene.looks(3)
    assert not scene.given


async def test_a_refused_credential_is_no_silence(world: World) -> None:
    scene = Scene(world)
    silenced(world, FaultKind.DENIED)
    await scene.looks(6)
    assert not scene.given


async def test_what_was_left_as_down_and_declared_compromised_elsewhere_is_declared_so_here(
    world: World,
) -> None:
    scene, told = Scene(world), declared("unhcr-duty")
    told.do("unhcr-ciso", "move", connection="web", because="down", people=[])
    scene.case = told.case
    await scene.looks(1)
    assert not scene.given
    scene.compromised = frozenset({ConnectionId("unhcr/chat")})
    await scene.looks(1)
    assert [(each.args["connection"], each.args["because"]) for each in scene.given] == [
        ("web", "compromised")
    ]


async def test_who_is_invited_over_a_system_that_is_lost_is_called_too(world: World) -> None:
    scene, told = Scene(world), declared("unhcr-duty")
    told.do("unhcr-duty", "invite", organizations=["WFP"])
    scene.case = told.case
    scene.compromised = frozenset({ConnectionId("wfp/chat")})
    await scene.looks(1)
    assert not scene.given, "nothing was asked for there"
    scene.asked_for.append("wfp/chat")
    await scene.looks(1)
    assert [(each.actor.organization, each.args["because"]) for each in scene.given] == [
        ("WFP", "compromised")
    ]


async def test_what_was_declared_compromised_elsewhere_is_left_at_once(world: World) -> None:
    scene = Scene(world)
    scene.compromised = frozenset({ConnectionId("unhcr/chat")})
    await scene.looks(1)
    assert [(each.args["connection"], each.args["because"]) for each in scene.given] == [
        ("unhcr/matrix", "compromised")
    ]
