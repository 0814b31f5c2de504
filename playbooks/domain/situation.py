"""The situation: what of the incident its parts, runs and consultations must know; told to them as it changes."""

from pydantic import BaseModel, ConfigDict

from playbooks.domain.actor import Actor
from playbooks.domain.circle.mandate import held_of
from playbooks.domain.ids import IncidentKey, OrganizationCode
from playbooks.domain.incident import IncidentState
from playbooks.domain.marking import Marking
from playbooks.domain.policy import check_party, check_permission
from playbooks.domain.roles import Role


class Situation(BaseModel):
    """A snapshot of an incident, codes only; the incident itself tells each new one."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    incident: IncidentState

    def or_later(self, told: "Situation") -> "Situation":
        """What is told now, unless more is known already: an incident may be reopened while it still tells its end."""
        return told if told.incident.changes >= self.incident.changes else self

    @property
    def key(self) -> IncidentKey:
        """The incident's key."""
        return self.incident.key

    @property
    def marking(self) -> Marking:
        """The incident's marking."""
        return self.incident.marking

    @property
    def is_open(self) -> bool:
        """Whether work goes on."""
        return self.incident.is_open

    @property
    def commander(self) -> str | None:
        """The incident commander."""
        return self.incident.roles.get(Role.INCIDENT_COMMANDER)

    def check_permission(self, actor: Actor, verb: str) -> None:
        """Raise Refused or NotFound when this is not for this actor."""
        check_permission(actor, verb, self.incident)

    def check_party(self, organization: str) -> None:
        """Raise Refused when the organization does not take part."""
        check_party(organization, self.incident)

    def audience_of_part(self, organization: OrganizationCode) -> tuple[str, ...]:
        """Who needs to know of an organization's own part; the named alone when restricted.

        Itself, the lead, and whoever works it under a mandate.
        """
        if self.incident.restricted:
            return self.incident.audience
        held = held_of(self.incident.mandates, organization)
        return tuple(dict.fromkeys((organization, self.incident.lead, *((held.to,) if held else ()))))
