"""When an incident has come to its end: every workflow of it has, and everything is integrated in the record."""

from temporalio.client import WorkflowExecutionStatus
from temporalio.service import RPCError

from bot.composition.installation import Installation
from playbooks.domain.errors import Unavailable
from playbooks.domain.ids import ConsultationId, IncidentKey, RunId
from tests.faults.house import until
from workflows import names


async def settled(muster: Installation, key: IncidentKey) -> None:
    """Wait until every workflow has ended, and everything is integrated."""

    async def ended() -> bool:
        return await _ended(muster, key)

    async def integrated() -> bool:
        return None not in [position async for position, _entry in muster.record.entries(key)]

    await until(ended, "every workflow ends")
    await until(integrated, "everything is integrated")


async def _ended(muster: Installation, key: IncidentKey) -> bool:
    state = (await muster.cases.case(key)).state
    ids = [
        names.incident_id(key),
        *(names.part_id(key, code) for code in state.active_parties),
        *(names.run_id(key, RunId(run)) for run in state.runs),
        *(names.consult_id(key, ConsultationId(each)) for each in state.consultations),
    ]
    try:
        found = [await muster.client.get_workflow_handle(id).describe() for id in ids]
    except RPCError as error:
        raise Unavailable("Temporal is away.") from error
    return all(each.status is WorkflowExecutionStatus.COMPLETED for each in found)
