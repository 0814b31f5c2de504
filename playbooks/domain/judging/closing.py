"""Closing an incident: by a command of its own, and when it goes on in another."""

from playbooks.domain.errors import Conflict
from playbooks.domain.incident import IncidentState
from playbooks.domain.judging.draft import Drafting
from playbooks.domain.judging.guest import draft_leaving
from playbooks.domain.judging.hybrid import check_ended
from playbooks.domain.kinds import Kind
from playbooks.domain.review import DUE_AFTER
from playbooks.domain.saying import says


def draft_close(state: IncidentState, drafting: Drafting, *, is_reviewed: bool = True) -> None:
    """Close it, have its guests leave, and have it reviewed once.

    Raises Conflict while a playbook runs or the hybrid network is active.
    """
    running = [run for run, outcome in state.runs.items() if outcome == "running"]
    if running:
        raise Conflict(
            says("run_going_on", running=list(running), incident=state.key),
        )
    check_ended(state)
    drafting.draft(Kind.CLOSE, "incident", was=state.phase.value)
    draft_leaving(state.guests.values(), drafting)
    if is_reviewed and state.review_due_at is None:
        drafting.draft(Kind.REVIEW_OPEN, "review", due_at=(drafting.at + DUE_AFTER).isoformat())
