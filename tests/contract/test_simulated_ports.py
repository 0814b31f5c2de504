"""The simulated vendors keep to their ports, and the suites notice a vendor that does not."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest
from typing_extensions import override

from integrations.simulated.chat import SimulatedChat
from integrations.simulated.containment import SimulatedContainment
from integrations.simulated.http import SimulatedHttp
from integrations.simulated.mail import SimulatedMail
from integrations.simulated.paging import SimulatedPaging
from integrations.simulated.sharing import SimulatedSharing
from integrations.simulated.ticketing import SimulatedTicketing
from integrations.simulated.world import World
from playbooks.domain.connection import Vendor
from playbooks.ports.chat import ArchiveRoom, Invite, OpenRoom, Post, UpdateMessage
from playbooks.ports.containment import Isolate
from playbooks.ports.http import Request
from playbooks.ports.mail import Send
from playbooks.ports.paging import OnCall, Resolve, Trigger
from playbooks.ports.sharing import Give
from playbooks.ports.ticketing import CreateTicket, Transition
from playbooks.ports.write import Made
from tests.contract.chat import STRANGER, check_chat_port
from tests.contract.containment import check_containment_port
from tests.contract.http import check_http_port
from tests.contract.mail import check_mail_port
from tests.contract.paging import check_paging_port
from tests.contract.samples import simulated
from tests.contract.sharing import check_sharing_port
from tests.contract.ticketing import check_ticketing_port
from tests.contract.virtual_time import in_virtual_time, virtual_now

Check = Callable[[], Coroutine[Any, Any, None]]


async def _caught_up() -> None:
    await asyncio.sleep(3)


def _world() -> World:
    return World(":memory:", virtual_now)


async def _chat(adapter: type[SimulatedChat] = SimulatedChat) -> None:
    port = adapter(_world(), simulated(Vendor.SIMULATED_CHAT), strangers=(STRANGER,))
    await check_chat_port(port, Vendor.SIMULATED_CHAT, _caught_up)


async def _ticketing(adapter: type[SimulatedTicketing] = SimulatedTicketing) -> None:
    await check_ticketing_port(adapter(_world(), simulated(Vendor.SIMULATED_TICKETING)), _caught_up)


async def _paging(adapter: type[SimulatedPaging] = SimulatedPaging) -> None:
    on_call = (OnCall(account="first"), OnCall(account="second", level=2))
    await check_paging_port(adapter(_world(), simulated(Vendor.SIMULATED_PAGING), on_call=on_call))


async def _mail(adapter: type[SimulatedMail] = SimulatedMail) -> None:
    await check_mail_port(adapter(_world(), simulated(Vendor.SIMULATED_MAIL), strangers=(STRANGER,)))


async def _containment(adapter: type[SimulatedContainment] = SimulatedContainment) -> None:
    await check_containment_port(adapter(_world(), simulated(Vendor.SIMULATED_CONTAINMENT)))


async def _http(adapter: type[SimulatedHttp] = SimulatedHttp) -> None:
    await check_http_port(adapter(_world(), simulated(Vendor.SIMULATED_HTTP)))


async def _sharing(adapter: type[SimulatedSharing] = SimulatedSharing) -> None:
    await check_sharing_port(adapter(_world(), simulated(Vendor.SIMULATED_SHARING)))


@pytest.mark.parametrize("check", [_chat, _ticketing, _paging, _mail, _containment, _http, _sharing])
def test_a_simulated_vendor_keeps_to_its_port(check: Check) -> None:
    in_virtual_time(check())


class _RoomsUnseen(SimulatedChat):
    @override
    async def find_room(self, request: OpenRoom) -> Made | None:
        return None


class _PostsTwice(SimulatedChat):
    @override
    async def post(self, request: Post) -> Made:
        number = self._world.calls(self._id, "post")
        return await super().post(request.model_copy(update={"effect_id": f"{request.effect_id}.{number}"}))


class _UpdatesAnything(SimulatedChat):
    @override
    async def update_message(self, request: UpdateMessage) -> Made:
        return Made(ref=request.message)


class _DropsStrangers(SimulatedChat):
    @override
    async def invite(self, request: Invite) -> Made:
        return Made(ref=request.room)


class _ArchivesInName(SimulatedChat):
    @override
    async def archive_room(self, request: ArchiveRoom) -> Made:
        return Made(ref=request.room)


class _TicketsUnseen(SimulatedTicketing):
    @override
    async def find_ticket(self, request: CreateTicket) -> Made | None:
        return None


class _MovesAnything(SimulatedTicketing):
    @override
    async def transition(self, request: Transition) -> Made:
        return Made(ref=request.ticket)


class _WakesTwice(SimulatedPaging):
    @override
    async def trigger(self, request: Trigger) -> Made:
        number = self._world.calls(self._id, "trigger")
        return await super().trigger(
            request.model_copy(update={"effect_id": f"{request.effect_id}.{number}"})
        )


class _ResolvesAnything(SimulatedPaging):
    @override
    async def resolve(self, request: Resolve) -> Made:
        return Made(ref=request.page)


class _ForgetsStrangers(SimulatedMail):
    @override
    async def send(self, request: Send) -> Made:
        return (await super().send(request)).model_copy(update={"missing": ()})


class _IsolatesAnother(SimulatedContainment):
    @override
    async def isolate(self, request: Isolate) -> Made:
        return await super().isolate(request.model_copy(update={"asset": "asset-8"}))


class _CommandsByGet(SimulatedHttp):
    @override
    async def command(self, request: Request) -> Made:
        return await self.send(request)


class _HoldsThemTwice(SimulatedSharing):
    @override
    async def give(self, request: Give) -> Made:
        return (await super().give(request)).model_copy(update={"given": {"taken": "2"}})


@pytest.mark.parametrize(
    ("check", "broken"),
    [
        (_chat, _RoomsUnseen),
        (_chat, _PostsTwice),
        (_chat, _UpdatesAnything),
        (_chat, _DropsStrangers),
        (_chat, _ArchivesInName),
        (_ticketing, _TicketsUnseen),
        (_ticketing, _MovesAnything),
        (_paging, _WakesTwice),
        (_paging, _ResolvesAnything),
        (_mail, _ForgetsStrangers),
        (_containment, _IsolatesAnother),
        (_http, _CommandsByGet),
        (_sharing, _HoldsThemTwice),
    ],
)
def test_the_suite_notices_a_vendor_that_breaks_its_port(
    check: Callable[[type], Coroutine[Any, Any, None]], broken: type
) -> None:
    with pytest.raises((AssertionError, pytest.fail.Exception)):
        in_virtual_time(check(broken))
