"""What is told when a status update is owed: whoever commands is asked; the second time all hear that it is late."""

from datetime import datetime

from playbooks.domain.actor import Actor, ActorKind
from playbooks.domain.entry import Entry, entry_id
from playbooks.domain.incident import IncidentState
from playbooks.domain.kinds import Kind
from playbooks.domain.roles import Role

LATE = "late"
"""The state of a reminder when the one before was not heeded either."""


def update_reminder(state: IncidentState, at: datetime) -> Entry:
    """The reminder of the update that is owed now."""
    commanding = (state.roles.get(role) for role in (Role.INCIDENT_COMMANDER, Role.DEPUTY_INCIDENT_COMMANDER))
    due_at = state.update_due_at
    return Entry(
        id=entry_id(f"{state.key}/update/{due_at}"),
        incident=state.key,
        kind=Kind.UPDATE_REMIND,
        at=at,
        actor=Actor(id="timer", kind=ActorKind.TIMER, organization=state.lead),
        subject="incident",
        data={
            "due_at": due_at.isoformat() if due_at else "",
            "organization": state.lead,
            "named": list(filter(None, commanding)),
            "missed": state.updates_missed + 1,
            **({"state": LATE} if state.updates_missed else {}),
        },
        marking=state.marking,
        audience=state.audience,
    )
