"""The stream of a device: what one sync brings, in words of `playbooks/ports/conversation.py`."""

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from nio import (
    AsyncClient,
    BadEventType,
    Event,
    InviteMemberEvent,
    MegolmEvent,
    MessageDirection,
    ReactionEvent,
    RedactionEvent,
    RoomEncryptedMedia,
    RoomMessageMedia,
    RoomMessageText,
    SyncResponse,
)

from integrations.matrix.failures import answered
from playbooks.domain.attached import attached
from playbooks.ports.conversation import Changed, Heard, Invited, Said, Signed, Withdrawn

_PAGE: Final = 100


async def told(place: str, client: AsyncClient, sync: SyncResponse, since: str) -> AsyncIterator[Heard]:
    """Everything that people did since, room by room, in order; also what the server cut off a timeline."""
    for room, info in sync.rooms.invite.items():
        for event in info.invite_state:
            if isinstance(event, InviteMemberEvent) and event.state_key == client.user_id:
                yield Invited(room=room, account=event.sender)
    for room, joined in sync.rooms.join.items():
        timeline = joined.timeline
        if timeline.limited and timeline.prev_batch:
            for event in await _missed(place, client, room, timeline.prev_batch, since):
                for said in _said(client, room, event):
                    yield said
        for event in timeline.events:
            for said in _said(client, room, event):
                yield said


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


def _said(client: AsyncClient, room: str, event: Event | BadEventType) -> Iterator[Heard]:
    """What a person did: words, a file, a change, a sign, or something taken back; nothing that could not be read."""
    if not isinstance(event, Event) or event.sender == client.user_id:
        return
    match event:
        case RoomMessageText():
            yield _line(event, room)
        case RoomMessageMedia() | RoomEncryptedMedia():
            yield Said(
                id=event.event_id,
                room=room,
                account=event.sender,
                text="",
                files=(_file(event),),
                thread=_thread(event),
                said_at=_at(event),
            )
        case ReactionEvent():
            yield Signed(
                id=event.event_id, room=room, account=event.sender, message=event.reacts_to, sign=event.key
            )
        case RedactionEvent():
            yield Withdrawn(id=event.event_id, room=room, account=event.sender, message=event.redacts)
        case _:
            return


def _line(event: RoomMessageText, room: str) -> Said | Changed:
    relation = _relation(event)
    if relation.get("rel_type") == "m.replace":
        new = event.source["content"].get("m.new_content") or {}
        return Changed(
            id=event.event_id,
            room=room,
            account=event.sender,
            message=str(relation.get("event_id")),
            text=str(new.get("body", "")),
        )
    text = _without_quotation(event.body) if "m.in_reply_to" in relation else event.body
    return Said(
        id=event.event_id,
        room=room,
        account=event.sender,
        text=text,
        thread=_thread(event),
        said_at=_at(event),
    )


def _relation(event: Event) -> dict[str, Any]:
    relation = event.source["content"].get("m.relates_to")
    return relation if isinstance(relation, dict) else {}


def _thread(event: Event) -> str | None:
    relation = _relation(event)
    return relation.get("event_id") if relation.get("rel_type") == "m.thread" else None


def _at(event: Event) -> datetime:
    return datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=event.server_timestamp)


def _file(event: RoomMessageMedia | RoomEncryptedMedia) -> str:
    """What people see of a file; who wants what is in it asks whoever has it."""
    info = event.source["content"].get("info")
    known = info if isinstance(info, dict) else {}
    return attached(event.body, known.get("mimetype"), known.get("size"))


def _without_quotation(body: str) -> str:
    """Older clients put what a reply is about before it, each line after “> ” (specification, "Rich replies")."""
    lines = body.split("\n")
    while lines and lines[0].startswith("> "):
        lines.pop(0)
    return "\n".join(lines).lstrip("\n")


def unreadable(sync: SyncResponse) -> int:
    """How many messages could not be decrypted."""
    return sum(
        isinstance(event, MegolmEvent)
        for joined in sync.rooms.join.values()
        for event in joined.timeline.events
    )
