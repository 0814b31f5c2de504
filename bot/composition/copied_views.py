"""What people read while the database is away: the ordinary views, over the copy that this machine has."""

from collections.abc import Sequence
from datetime import datetime
from typing import NoReturn

from bot.kept.copy import Copied
from bot.reading.views import RecordViews
from integrations.simulated.reading import SimulatedReading
from integrations.simulated.record import SimulatedRecord
from playbooks.alerts.spike import Spike
from playbooks.cacao.model import Playbook
from playbooks.domain.alert import Indicator
from playbooks.domain.errors import Unavailable
from playbooks.domain.ids import IncidentKey
from playbooks.domain.release import Reader
from playbooks.ports.views import GroupShown, TriageItem


def copied_views(copied: Copied, now: datetime) -> RecordViews:
    """The views of the copy: each entry passes `release` for whoever asks. What is not copied is Unavailable."""
    record = SimulatedRecord()
    for entries in copied.incidents.values():
        record.keep(entries)
    return RecordViews(
        SimulatedReading(record, tuple(copied.incidents)), record, _NoAlerts(), lambda: now, _no_playbook
    )


class _NoAlerts:
    """Alerts are not copied."""

    async def waiting(self, reader: Reader) -> list[TriageItem]:  # noqa: ARG002  as the port names them
        _away()

    async def group(self, reader: Reader, id: str) -> GroupShown:  # noqa: ARG002  as above
        _away()

    async def indicators(self, reader: Reader, key: IncidentKey) -> Sequence[Indicator]:  # noqa: ARG002  as above
        _away()

    async def raised_by(self, reader: Reader, key: IncidentKey) -> list[TriageItem]:  # noqa: ARG002  as above
        _away()

    async def spikes(self, reader: Reader, now: datetime) -> Sequence[Spike]:  # noqa: ARG002  as above
        _away()


async def _no_playbook(_sha256: str) -> Playbook:
    _away()


def _away() -> NoReturn:
    raise Unavailable("That is not on this machine.", code="not_copied")
