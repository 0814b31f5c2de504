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
        lead=state.lead,
        severity=state.severity.value,
        declared_at=state.declared_at.isoformat() if state.declared_at else None,
        **_class(state),
    )


def _class(state: IncidentState) -> dict[str, Any]:
    """`class` is a word of Python's."""
    return {"class": state.incident_class}
