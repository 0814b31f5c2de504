"""What a workflow begins with when it does not run: always the fold of the record."""

from playbooks.domain.errors import NotFound
from playbooks.domain.ids import IncidentKey, OrganizationCode
from playbooks.ports.record import Record
from workflows.client import Judges
from workflows.messages import WantedOf
from workflows.rebuild import case_of, incident_input, part_input


class RecordStarts:
    """Reaches incidents and parts, and starts them from the record where Temporal has none."""

    def __init__(self, record: Record, judges: Judges) -> None:
        self._record = record
        self._judges = judges

    async def want(self, wanted: WantedOf) -> None:
        """Put work to an incident or a part. Raises NotFound, Refused or Unavailable."""
        key = wanted.wanted.command.incident
        if key is None:
            raise NotFound("Work is wanted of an incident; this names none.")

        async def begin() -> object:
            return await self._begin(key, wanted.organization)

        await self._judges.want(wanted.wanted, key, wanted.organization, begin)

    async def _begin(self, key: IncidentKey, organization: OrganizationCode | None) -> object:
        case = await case_of(self._record, key)
        return incident_input(case) if organization is None else part_input(case, organization)
