"""The reconciler's rounds: fair to every thing, patient with slow vendors, sparing of each connection."""

import asyncio
from collections.abc import Iterator
from datetime import datetime

import pytest

from bot.reconciling import rounds as rounds_module
from bot.reconciling.rounds import Hearing, Rounds
from playbooks.domain.command import Command, Outcome, Verdict
from playbooks.domain.connection import Connection, Vendor
from playbooks.domain.errors import Denied, Transient
from playbooks.domain.ids import ConnectionId, EffectId, IncidentKey, OrganizationCode
from playbooks.domain.marking import Marking
from playbooks.domain.organization import Person
from playbooks.domain.reconciling import Kept, Thing
from playbooks.domain.seen import Seen, SeenAs
from playbooks.ports.notices import Notice
from playbooks.ports.operator import Concern
from tests.casts import KEY, NOON

HERS, THEIRS = ConnectionId("unhcr/tickets"), ConnectionId("wfp/tickets")


class Vendors:
    """Trackers at which tickets stand as they should; what was looked at is kept, in its order."""

    def __init__(self) -> None:
        self.looked: list[str] = []
        self.silent: set[ConnectionId] = set()
        self.refusing: set[ConnectionId] = set()
        self.held: dict[ConnectionId, asyncio.Event] = {}
        self.compromised: set[ConnectionId] = set()
        self.bare: set[str] = set()
        self.furnished: list[tuple[str, EffectId, str]] = []
        self.concerns: list[Concern] = []
        self.commands: list[Command] = []
        self.kept: list[tuple[IncidentKey, Kept]] = []
        self.rounds = Rounds(
            self,
            self,
            Hearing(self._take, self._follow, self._person, self._distrusted),
            self,
            self,
            lambda: NOON,
        )

    def stands(self, connection: ConnectionId, *refs: str) -> None:
        for ref in refs:
            effect = EffectId(f"{connection}/{ref}/ticket.create/incident")
            self.kept.append((KEY, Kept(thing=Thing.TICKET, effect=effect, connection=connection, ref=ref)))

    async def standing(self, _at: datetime) -> Iterator[tuple[IncidentKey, Kept]]:
        return iter(self.kept)

    def connection(self, id: ConnectionId) -> Connection:
        organization = OrganizationCode(id.partition("/")[0].upper())
        return Connection(
            id=id, organization=organization, vendor=Vendor.SIMULATED_TICKETING, ceiling=Marking.AMBER
        )

    def port(self, id: ConnectionId) -> "Tracker":
        return Tracker(self, id)

    async def on_duty(self, _id: ConnectionId) -> tuple[()]:
        return ()

    async def submit(self, command: Command) -> Verdict:
        self.commands.append(command)
        return Verdict(outcome=Outcome.DONE, code="compare.done")

    async def tell(self, concern: Concern) -> None:
        self.concerns.append(concern)

    async def _take(self, _id: ConnectionId, _notice: Notice, _at: datetime) -> bool:
        return True

    async def _follow(self, _effect: EffectId, _ref: str) -> None:
        raise NotImplementedError

    async def _distrusted(self) -> frozenset[ConnectionId]:
        return frozenset(self.compromised)

    def _person(self, _connection: Connection, _account: str) -> Person | None:
        return None


class Tracker:
    """One of them, as its adapter gives it."""

    def __init__(self, vendors: Vendors, id: ConnectionId) -> None:
        self._vendors, self._id = vendors, id

    async def look(self, ref: str) -> Seen:
        self._vendors.looked.append(ref)
        if (held := self._vendors.held.get(self._id)) is not None:
            await held.wait()
        if self._id in self._vendors.silent:
            raise Transient("Nobody answers.")
        if self._id in self._vendors.refusing:
            raise Denied("The credential is refused.")
        return Seen(as_=SeenAs.FRESH, ref=ref, is_bare=ref in self._vendors.bare)

    def furnish(self, room: str, opener: EffectId, topic: str) -> None:
        self._vendors.furnished.append((room, opener, topic))


async def test_a_round_looks_at_so_many_of_a_connection_and_the_next_ones_at_the_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(rounds_module, "MOST", 2)
    vendors = Vendors()
    vendors.stands(HERS, "SEC-1", "SEC-2", "SEC-3")
    for _round in range(3):
        await vendors.rounds.step()
    assert vendors.looked == ["SEC-1", "SEC-2", "SEC-3", "SEC-1", "SEC-2", "SEC-3"]


async def test_what_is_new_is_looked_at_before_what_was_seen_already(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rounds_module, "MOST", 1)
    vendors = Vendors()
    vendors.stands(HERS, "SEC-1")
    await vendors.rounds.step()
    vendors.stands(HERS, "SEC-2")
    await vendors.rounds.step()
    assert vendors.looked == ["SEC-1", "SEC-2"]


async def test_a_vendor_that_is_slow_keeps_no_other_waiting() -> None:
    vendors = Vendors()
    vendors.stands(HERS, "SEC-1")
    vendors.stands(THEIRS, "OPS-1", "OPS-2")
    vendors.held[HERS] = asyncio.Event()
    going = asyncio.create_task(vendors.rounds.step())
    async with asyncio.timeout(30):
        while vendors.looked[-1:] != ["OPS-2"]:
            await asyncio.sleep(0)
    assert not going.done()
    vendors.held[HERS].set()
    assert await going == 0


async def test_a_connection_that_is_silent_is_left_for_the_next_round_which_begins_with_another_thing() -> (
    None
):
    vendors = Vendors()
    vendors.stands(HERS, "SEC-1", "SEC-2")
    vendors.stands(THEIRS, "OPS-1")
    vendors.silent.add(HERS)
    await vendors.rounds.step()
    assert sorted(vendors.looked) == ["OPS-1", "SEC-1"]
    await vendors.rounds.step()
    assert sorted(vendors.looked) == ["OPS-1", "OPS-1", "SEC-1", "SEC-2"]


async def test_a_credential_that_is_refused_is_told_once_in_a_round() -> None:
    vendors = Vendors()
    vendors.stands(HERS, "SEC-1", "SEC-2")
    vendors.refusing.add(HERS)
    await vendors.rounds.step()
    assert [concern.connection for concern in vendors.concerns] == [HERS]


async def test_what_agrees_is_no_command() -> None:
    vendors = Vendors()
    vendors.stands(HERS, "SEC-1")
    await vendors.rounds.step()
    assert (vendors.looked, vendors.commands) == (["SEC-1"], [])


async def test_a_room_that_was_left_bare_is_furnished_but_not_where_nothing_may_be_sent_nor_when_it_is_over() -> (
    None
):
    vendors = Vendors()
    trusted, compromised = ConnectionId("unhcr/chat"), ConnectionId("wfp/chat")
    for connection, ref, is_over in (
        (trusted, "C1", False),
        (trusted, "C2", True),
        (trusted, "C3", False),
        (compromised, "C4", False),
    ):
        opener = EffectId(f"{connection}/{KEY}/room.open/room")
        room = Kept(
            thing=Thing.ROOM,
            effect=opener,
            connection=connection,
            ref=ref,
            is_over=is_over,
            topic="TLP:AMBER",
        )
        vendors.kept.append((KEY, room))
    vendors.bare, vendors.compromised = {"C1", "C2", "C4"}, {compromised}
    await vendors.rounds.step()
    assert vendors.furnished == [("C1", f"unhcr/chat/{KEY}/room.open/room", "TLP:AMBER")]
