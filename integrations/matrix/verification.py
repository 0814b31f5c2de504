"""Comparisons of emoji that people's clients ask for (m.key.verification), which Muster declines at once.

There is nobody at Muster's side who could look at them: docs/decisions/matrix-trust-of-devices.md.
"""

from typing import Any, Final

from nio import (
    AsyncClient,
    Event,
    KeyVerificationStart,
    RoomMessageUnknown,
    ToDeviceEvent,
    UnknownToDeviceEvent,
)

from integrations.matrix.render import Json
from playbooks.ports.conversation import Doubted

CANCEL: Final = "m.key.verification.cancel"
_REQUEST: Final = "m.key.verification.request"
_GROUP: Final = 4


def asked_of_device(event: ToDeviceEvent) -> Doubted | None:
    """A comparison that somebody's device asks ours for; older clients begin without a request."""
    if not isinstance(event, KeyVerificationStart) and not (
        isinstance(event, UnknownToDeviceEvent) and event.type == _REQUEST
    ):
        return None
    content: dict[str, Any] = event.source.get("content", {})
    id, device = content.get("transaction_id"), content.get("from_device")
    if not isinstance(id, str) or not isinstance(device, str):
        return None
    return Doubted(id=id, account=event.sender, device=device)


def asked_in_room(event: Event, room: str, own: str) -> Doubted | None:
    """A comparison that somebody asks our account for in a room."""
    if (
        not isinstance(event, RoomMessageUnknown)
        or event.msgtype != _REQUEST
        or event.content.get("to") != own
    ):
        return None
    return Doubted(id=event.event_id, account=event.sender, room=room)


def cancelled(doubted: Doubted, reason: str) -> Json:
    """The content that ends it in the client that asked."""
    about: Json = (
        {"m.relates_to": {"rel_type": "m.reference", "event_id": doubted.id}}
        if doubted.room
        else {"transaction_id": doubted.id}
    )
    return {**about, "code": "m.user", "reason": reason}


def key_of(client: AsyncClient) -> str:
    """The key of our device, as clients show it."""
    return in_groups(client.olm.account.identity_keys["ed25519"]) if client.olm else ""


def in_groups(key: str) -> str:
    """A key as people compare it."""
    return " ".join(key[at : at + _GROUP] for at in range(0, len(key), _GROUP))
