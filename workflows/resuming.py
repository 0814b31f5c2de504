"""Incidents go on though one of their workflows broke off: what should run is started from the record.

A run that began in an earlier version and does not fit this one ends as failed (`worker.py`) instead of standing still;
what stands still nevertheless is ended here.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from playbooks.domain.errors import IncidentError, Unavailable
from playbooks.ports.record import Record
from workflows.client import Judges
from workflows.rebuilding import resume

_SHOWN_WITHIN: Final = timedelta(minutes=2)
"""Temporal lists what ended a moment after it did."""
_FIRST: Final = timedelta(days=1)
"""How far the first look goes back: nobody may have looked for a while."""
_log = logging.getLogger(__name__)


class Resuming:
    """Looks for workflows that broke off, and has their incidents go on."""

    def __init__(self, record: Record, judges: Judges, now: Callable[[], datetime]) -> None:
        self._record = record
        self._judges = judges
        self._now = now
        self._looked_at = now() - _FIRST

    async def step(self) -> int:
        """Look once; 0, for what breaks off again is tried when it is looked again. Raises Unavailable.

        One that cannot go on holds up none behind it.
        """
        now = self._now()
        stuck = await self._judges.end_the_stuck()
        for key in sorted(stuck | await self._judges.broken_off(self._looked_at - _SHOWN_WITHIN)):
            try:
                await resume(self._record, self._judges, key)
            except Unavailable:
                raise
            except IncidentError as error:
                _log.warning("%s does not go on: %s", key, error.code)
        self._looked_at = now
        return 0
