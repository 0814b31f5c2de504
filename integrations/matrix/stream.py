"""The stream of a device: what one sync brings, in words of `playbooks/ports/conversation.py`."""

from collections.abc import AsyncIterator, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from nio import (
    AsyncClient,
    BadEvent,
    BadEventType,
    Event,
    InviteMemberEvent,
    MegolmEvent,
    MessageDirection,
    ReactionEvent,
    RedactionEvent,
    RoomEncryptedMedia,
    RoomMessageEmote,
    RoomMessageMedia,
    RoomMessageText,
    RoomMessageUnknown,
    RoomUpgradeEvent,
    SyncResponse,
)

from integrations.matrix.failures import answered
from integrations.matrix.lines import changed, file_of, is_file, is_place, words
from integrations.matrix.polls import is_vote, voted
from integrations.matrix.unread import Unread
from integrations.matrix.verification import asked_in_room, asked_of_device
from playbooks.ports.conversation import (
    Changed,
    Doubted,
    Heard,
    Invited,
    Replaced,
    Said,
    Signed,
    Unreadable,
    Withdrawn,
)

_PAGE: Final = 100


async def told(
    place: str, client: AsyncClient, sync: SyncResponse, since: str, unread: Unread
) -> AsyncIterator[Heard]:
    """Everything that people did since, room by room, in order; also what the server cut off a timeline.

    What cannot be decrypted yet is held in `unread`, and told with the sync that brings its key.
    """
    for heard in _outside_rooms(client, sync):
        yield heard
    for room, joined in sync.rooms.join.items():
        timeline = joined.timeline
        missed: list[Event | BadEventType] = []
        if timeline.limited and timeline.prev_batch:
            missed = await _missed(place, client, room, timeline.prev_batch, since)
        for event in (*missed, *timeline.events):
            if isinstance(event, MegolmEvent):
                unread.hold(room, event)
                continue
            async for said in _told(place, client, room, event):
                yield said
    for room, event in unread.settled(client):
        async for said in _told(place, client, room, event):
            yield said


def _outside_rooms(client: AsyncClient, sync: SyncResponse) -> Iterator[Invited | Doubted]:
    for room, info in sync.rooms.invite.items():
        for event in info.invite_state:
            if isinstance(event, InviteMemberEvent) and event.state_key == client.user_id:
                yield Invited(room=room, account=event.sender)
    for event in sync.to_device_events:
        if doubted := asked_of_device(event):
            yield doubted


async def _missed(
    place: str, client: AsyncClient, room: str, before: str, since: str
) -> list[Event | BadEventType]:
    """The events between two syncs that the later one left out, oldest first."""
    events: list[Event | BadEventType] = []
    start: str | None = before
    while start:
        call = client.room_messages(room, start, end=since, direction=MessageDirection.back, limit=_PAGE)
        page = await answered(place, call, reads=True)
        events += page.chunk
        start = page.end if page.chunk else None
    return events[::-1]


async def _told(
    place: str, client: AsyncClient, room: str, event: Event | BadEventType
) -> AsyncIterator[Heard]:
    """A vote counts in a poll of ours alone, which is asked for; everything else says itself what it is."""
    if is_vote(event) and event.sender != client.user_id:
        if vote := await voted(place, client, room, event):
            yield vote
        return
    if isinstance(event, Event) and (doubted := asked_in_room(event, room, client.user_id)):
        yield doubted
        return
    for said in _said(client, room, event):
        yield said


def _said(client: AsyncClient, room: str, event: Event | BadEventType) -> Iterator[Heard]:
    """What a person did: words, a file, a change, a sign, something taken back, or what could not be read."""
    if not isinstance(event, Event | BadEvent):
        return
    if event.sender == client.user_id and not isinstance(event, RoomUpgradeEvent):
        return
    match event:
        case RoomMessageText() | RoomMessageEmote():
            yield _line(event, room)
        case RoomMessageUnknown() if is_place(event):
            yield Said(
                id=event.event_id,
                room=room,
                account=event.sender,
                text=event.content["body"],
                thread=thread_of(event),
                said_at=_at(event),
            )
        case RoomMessageMedia() | RoomEncryptedMedia() | BadEvent() if is_file(event):
            yield _file(event, room)
        case ReactionEvent():
            yield Signed(
                id=event.event_id, room=room, account=event.sender, message=event.reacts_to, sign=event.key
            )
        case RoomUpgradeEvent() if event.replacement_room:
            yield Replaced(room=room, account=event.sender, by=event.replacement_room)
        case MegolmEvent():
            yield Unreadable(id=event.event_id, room=room, account=event.sender, said_at=_at(event))
        case RedactionEvent():
            yield Withdrawn(id=event.event_id, room=room, account=event.sender, message=event.redacts)
        case _:
            return


def line_of(client: AsyncClient, room: str, event: Event | BadEventType) -> Said | None:
    """The line that an event of a person is; none of what she changed, or that could not be read."""
    return next((said for said in _said(client, room, event) if isinstance(said, Said)), None)


def _line(event: RoomMessageText | RoomMessageEmote, room: str) -> Said | Changed:
    relation = _relation(event)
    if relation.get("rel_type") == "m.replace":
        new = event.source["content"].get("m.new_content")
        return Changed(
            id=event.event_id,
            room=room,
            account=event.sender,
            message=str(relation.get("event_id")),
            text=changed(new if isinstance(new, dict) else {}),
        )
    return Said(
        id=event.event_id,
        room=room,
        account=event.sender,
        text=words(event, relation),
        thread=thread_of(event),
        replies_to=_replied_to(relation),
        said_at=_at(event),
    )


def _file(event: Event | BadEvent, room: str) -> Said:
    caption, file = file_of(event.source["content"])
    return Said(
        id=event.event_id,
        room=room,
        account=event.sender,
        text=caption,
        files=(file,),
        thread=thread_of(event),
        replies_to=_replied_to(_relation(event)),
        said_at=_at(event),
    )


def _relation(event: Event | BadEvent) -> dict[str, Any]:
    relation = event.source["content"].get("m.relates_to")
    return relation if isinstance(relation, dict) else {}


def thread_of(event: Event | BadEvent) -> str | None:
    """The first message of the thread that an event is in."""
    relation = _relation(event)
    return relation.get("event_id") if relation.get("rel_type") == "m.thread" else None


def _replied_to(relation: Mapping[str, Any]) -> str | None:
    reply = relation.get("m.in_reply_to")
    is_in_thread = relation.get("rel_type") == "m.thread"
    return reply.get("event_id") if isinstance(reply, dict) and not is_in_thread else None


def _at(event: Event | BadEvent) -> datetime:
    return datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=event.server_timestamp)
