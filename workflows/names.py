"""Names that Temporal shows in the clear: codes only, never a title or a person."""

from datetime import timedelta

from temporalio.common import SearchAttributeKey

from playbooks.domain.ids import ConsultationId, IncidentKey, OrganizationCode, RunId

TASK_QUEUE = "muster"
"""Where the workflows run, and the activities that touch the record alone."""

DOOR_TASK_QUEUE = "muster-door"
"""Where effects are done: workers that hold vendors' credentials."""

SEVERITY = SearchAttributeKey.for_keyword("IrSeverity")
PHASE = SearchAttributeKey.for_keyword("IrPhase")
MARKING = SearchAttributeKey.for_keyword("IrMarking")
AGENCIES = SearchAttributeKey.for_keyword_list("IrAgencies")

RECORD_TIMEOUT = timedelta(seconds=10)
"""For one attempt to write to the record; attempts go on until it answers."""


def incident_id(key: IncidentKey) -> str:
    """The workflow id of an incident."""
    return f"incident/{key}"


def part_id(key: IncidentKey, organization: OrganizationCode) -> str:
    """The workflow id of an organization's part in an incident."""
    return f"part/{organization}/{key}"


def consult_id(key: IncidentKey, consultation: ConsultationId) -> str:
    """The workflow id of a consultation."""
    return f"consult/{key}/{consultation}"


def consultation_of(workflow_id: str) -> tuple[IncidentKey, ConsultationId]:
    """The incident and the consultation that a workflow id names."""
    _kind, key, consultation = workflow_id.split("/")
    return IncidentKey(key), ConsultationId(consultation)


def run_id(key: IncidentKey, run: RunId) -> str:
    """The workflow id of a playbook's run."""
    return f"playbook/{key}/{run}"
