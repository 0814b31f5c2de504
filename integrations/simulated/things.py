"""What a simulated world holds and tells."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict


class Thing(BaseModel):
    """Something that exists out there: a room, a message, a ticket, a page, a mail, an asset."""

    model_config = ConfigDict(frozen=True)

    connection: str
    ref: str
    kind: str
    effect_id: str
    state: dict[str, Any]


class RealEffect(BaseModel):
    """Something that really happened, duplicates included."""

    model_config = ConfigDict(frozen=True)

    connection: str
    method: str
    effect_id: str
    ref: str
    at: datetime


class Event(BaseModel):
    """Something a vendor tells us; `id` is the same on each delivery."""

    model_config = ConfigDict(frozen=True)

    id: str
    connection: str
    kind: str
    body: dict[str, Any]
    at: datetime
