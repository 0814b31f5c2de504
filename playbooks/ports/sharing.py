"""Sharing indicators: one collection of STIX 2.1 objects that several read. Errors as in `write.py`.

What goes there was released before; what comes from there is judged by whoever takes it in.
"""

from collections.abc import Mapping
from typing import Any, Protocol

from pydantic import BaseModel, ConfigDict

from playbooks.ports.write import File, Made, Write

ONE_WAY = "one_way"
"""The code of what the organization, or the collection, does not let pass in this direction."""


class Give(Write):
    """Put the objects of a STIX 2.1 bundle into the collection."""

    file: File


class Taken(BaseModel):
    """What a collection holds since some moment, as far as was taken at once."""

    model_config = ConfigDict(frozen=True)

    objects: tuple[Mapping[str, Any], ...]
    """As they came; the marking definitions that they refer to are among them, wherever the collection has these."""
    until: str
    """What to say as `since` the next time: the collection's own moment, empty where it tells none."""
    more: bool = False
    """It holds more, added after `until`."""


class SharingPort(Protocol):
    """One collection."""

    async def give(self, request: Give) -> Made:
        """Put objects there; whatever is there already in the same version is no second one.

        `given` counts what became of them: `taken`, `present` before, `pending` where the collection is not done within
        the time, and `refused` with the ids and its reasons. Where it refuses every one, Permanent, `objects_refused`.
        """

    async def take(self, since: str = "") -> Taken:
        """What was added after a moment (RFC 3339), or all; each object in its last version. Changes nothing there."""
