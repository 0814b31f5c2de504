"""A house around the door: a simulated world, one connection a port, and attempts as Temporal makes them."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, cast

from bot.connections import WiredConnections
from integrations.simulated.connections import ADAPTERS
from integrations.simulated.effect_log import SimulatedEffects
from integrations.simulated.things import RealEffect
from integrations.simulated.world import World
from playbooks.actions.action import COMPOSED, Action
from playbooks.actions.effect import EffectOutcome, EffectRequest, effect_id
from playbooks.actions.registry import find_action
from playbooks.domain.actor import Actor, ActorKind
from playbooks.domain.connection import Connection, PortName, Vendor, connection_id
from playbooks.domain.errors import Transient
from playbooks.domain.ids import ConnectionId, PersonId
from playbooks.domain.marking import Marking
from playbooks.ports.chat import Invite, OpenRoom, Post
from playbooks.ports.composer import Composed, Withheld
from playbooks.ports.connections import AnyPort
from playbooks.ports.containment import Isolate
from playbooks.ports.effects import Effects
from playbooks.ports.http import Call
from playbooks.ports.operator import Concern
from playbooks.ports.paging import Trigger
from playbooks.ports.ticketing import CreateTicket, TicketStatus
from playbooks.ports.write import Letters, Made, Write
from tests.contract.samples import FILE, INCIDENT, MESSAGE, UNHCR, simulated, some_id
from tests.contract.sharing import giving, stix_indicator
from tests.contract.virtual_time import virtual_now
from workflows.activities.attempt import Clock, Sleep
from workflows.activities.door import Door

CISO = PersonId("unhcr-ciso")
Act = Callable[[Write], Awaitable[Made | None]]
Tamper = Callable[[str, Act, Write], Awaitable[Made | None]]
SIMULATED = {vendor.port: vendor for vendor in Vendor if vendor.simulated}


class WorkerDies(BaseException):
    """The process is gone: nothing catches it and nothing is cleaned up."""


@dataclass
class Operator:
    """Remembers what it was told."""

    concerns: list[Concern] = field(default_factory=list)

    async def tell(self, concern: Concern) -> None:
        self.concerns.append(concern)


@dataclass
class TamperedPort:
    """A port whose every call goes through `tamper`, which may lose the worker before or after it."""

    port: AnyPort
    tamper: Tamper

    def __getattr__(self, method: str) -> Act:
        act = cast("Act", getattr(self.port, method))
        return lambda write: self.tamper(method, act, write)


@dataclass
class TamperedConnections:
    """Connections whose ports are tampered with."""

    connections: WiredConnections
    tamper: Tamper

    def connection(self, id: ConnectionId) -> Connection:
        return self.connections.connection(id)

    async def on_duty(self, id: ConnectionId) -> tuple[PersonId, ...]:
        return await self.connections.on_duty(id)

    def port(self, id: ConnectionId) -> AnyPort:
        return cast("AnyPort", TamperedPort(self.connections.port(id), self.tamper))


async def untouched(_method: str, act: Act, write: Write) -> Made | None:
    return await act(write)


class House:
    """Everything a test of the door needs; made within the running loop."""

    def __init__(
        self,
        tamper: Tamper = untouched,
        *,
        clock: Clock = virtual_now,
        sleep: Sleep = asyncio.sleep,
        effects: Effects | None = None,
    ) -> None:
        self._clock = clock
        self.world = World(":memory:", clock)
        self.connections = WiredConnections(map(simulated, SIMULATED.values()), self._adapter)
        self.remembered = SimulatedEffects()
        self.effects: Effects = effects or self.remembered
        self.operator = Operator()
        self.words: Composed | Withheld | None = None
        self.door = Door(
            self.effects,
            TamperedConnections(self.connections, tamper),
            self.compose,
            self.operator,
            clock,
            sleep,
        )

    def _adapter(self, connection: Connection) -> AnyPort:
        return ADAPTERS[connection.vendor](self.world, connection)

    async def compose(self, request: EffectRequest, connection: Connection) -> Composed | Withheld:
        assert request.connection == connection.id
        return self.words or composed(request.action)

    async def request(self, name: str) -> EffectRequest:
        """A request for an action, with what it refers to already there."""
        await self._furnish(find_action(name).port)
        return await self.request_here(name)

    async def request_here(self, name: str) -> EffectRequest:
        """A request for an action in a house where everything is there already."""
        action = find_action(name)
        connection = connection_id(UNHCR, SIMULATED[action.port])
        return EffectRequest(
            effect_id=effect_id(connection, INCIDENT, name, "1"),
            action=name,
            connection=connection,
            incident=INCIDENT,
            actor=Actor(id=CISO, kind=ActorKind.PERSON, organization=UNHCR),
            asked_at=self._clock(),
            args=_args(action),
            text="declared",
            responsible=CISO,
        )

    async def perform(self, request: EffectRequest) -> EffectOutcome:
        """Attempt until one answers, as Temporal does but sooner: after a death the next begins at once.

        An attempt that outlives its time-out goes on next to the others.
        """
        times = find_action(request.action).times
        overdue: list[asyncio.Task[EffectOutcome]] = []
        for attempt in range(1, 1000):
            task = asyncio.create_task(self.door.perform(request, f"worker-{attempt}"))
            try:
                outcome = await asyncio.wait_for(asyncio.shield(task), times.activity.total_seconds())
            except Transient as error:
                await asyncio.sleep(error.retry_after.total_seconds() if error.retry_after else 1)
            except WorkerDies:
                continue
            except TimeoutError:
                overdue.append(task)
            else:
                await self._end(overdue)
                return outcome
        raise AssertionError(f"{request.effect_id} never ended")

    def happened(self, request: EffectRequest) -> tuple[RealEffect, ...]:
        """What this effect really did out there."""
        return self.world.effects(request.effect_id)

    async def _furnish(self, port: PortName) -> None:
        adapter = self.connections.port(connection_id(UNHCR, SIMULATED[port]))
        for method, write in _BEFORE.get(port, ()):
            await cast("Act", getattr(adapter, method))(write)

    async def _end(self, overdue: list[asyncio.Task[EffectOutcome]]) -> None:
        for task in overdue:
            with suppress(Exception):
                await task


def composed(action: str) -> Composed:
    """What is sent by an action: a message, a file, or a call of the method that the action stands for."""
    if action in _SENT:
        return _SENT[action]
    method = _METHODS.get(action)
    if method is None:
        return MESSAGE
    content = '{"action": "deny", "target": {}}' if action == "openc2.command" else "{}"
    return Call(method=method, target="/v1/hosts/asset-7", content=content)


_SENT: dict[str, Composed] = {
    "ticket.attach": FILE,
    "mail.send_each": Letters(by_person={CISO: MESSAGE}),
    "indicators.give": giving(stix_indicator(1)).file,
}
_METHODS = {
    "http.read": "GET",
    "http.repeat": "POST",
    "http.set": "PUT",
    "http.act": "POST",
    "http.delete": "DELETE",
    "openc2.command": "POST",
    "code.execute": "POST",
}
THERE = PersonId("unhcr-duty")
"""Somebody who is in the room before."""
_PAGE = Trigger(effect_id=some_id("page.trigger", "before"), document=MESSAGE)
_BEFORE: dict[PortName, tuple[tuple[str, Write], ...]] = {
    PortName.CHAT: (
        ("open_room", OpenRoom(effect_id=some_id("room.open", "before"), name="before")),
        ("post", Post(effect_id=some_id("message.post", "before"), room="C0001", document=MESSAGE)),
        ("invite", Invite(effect_id=some_id("room.invite", "before"), room="C0001", people=(THERE,))),
    ),
    PortName.TICKETING: (
        ("create_ticket", CreateTicket(effect_id=some_id("ticket.create", "before"), document=MESSAGE)),
    ),
    PortName.PAGING: (("trigger", _PAGE),),
    PortName.CONTAINMENT: (
        ("isolate", Isolate(effect_id=some_id("containment.isolate", "before"), asset="asset-7")),
    ),
}
"""What is there before: it is what requests refer to."""

_SAMPLES: dict[str, Any] = {
    "name": "inc-2026-0042",
    "room": "C0001",
    "message": "M000001",
    "ticket": "SIM-1",
    "mark": f"{INCIDENT}-E-1",
    "marking": Marking.AMBER,
    "page": _PAGE.effect_id,
    "asset": "asset-7",
    "people": [CISO],
    "to": [CISO],
    "status": TicketStatus.DONE,
}
"""A value for each required field by its name; an action with a new one needs a line here."""

_WISHES: dict[str, dict[str, Any]] = {
    "ticket.update": {"severity": "critical"},
    "room.remove": {"people": [THERE]},
}
"""What an action needs to change anything, although its request could be without."""


def _args(action: Action) -> dict[str, Any]:
    needed = {name for name, info in action.request.model_fields.items() if info.is_required()}
    wished = _WISHES.get(action.name, {})
    return {name: _SAMPLES[name] for name in needed - {"effect_id", *COMPOSED}} | wished
