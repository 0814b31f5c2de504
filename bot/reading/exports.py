"""That something was released is an entry of its own (document 004, §5: the software records who released what)."""

from datetime import datetime

from playbooks.domain.actor import Actor, ActorKind
from playbooks.domain.entry import Entry, entry_id, in_milliseconds
from playbooks.domain.ids import OrganizationCode
from playbooks.domain.incident import IncidentState
from playbooks.domain.kinds import Kind
from playbooks.domain.release import Reader


def exported(state: IncidentState, reader: Reader, sha256: str, at: datetime) -> Entry:
    """The entry of an export by the operator of this installation, for this reader; `sha256` is the bundle's."""
    at = in_milliseconds(at)
    to = OrganizationCode(reader.organization or "")
    return Entry(
        id=entry_id(f"export/{state.key}/{sha256}/{at.isoformat()}"),
        incident=state.key,
        kind=Kind.EXPORT_RELEASE,
        at=at,
        actor=Actor(id="operator", kind=ActorKind.OPERATOR, organization=state.lead),
        subject="incident",
        data={"to": to, "person": reader.person or "", "sha256": sha256, "what": "bundle"},
        marking=state.marking,
        audience=state.audience,
    )
