"""What every simulated vendor does with a call: faults strike before it, after it or not at all."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from integrations.simulated.faults import FaultKind, Rule
from integrations.simulated.world import World
from playbooks.domain.connection import Connection
from playbooks.domain.errors import Denied, Permanent, Transient, Unknown
from playbooks.domain.saying import saying

Answer = TypeVar("Answer")
Sleep = Callable[[float], Awaitable[None]]


class SimulatedVendor:
    """Base of the simulated adapters: one connection to one world."""

    def __init__(self, world: World, connection: Connection, *, sleep: Sleep = asyncio.sleep) -> None:
        self._world = world
        self._connection = connection
        self._id = connection.id
        self._sleep = sleep

    async def _call(self, method: str, act: Callable[[], Answer]) -> Answer:
        """One call to the vendor; `act` is what it does, in one transaction of its memory.

        Others go on meanwhile, as they do while a vendor answers over a network.
        """
        await asyncio.sleep(0)
        rule = self._world.called(self._id, method)
        fault = rule.fault if rule else None
        if rule is not None:
            await self._before(rule)
        with self._world.at_once():
            answer = act()
        if rule is not None and fault is FaultKind.HANGS:
            await self._sleep(rule.span.total_seconds())
        if fault in {FaultKind.ANSWER_LOST, FaultKind.HANGS}:
            raise Unknown(saying("vendor.silent", who=self._id))
        return answer

    async def _before(self, rule: Rule) -> None:
        match rule.fault:
            case FaultKind.SLOW:
                await self._sleep(rule.span.total_seconds())
            case FaultKind.OUTAGE:
                raise Transient(saying("vendor.unreached", who=self._id))
            case FaultKind.RATE_LIMITED:
                raise Transient(saying("vendor.busy", who=self._id), retry_after=rule.span)
            case FaultKind.DENIED:
                raise Denied(saying("vendor.denied_here", who=self._id))
            case FaultKind.REJECTED:
                raise Permanent(saying("vendor.rejected_here", who=self._id))
            case FaultKind.REQUEST_LOST:
                raise Unknown(saying("vendor.silent", who=self._id))

    def _happened(self, method: str, effect_id: str, ref: str) -> None:
        self._world.happened(self._id, method, effect_id, ref)
