"""Has the log's newest checkpoint stamped by time stamping authorities, and keeps what they gave."""

import logging
from collections.abc import Callable, Mapping

from bot.witness.pacing import Pacing
from playbooks.domain.errors import IncidentError
from playbooks.domain.proof.heads import SignedHead
from playbooks.domain.proof.notes import Note
from playbooks.ports.witness import Stamps, TimeStamps

_log = logging.getLogger(__name__)


class Stamper:
    """What the runner `witness` does for time stamps."""

    def __init__(
        self,
        stamps: TimeStamps,
        authorities: Mapping[str, Callable[[], Stamps]],
        checkpoint: Callable[[SignedHead], Note],
        pacing: Pacing,
    ) -> None:
        self._stamps = stamps
        self._authorities = authorities
        self._checkpoint = checkpoint
        self._pacing = pacing

    async def step(self) -> int:
        """Have the newest head stamped where that is due; always 0."""
        newest = await self._stamps.newest()
        if newest is not None:
            for name, authority in self._authorities.items():
                if await self._pacing.is_due(name, newest.head.size, self._stamps.stamped):
                    await self._stamp(name, authority, newest)
        return 0

    async def _stamp(self, name: str, authority: Callable[[], Stamps], newest: SignedHead) -> None:
        try:
            given = await authority().stamp(self._checkpoint(newest).text.encode())
            await self._stamps.keep_stamp(name, newest.head.size, given)
        except IncidentError as error:
            _log.warning("no time stamp of %s: %s", name, error.sentence)
