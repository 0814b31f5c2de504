"""What every ChatPort keeps to."""

from collections.abc import Awaitable, Callable

import pytest

from playbooks.actions.means import Means
from playbooks.actions.registry import find_action
from playbooks.domain.connection import Vendor
from playbooks.domain.document import Document, paragraph
from playbooks.domain.errors import Permanent
from playbooks.domain.ids import PersonId
from playbooks.domain.seen import SeenAs
from playbooks.ports.chat import ArchiveRoom, ChatPort, Invite, OpenRoom, Post, Remove, UpdateMessage
from playbooks.ports.seen import Observed
from tests.contract.samples import MESSAGE, some_id

DUTY_OFFICER = PersonId("unhcr-duty")
STRANGER = PersonId("unhcr-stranger")


async def check_chat_port(
    port: ChatPort, vendor: Vendor, caught_up: Callable[[], Awaitable[None]], *, name: str = "inc-2026-0042"
) -> None:
    """`caught_up` returns when what was created can be found; `name` is free; STRANGER has no account."""
    room = await _a_room_is_opened_once_and_found(port, caught_up, name)
    message = await _a_message_is_posted_once(port, vendor, caught_up, room)
    await _a_message_is_replaced(port, room, message)
    await _people_are_invited_and_strangers_named(port, room)
    await _people_are_taken_out(port, room)
    await _what_is_unknown_is_refused(port, room)
    await _an_archived_room_takes_nothing_more(port, room)


async def _a_room_is_opened_once_and_found(
    port: ChatPort, caught_up: Callable[[], Awaitable[None]], name: str
) -> str:
    request = OpenRoom(effect_id=some_id("room.open", "1"), name=name, topic="TLP:AMBER")
    opened = await port.open_room(request)
    assert opened.ref
    await caught_up()
    found = await port.find_room(request)
    assert found is not None, "a room that was opened is found"
    assert found.ref == opened.ref
    stranger = OpenRoom(effect_id=some_id("room.open", "2"), name=f"{name}-other")
    assert await port.find_room(stranger) is None, "a room that nobody opened is not found"
    with pytest.raises(Permanent):
        await port.open_room(OpenRoom(effect_id=some_id("room.open", "3"), name=name))
    return opened.ref


async def _a_message_is_posted_once(
    port: ChatPort, vendor: Vendor, caught_up: Callable[[], Awaitable[None]], room: str
) -> str:
    request = Post(effect_id=some_id("message.post", "1"), room=room, document=MESSAGE)
    posted = await port.post(request)
    if find_action("message.post").how[vendor].means is Means.KEYED:
        assert (await port.post(request)).ref == posted.ref, "the same transaction is the same message"
    await caught_up()
    found = await port.find_message(request)
    assert found is not None, "a message that was posted is found"
    assert found.ref == posted.ref
    reply = Post(effect_id=some_id("message.post", "2"), room=room, thread=posted.ref, document=MESSAGE)
    assert await port.find_message(reply) is None, "a message that nobody posted is not found"
    assert (await port.post(reply)).ref != posted.ref
    return posted.ref


async def _a_message_is_replaced(port: ChatPort, room: str, message: str) -> None:
    update = UpdateMessage(
        effect_id=some_id("message.update", "1"),
        room=room,
        message=message,
        document=Document(blocks=(paragraph("Contained."),)),
    )
    assert (await port.update_message(update)).ref == message
    assert (await port.update_message(update)).ref == message, "replacing twice is replacing"


async def _people_are_invited_and_strangers_named(port: ChatPort, room: str) -> None:
    invitation = Invite(effect_id=some_id("room.invite", "1"), room=room, people=(DUTY_OFFICER, STRANGER))
    for _ in range(2):
        made = await port.invite(invitation)
        assert made.missing == (STRANGER,), "who could not be invited is named, and nobody else"


async def _people_are_taken_out(port: ChatPort, room: str) -> None:
    leaving = Remove(effect_id=some_id("room.remove", "1"), room=room, people=(DUTY_OFFICER, STRANGER))
    for _ in range(2):
        assert (await port.remove(leaving)).missing == (), "who is not there is no matter"


async def _what_is_unknown_is_refused(port: ChatPort, room: str) -> None:
    with pytest.raises(Permanent):
        await port.post(Post(effect_id=some_id("message.post", "3"), room="no-such-room", document=MESSAGE))
    with pytest.raises(Permanent):
        await port.update_message(
            UpdateMessage(
                effect_id=some_id("message.update", "2"), room=room, message="none", document=MESSAGE
            )
        )


async def _an_archived_room_takes_nothing_more(port: ChatPort, room: str) -> None:
    archive = ArchiveRoom(effect_id=some_id("room.archive", "1"), room=room)
    assert isinstance(port, Observed)
    assert (await port.look(room)).as_ is SeenAs.FRESH
    await port.archive_room(archive)
    await port.archive_room(archive)
    with pytest.raises(Permanent):
        await port.post(Post(effect_id=some_id("message.post", "4"), room=room, document=MESSAGE))
    assert (await port.look(room)).as_ is SeenAs.OVER
    assert (await port.look("no-such-room")).as_ is SeenAs.GONE
