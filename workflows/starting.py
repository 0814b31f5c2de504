"""What a workflow begins with when it does not run: always the fold of the record."""

from pydantic import BaseModel

from playbooks.domain.errors import NotFound
from playbooks.domain.ids import IncidentKey, OrganizationCode
from playbooks.domain.incident import IncidentState
from playbooks.domain.organization import Directory
from playbooks.ports.community import Communities
from playbooks.ports.record import Record
from playbooks.ports.retainers import Retainers
from workflows import names
from workflows.client import Judges
from workflows.consult.messages import AnswersReceived
from workflows.messages import Wanted, WantedOf
from workflows.rebuild import account_of, consult_input, incident_input, part_input
from workflows.terms import RETAINER_VERBS, as_catalogued, with_routes, with_terms


class RecordStarts:
    """Reaches incidents and parts, and starts them from the record where Temporal has none."""

    def __init__(
        self,
        record: Record,
        judges: Judges,
        retainers: Retainers | None = None,
        directory: Directory | None = None,
        communities: Communities | None = None,
    ) -> None:
        self._record = record
        self._judges = judges
        self._retainers = retainers
        self._directory = directory
        self._communities = communities

    async def want(self, wanted: WantedOf) -> None:
        """Put work to an incident or a part. Raises NotFound, Refused or Unavailable."""
        key = wanted.wanted.command.incident
        if key is None:
            raise NotFound("Work is wanted of an incident; this names none.")

        async def begin() -> BaseModel:
            return await self._begin(key, wanted.organization)

        await self._judges.want(await self._prepared(wanted.wanted, key), key, wanted.organization, begin)

    async def _prepared(self, wanted: Wanted, key: IncidentKey) -> Wanted:
        """With what only the outside knows."""
        command = wanted.command
        if command.verb in RETAINER_VERBS and self._retainers is not None:
            command = await with_terms(command, await self._state(key), self._retainers)
        if command.verb == "service.request" and self._directory is not None:
            command = as_catalogued(command, await self._state(key), self._directory)
        command = await with_routes(command, self._communities)
        return wanted.model_copy(update={"command": command})

    async def _state(self, key: IncidentKey) -> IncidentState:
        return (await account_of(self._record, key)).case.state

    async def answer(self, workflow_id: str, received: AnswersReceived) -> None:
        """Bring answers to a consultation. One that has ended needs none: what came late stands in the record.

        An answer may be quicker than the start of what it answers; then it starts it. Raises Unavailable.
        """
        if await self._judges.signal(workflow_id, "answers_received", received):
            return
        key, consultation = names.consultation_of(workflow_id)
        account = await account_of(self._record, key)
        found = account.case.consultations.get(consultation)
        if found is not None and found.outcome == "open":
            begin = consult_input(account, consultation)
            await self._judges.start_consultation(workflow_id, begin, received)

    async def _begin(self, key: IncidentKey, organization: OrganizationCode | None) -> BaseModel:
        account = await account_of(self._record, key)
        return incident_input(account) if organization is None else part_input(account, organization)
