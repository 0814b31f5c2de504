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
    RoomMessageText,
    SyncResponse,
)

from integrations.matrix.failures import answered
from playbooks.ports.conversation import Invited, Said

_PAGE: Final = 100


async def told(
    place: str, client: AsyncClient, sync: SyncResponse, since: str
) -> AsyncIterator[Said | Invited]:
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


def _said(client: AsyncClient, room: str, event: Event | BadEventType) -> Iterator[Said]:
    """A person's own words; no edits, and nothing that could not be decrypted."""
    if not isinstance(event, RoomMessageText) or event.sender == client.user_id:
        return
    relation: dict[str, Any] = event.source["content"].get("m.relates_to") or {}
    if relation.get("rel_type") == "m.replace":
        return
    yield Said(
        id=event.event_id,
        room=room,
        account=event.sender,
        text=_without_quotation(event.body) if "m.in_reply_to" in relation else event.body,
        thread=relation.get("event_id") if relation.get("rel_type") == "m.thread" else None,
        said_at=datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=event.server_timestamp),
    )


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
