"""From the record back to running workflows: for a first start, for reopening, for a lost Temporal."""

from playbooks.domain.fold import Case, fold
from playbooks.domain.ids import IncidentKey, OrganizationCode
from playbooks.domain.situation import Situation
from playbooks.domain.task import PartState
from playbooks.ports.record import Record
from workflows.incident.messages import IncidentInput
from workflows.part.messages import PartInput


async def case_of(record: Record, key: IncidentKey) -> Case:
    """The case as the whole record tells it."""
    return fold(key, [entry async for _position, entry in record.entries(key)])


def incident_input(case: Case) -> IncidentInput:
    """What an incident workflow begins with, so that it stands where the record stands."""
    return IncidentInput(state=case.state)


def part_input(case: Case, organization: OrganizationCode) -> PartInput:
    """What a part workflow begins with. Raises Refused when the organization does not take part."""
    situation = Situation(incident=case.state)
    situation.check_party(organization)
    tasks = {id: task for id, task in case.tasks.items() if task.organization == organization}
    part = PartState(organization=organization, lead=case.state.lead, tasks=tasks)
    return PartInput(part=part, situation=situation)
