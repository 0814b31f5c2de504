"""The entry that tells of a reporting duty as its time goes by, and the one that says it was missed."""

from datetime import datetime

from playbooks.domain.actor import Actor, ActorKind
from playbooks.domain.duties import WARNED_AT, ReportingDuty
from playbooks.domain.entry import Entry, entry_id
from playbooks.domain.incident import IncidentState
from playbooks.domain.kinds import Kind


def duty_warning(state: IncidentState, duty: ReportingDuty, at: datetime) -> Entry:
    """What is to be told of a duty now, once for each part of its time that has passed."""
    stage = duty.passed(at)
    own = tuple(dict.fromkeys((duty.organization, state.lead)))
    return Entry(
        id=entry_id(f"{state.key}/{duty.id}/warned-{stage}"),
        incident=state.key,
        kind=Kind.DUTY_MISS if stage == len(WARNED_AT) else Kind.DUTY_WARN,
        at=at,
        actor=Actor(id="timer", kind=ActorKind.TIMER, organization=duty.organization),
        subject=f"duty/{duty.id}",
        data={
            "duty": duty.id,
            "stage": stage,
            "organization": duty.organization,
            "receiver": duty.receiver,
            "due_at": duty.due_at.isoformat(),
        },
        marking=state.marking,
        audience=state.audience if state.restricted else own,
    )
