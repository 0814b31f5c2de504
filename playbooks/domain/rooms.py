"""Where an organization talks about an incident, once that was moved; and which chat systems are not to be trusted."""

from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from playbooks.domain.ids import ConnectionId

CHAT = "chat"
"""The account on which an organization's rooms are opened at first; which vendor stands behind it is a setting."""

WEB = "web"
"""Muster's own room, which needs nobody else's system."""


class Because(StrEnum):
    """Why a room moves."""

    COMPROMISED = "compromised"
    """Somebody hostile may read or write there: nothing more is sent there, and nothing that comes from it commands."""
    DOWN = "down"
    """Nothing goes through there; what comes from it later is as good as ever."""
    BACK = "back"
    """To where the room was before."""


class Room(BaseModel):
    """The room of one organization for an incident."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    connection: ConnectionId = ConnectionId("")
    """Empty: Muster's own room."""
    occasion: str = "room"
    """Of the effect that opened it, so that one that must not be used again is told from its successor."""


class NamedRoom(BaseModel):
    """A further room of an organization, which a playbook opened under a name of its own."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    room: Room
    name: str
