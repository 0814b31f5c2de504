"""`muster incident rebuild`: from the record to the same state, running again where Temporal lost it."""

from pydantic import BaseModel, ConfigDict

from playbooks.domain.errors import NotFound
from playbooks.domain.ids import IncidentKey, RunId
from playbooks.domain.incident import IncidentState
from playbooks.domain.saying import says
from playbooks.ports.record import Record
from workflows.client import Judges
from workflows.rebuild import (
    Account,
    account_of,
    consult_input,
    incident_input,
    part_input,
    retainer_inputs,
    review_input,
    run_input,
)

_LOOKS = 5
"""How often the two are compared: between one look and the other the incident may have gone on."""


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


async def resume(record: Record, judges: Judges, key: IncidentKey) -> tuple[IncidentState, tuple[str, ...]]:
    """Start what should run by the record and does not. Raises NotFound and Unavailable."""
    account = await account_of(record, key)
    state = account.case.state
    if state.declared_at is None:
        raise NotFound(says("not_found.no_such_incident", incident=key))
    outlasting = (*await _review_started(judges, account), *await _outlasting_started(judges, account))
    return state, (*outlasting, *(await _started(judges, account) if state.is_open else ()))


async def rebuild(record: Record, judges: Judges, key: IncidentKey) -> Rebuilt:
    """Fold the record, start what should run and does not, and compare. Raises NotFound and Unavailable."""
    state, started = await resume(record, judges, key)
    if not state.is_open:
        return Rebuilt(state=state, running=None, same=True, started=started)
    running = await judges.incident_state(key)
    for _ in range(_LOOKS):
        state = (await account_of(record, key)).case.state
        if running == state:
            break
        running = await judges.incident_state(key)
    return Rebuilt(state=state, running=running, same=running == state, started=started)


async def _review_started(judges: Judges, account: Account) -> tuple[str, ...]:
    """A review lives on after its incident, until nothing of it is owed and the incident knows."""
    review, key = account.case.review, account.case.state.key
    if review.opened_at is None or (review.is_over and account.case.state.review_settled):
        return ()
    started = await judges.ensure_review(key, review_input(account))
    return (started,) if started else ()


async def _outlasting_started(judges: Judges, account: Account) -> tuple[str, ...]:
    """A part lives on while something of it is to be done, the incident itself while something is to be reported."""
    state = account.case.state
    if state.is_open:
        return ()
    owed = {task.organization for task in account.case.open_tasks if task.outlasts}
    parts = [
        await judges.ensure_part(state.key, code, part_input(account, code))
        for code in state.active_parties
        if code in owed
    ]
    if state.owed_duties:
        parts.append(await judges.ensure_incident(state.key, incident_input(account)))
    return tuple(id for id in parts if id)


async def _started(judges: Judges, account: Account) -> tuple[str, ...]:
    """What did not run, the incident last: it would start the others anew, and they have something behind them."""
    state = account.case.state
    parts = [
        await judges.ensure_part(state.key, code, part_input(account, code)) for code in state.active_parties
    ]
    consultations = [
        await judges.ensure_consultation(state.key, consult_input(account, each.question.id))
        for each in account.case.open_consultations
    ]
    runs = [
        await judges.ensure_run(state.key, run_input(account, RunId(run)))
        for run, outcome in state.runs.items()
        if outcome == "running"
    ]
    clocks = [await judges.ensure_clocks(state.key, each) for each in retainer_inputs(account)]
    incident = await judges.ensure_incident(state.key, incident_input(account))
    return tuple(id for id in (*parts, *consultations, *runs, *clocks, incident) if id)
