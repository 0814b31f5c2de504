"""Composing: from codes and references to the words that leave the house, under the release rule."""

from typing import Protocol

from pydantic import BaseModel, ConfigDict

from playbooks.actions.effect import EffectRequest
from playbooks.domain.connection import Connection
from playbooks.domain.document import Document
from playbooks.ports.http import Call
from playbooks.ports.write import File, Letters

Composed = Document | Call | File | Letters
"""What goes out: a message, maybe empty, a call, a file, or a message for each of several people."""


class Withheld(BaseModel):
    """The release rule said no; `code` names the rule."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: str


class Compose(Protocol):
    """Judges and words one effect. It is asked for every effect, also for those without words."""

    async def __call__(self, request: EffectRequest, connection: Connection, /) -> Composed | Withheld:
        """What is to be sent, or why nothing may be. Raises Unavailable and NotFound."""
