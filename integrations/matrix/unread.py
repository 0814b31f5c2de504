"""Messages that could not be decrypted: their key may still come, and else whoever wrote one is told to send it again.

A key travels beside its message, over federation later; and clients may keep it from devices that their people have
not verified (`m.room_key.withheld`). A message is told once: as what it says, or as one that could not be read.
"""

import asyncio
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from nio import AsyncClient, BadEventType, Event, MegolmEvent
from nio.exceptions import EncryptionError

WAITED_FOR: Final = timedelta(seconds=15)
"""So long a key may be under way. What is read later might be a command that was given anew meanwhile."""
LOOKED_EVERY_MS: Final = 2_000
_OLD: Final = timedelta(minutes=15)
"""What was said before that is history, as of a room that Muster has just come to."""


class Unread:
    """Those of one device's run, in the order in which they were said."""

    def __init__(self) -> None:
        self._held: dict[str, tuple[str, MegolmEvent, float]] = {}

    def __bool__(self) -> bool:
        return bool(self._held)

    def hold(self, room: str, event: MegolmEvent) -> None:
        """Wait for its key, unless it is history."""
        if event.server_timestamp / 1000 > time.time() - _OLD.total_seconds():
            self._held.setdefault(event.event_id, (room, event, asyncio.get_running_loop().time()))

    def settled(self, client: AsyncClient) -> Iterator[tuple[str, Event | BadEventType]]:
        """Each that can be read by now, and each whose key was waited for in vain, as it is; with its room."""
        over = asyncio.get_running_loop().time() - WAITED_FOR.total_seconds()
        for id, (room, event, since) in [*self._held.items()]:
            try:
                settled: Event | BadEventType = client.decrypt_event(event)
            except EncryptionError:
                if since > over:
                    continue
                settled = event
            del self._held[id]
            yield room, settled
