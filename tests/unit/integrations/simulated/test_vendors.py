import asyncio
from datetime import timedelta

import pytest

from integrations.simulated.chat import SimulatedChat
from integrations.simulated.faults import FaultKind, Rule
from integrations.simulated.mail import SimulatedMail
from integrations.simulated.paging import SimulatedPaging
from integrations.simulated.ticketing import SimulatedTicketing
from integrations.simulated.world import World
from playbooks.domain.connection import Vendor
from playbooks.domain.document import Document, paragraph
from playbooks.domain.errors import Denied, Permanent, ProviderError, Transient, Unknown
from playbooks.domain.ids import PersonId
from playbooks.ports.chat import OpenRoom, Post, UpdateMessage
from playbooks.ports.mail import Send
from playbooks.ports.paging import Acknowledge, Resolve, Trigger
from playbooks.ports.ticketing import CreateTicket
from tests.contract.samples import MESSAGE, simulated, some_id
from tests.contract.virtual_time import in_virtual_time, virtual_now

MAIL = Send(effect_id=some_id("mail.send", "1"), to=(PersonId("unhcr-duty"),), document=MESSAGE)


@pytest.mark.parametrize(
    ("fault", "error", "happens"),
    [
        (FaultKind.OUTAGE, Transient, False),
        (FaultKind.RATE_LIMITED, Transient, False),
        (FaultKind.DENIED, Denied, False),
        (FaultKind.REJECTED, Permanent, False),
        (FaultKind.REQUEST_LOST, Unknown, False),
        (FaultKind.ANSWER_LOST, Unknown, True),
        (FaultKind.HANGS, Unknown, True),
    ],
)
def test_a_fault_says_what_a_vendor_would_and_does_what_it_would(
    fault: FaultKind, error: type[ProviderError], *, happens: bool
) -> None:
    async def run() -> None:
        world = World(":memory:", virtual_now)
        port = SimulatedMail(world, simulated(Vendor.SIMULATED_MAIL))
        world.switch_on(Rule(fault=fault, span=timedelta(seconds=30)))
        with pytest.raises(error) as raised:
            await port.send(MAIL)
        if fault is FaultKind.RATE_LIMITED:
            assert getattr(raised.value, "retry_after", None) == timedelta(seconds=30)
        assert bool(world.effects()) is happens

    in_virtual_time(run())


def test_a_slow_vendor_answers_after_its_span() -> None:
    async def run() -> None:
        world = World(":memory:", virtual_now)
        port = SimulatedMail(world, simulated(Vendor.SIMULATED_MAIL))
        world.switch_on(Rule(fault=FaultKind.SLOW, span=timedelta(seconds=7)))
        before = virtual_now()
        await port.send(MAIL)
        assert virtual_now() - before == timedelta(seconds=7)

    in_virtual_time(run())


def test_a_given_up_call_to_a_hanging_vendor_has_acted() -> None:
    async def run() -> None:
        world = World(":memory:", virtual_now)
        port = SimulatedTicketing(world, simulated(Vendor.SIMULATED_TICKETING))
        world.switch_on(Rule(fault=FaultKind.HANGS, span=timedelta(minutes=5)))
        request = CreateTicket(effect_id=some_id("ticket.create", "1"), document=MESSAGE)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(40):
                await port.create_ticket(request)
        assert len(world.effects(request.effect_id)) == 1

    in_virtual_time(run())


def test_a_room_shows_what_was_said_as_text_and_an_update_replaces_it() -> None:
    async def run() -> None:
        world = World(":memory:", virtual_now)
        connection = simulated(Vendor.SIMULATED_CHAT)
        port = SimulatedChat(world, connection)
        room = (await port.open_room(OpenRoom(effect_id=some_id("room.open", "1"), name="inc"))).ref
        post = Post(effect_id=some_id("message.post", "1"), room=room, document=MESSAGE)
        message = (await port.post(post)).ref
        changed = Document(blocks=(paragraph("Contained <!channel>."),))
        await port.update_message(
            UpdateMessage(
                effect_id=some_id("message.update", "1"), room=room, message=message, document=changed
            )
        )
        (stored,) = world.things(connection.id, "message")
        assert stored.state["text"] == "  Contained <!channel>."

    in_virtual_time(run())


def test_a_resolved_page_is_not_acknowledged_any_more() -> None:
    async def run() -> None:
        world = World(":memory:", virtual_now)
        connection = simulated(Vendor.SIMULATED_PAGING)
        port = SimulatedPaging(world, connection)
        page = (await port.trigger(Trigger(effect_id=some_id("page.trigger", "1"), document=MESSAGE))).ref
        await port.resolve(Resolve(effect_id=some_id("page.resolve", "1"), page=page))
        await port.acknowledge(Acknowledge(effect_id=some_id("page.acknowledge", "1"), page=page))
        (stored,) = world.things(connection.id, "page")
        assert stored.state["status"] == "resolved"
        assert [effect.method for effect in world.effects()] == ["trigger", "resolve"]

    in_virtual_time(run())
