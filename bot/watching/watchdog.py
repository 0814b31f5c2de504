"""The watchdog: a chat system that is silent, or was declared compromised, is left by every room that is on it.

Nothing is changed here: each room's move is a command, which the incident judges; what follows passes the door.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from playbooks.actions.times import TIMES
from playbooks.domain.actor import Actor, ActorKind
from playbooks.domain.case import Case
from playbooks.domain.command import Command, Outcome
from playbooks.domain.connection import Connection, PortName
from playbooks.domain.errors import Denied, NotFound, Permanent, ProviderError, Unavailable
from playbooks.domain.ids import CommandId, ConnectionId, IncidentKey, OrganizationCode
from playbooks.domain.pulse import Pulse
from playbooks.domain.reaching import concerned
from playbooks.domain.rooms import WEB, Because
from playbooks.ports.connections import Connections
from playbooks.ports.gateway import Gateway
from playbooks.ports.health import Examined
from playbooks.ports.trust import Trust

_log = logging.getLogger(__name__)
AUTHOR: Final = "watchdog"

Rooms = Callable[[], Awaitable[Sequence[tuple[ConnectionId, IncidentKey]]]]
"""Every connection that a room of an open incident was asked for on, opened or not, with that incident."""
Chats = Callable[[OrganizationCode], Sequence[Connection]]


@dataclass(frozen=True)
class Watched:
    """What the watchdog needs of the installation."""

    rooms: Rooms
    case: Callable[[IncidentKey], Awaitable[Case]]
    connections: Connections
    chats: Chats
    trust: Trust
    gateway: Gateway
    now: Callable[[], datetime]


class Watchdog:
    """Looks by turns; what it remembers of a system is how long that has been silent, and a new holder begins anew."""

    def __init__(self, watched: Watched) -> None:
        self._watched = watched
        self._pulses: dict[ConnectionId, Pulse] = {}

    async def step(self) -> int:
        """Look at each system once, and have the rooms of those that are lost moved. Always 0. Raises Unavailable."""
        rooms = await self._watched.rooms()
        connections = dict.fromkeys(connection for connection, _key in rooms)
        await asyncio.gather(*(self._look(connection) for connection in connections))
        distrusted = await self._watched.trust.distrusted()
        lost = self._down() | distrusted
        for key in dict.fromkeys(key for connection, key in rooms if connection in lost):
            await self._save(key, lost, distrusted)
        return 0

    def _down(self) -> frozenset[ConnectionId]:
        at = self._watched.now()
        return frozenset(id for id, pulse in self._pulses.items() if pulse.is_down(at))

    async def _look(self, id: ConnectionId) -> None:
        pulse = self._pulses.get(id, Pulse())
        is_there = await self._answers(id)
        self._pulses[id] = pulse.answered() if is_there else pulse.silent(self._watched.now())

    async def _answers(self, id: ConnectionId) -> bool:
        """Whether somebody answers there at all: a refused credential is the operator's to mend, and no silence."""
        try:
            port = self._watched.connections.port(id)
        except (NotFound, Denied):
            return True
        if not isinstance(port, Examined):
            return True
        try:
            async with asyncio.timeout(TIMES[PortName.CHAT].client.total_seconds()):
                await port.health()
        except (Denied, Permanent):
            return True
        except (ProviderError, TimeoutError):
            return False
        return True

    async def _save(
        self, key: IncidentKey, lost: Collection[ConnectionId], distrusted: Collection[ConnectionId]
    ) -> None:
        case = await self._watched.case(key)
        asked = (*case.state.active_parties, *case.state.invited_parties)
        for organization in asked if case.state.is_open else ():
            seat = case.state.room(organization).connection
            if seat in lost:
                because = Because.COMPROMISED if seat in distrusted else Because.DOWN
                to = next(self._elsewhere(organization, seat, lost), WEB)
                await self._move(case, organization, to, because)
            elif any(room.connection in distrusted for room in case.state.left_in_good_faith(organization)):
                await self._move(case, organization, seat or WEB, Because.COMPROMISED)

    def _elsewhere(
        self, organization: OrganizationCode, seat: ConnectionId, lost: Collection[ConnectionId]
    ) -> Iterator[str]:
        """The organization's other chat systems that may be relied on."""
        for each in self._watched.chats(organization):
            if each.id != seat and each.id not in lost:
                yield each.id

    async def _move(self, case: Case, organization: OrganizationCode, to: str, because: Because) -> None:
        state = case.state
        command = Command(
            id=CommandId(f"{AUTHOR}:{state.key}:{organization}:{state.moves}"),
            verb="move",
            actor=Actor(id=AUTHOR, kind=ActorKind.TIMER, organization=organization),
            incident=state.key,
            args={
                "connection": to,
                "because": because.value,
                "organization": organization,
                "people": list(concerned(case, organization)),
            },
            received_at=self._watched.now(),
        )
        try:
            verdict = await self._watched.gateway.submit(command)
        except Unavailable:
            return  # it stands in the ledger and is carried on
        if verdict.outcome is not Outcome.DONE:
            _log.warning("the room of %s was not moved in %s: %s", organization, state.key, verdict.code)
