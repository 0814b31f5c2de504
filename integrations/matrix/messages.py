"""What Muster puts into a Matrix room: the content of its messages, their transaction ids, the state of its rooms."""

import json
from collections.abc import Sequence
from hashlib import sha256
from typing import Any, Final
from urllib.parse import quote

from nio import AsyncClient

from integrations.matrix.render import Json, MatrixRenderer
from playbooks.domain.document import Document
from playbooks.domain.pieces import pieces

EFFECT: Final = "muster.effect"
"""The key in a message's (encrypted) content, and the type of a room's state, that name the effect."""

CLOSED: Final = 100
"""The power that an archived room asks of whoever wants to speak; nobody but Muster has it."""

_LONGEST: Final = 30_000
"""Bytes of content; an event may have 65,536, and encryption makes four of three (specification, "Size limits")."""


def transaction(key: str, part: int = 1) -> str:
    """The transaction id of one message of an effect: the same again is the same event."""
    return f"muster-{sha256(f'{key}#{part}'.encode()).hexdigest()[:40]}"


def contents(render: MatrixRenderer, document: Document) -> list[Json]:
    """The document as the contents of messages, mostly one."""
    return [render(piece) for piece in pieces(document, lambda piece: _size(render(piece)) <= _LONGEST)]


def marked(content: Json, effect: str, part: int, of: int) -> Json:
    """The content with the effect that it belongs to."""
    return {**content, EFFECT: {"id": effect, "part": part, "of": of}}


def below(content: Json, thread: str | None) -> Json:
    """The content as a message of a thread; where clients know none, as a reply to what the thread is about."""
    if thread is None:
        return content
    relation = {
        "rel_type": "m.thread",
        "event_id": thread,
        "is_falling_back": True,
        "m.in_reply_to": {"event_id": thread},
    }
    return {**content, "m.relates_to": relation}


def replacing(content: Json, message: str) -> Json:
    """The content in the place of another message's."""
    return {
        **content,
        "body": f"* {content['body']}",
        "m.new_content": content,
        "m.relates_to": {"rel_type": "m.replace", "event_id": message},
    }


def address(client: AsyncClient, room: str, event: str = "") -> str:
    """Where clients find a room or a message; a room's own id need not name a server since room version 12."""
    place = "/".join(quote(part) for part in (room, event) if part)
    return f"https://matrix.to/#/{place}?via={str(client.user_id).partition(':')[2]}"


def room_state(effect: str = "") -> Sequence[dict[str, Any]]:
    """A room's state from its first moment: encrypted, without guests, its past for those invited by then."""
    contents = {
        "m.room.encryption": {"algorithm": "m.megolm.v1.aes-sha2"},
        "m.room.guest_access": {"guest_access": "forbidden"},
        "m.room.history_visibility": {"history_visibility": "invited"},
        **({EFFECT: {"id": effect}} if effect else {}),
    }
    return [{"type": type, "state_key": "", "content": content} for type, content in contents.items()]


def _size(content: Json) -> int:
    return len(json.dumps(content).encode())
