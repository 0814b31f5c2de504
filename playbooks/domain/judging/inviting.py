"""Drafting an invitation: what an organization that knows nothing of an incident is told first (document 004, §7)."""

from typing import Any

from playbooks.domain.ids import OrganizationCode
from playbooks.domain.incident import IncidentState
from playbooks.domain.judging.draft import Drafting
from playbooks.domain.kinds import Kind


def draft_invitation(state: IncidentState, organization: OrganizationCode, drafting: Drafting) -> None:
    """Invite an organization; it takes part when it joins."""
    drafting.draft(
        Kind.PARTY_INVITE,
        f"part/{organization}",
        audience=state.audience if state.restricted else (*state.audience, organization),
        organization=organization,
        **as_it_stands(state),
    )


def as_it_stands(state: IncidentState) -> dict[str, Any]:
    """What somebody who knows nothing of an incident is told first: who leads, how bad it is, and since when."""
    return {
        "lead": state.lead,
        "severity": state.severity.value,
        "class": state.incident_class,
        "declared_at": state.declared_at.isoformat() if state.declared_at else None,
    }
