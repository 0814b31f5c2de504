"""What a workflow begins with when it does not run: always the fold of the record."""

from pydantic import BaseModel

from playbooks.domain.errors import NotFound
from playbooks.domain.ids import IncidentKey, OrganizationCode
from playbooks.ports.record import Record
from playbooks.ports.retainers import Retainers
from workflows import names
from workflows.client import Judges
from workflows.consult.messages import AnswersReceived
from workflows.messages import Wanted, WantedOf
from workflows.rebuild import account_of, consult_input, incident_input, part_input
from workflows.terms import RETAINER_VERBS, with_terms


class RecordStarts:
    """Reaches incidents and parts, and starts them from the record where Temporal has none."""

    def __init__(self, record: Record, judges: Judges, retainers: Retainers | None = None) -> None:
        self._record = record
        self._judges = judges
        self._retainers = retainers

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
        if self._retainers is None or wanted.command.verb not in RETAINER_VERBS:
            return wanted
        state = (await account_of(self._record, key)).case.state
        command = await with_terms(wanted.command, state, self._retainers)
        return wanted.model_copy(update={"command": command})

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
