"""`muster incident rebuild`: from the record to the same state, running again where Temporal lost it."""

from pydantic import BaseModel, ConfigDict

from playbooks.domain.errors import NotFound
from playbooks.domain.ids import IncidentKey
from playbooks.domain.incident import IncidentState
from playbooks.ports.record import Record
from workflows.client import Judges
from workflows.rebuild import case_of, incident_input, part_input


class Rebuilt(BaseModel):
    """What a rebuild found and did."""

    model_config = ConfigDict(frozen=True)

    state: IncidentState
    """As the record tells it."""
    running: IncidentState | None
    """As the workflow that runs now tells it; None where the incident is closed and nothing needs to run."""
    same: bool
    """Whether the two agree."""
    started: tuple[str, ...]
    """What did not run and was started from the record."""


async def rebuild(record: Record, judges: Judges, key: IncidentKey) -> Rebuilt:
    """Fold the record, start what should run and does not, and compare. Raises NotFound and Unavailable."""
    case = await case_of(record, key)
    if case.state.declared_at is None:
        raise NotFound(f"There is no incident {key}.")
    if not case.state.is_open:
        return Rebuilt(state=case.state, running=None, same=True, started=())
    started = [
        await judges.ensure_incident(key, incident_input(case)),
        *[await judges.ensure_part(key, code, part_input(case, code)) for code in case.state.active_parties],
    ]
    running = await judges.incident_state(key)
    return Rebuilt(
        state=case.state,
        running=running,
        same=running == case.state,
        started=tuple(id for id in started if id),
    )
