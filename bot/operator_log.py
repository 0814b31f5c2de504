"""The operator port: troubles that no workflow can mend, told in the log by code."""

import logging
from typing import Final

from playbooks.ports.operator import Concern

_log = logging.getLogger(__name__)
_SELDOM: Final = 60.0
"""Seconds."""


class Seldom(logging.Filter):
    """A library's line that comes again stands in the log once a minute: a pool looks for its server all the time."""

    def __init__(self) -> None:
        super().__init__()
        self._said: dict[str, float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """See the library."""
        line = str(record.msg)
        if record.created - self._said.get(line, -_SELDOM) < _SELDOM:
            return False
        self._said[line] = record.created
        return True


class OperatorLog:
    """Writes each concern as one line; `muster doctor` lists what is still unknown."""

    async def tell(self, concern: Concern) -> None:
        """See the port."""
        _log.warning(
            "%s: %s on %s for %s; ask %s (%s)",
            concern.trouble,
            concern.action,
            concern.connection,
            concern.incident or "every incident",
            concern.asked,
            concern.detail,
        )
