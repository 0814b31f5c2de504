"""The operator port: troubles that no workflow can mend, told in the log by code."""

import logging

from playbooks.ports.operator import Concern

_log = logging.getLogger(__name__)


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
