"""A connection: one organization's account with one vendor; the unit of credentials, ceilings and faults."""

import re
from enum import StrEnum
from functools import lru_cache
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from playbooks.domain.ids import ConnectionId, OrganizationCode
from playbooks.domain.marking import Marking
from playbooks.domain.organization import Duty
from playbooks.domain.tongue import Tongue


class PortName(StrEnum):
    """What a connection provides; one Protocol each in `playbooks/ports/`."""

    CHAT = "chat"
    TICKETING = "ticketing"
    PAGING = "paging"
    MAIL = "mail"
    CONTAINMENT = "containment"
    HTTP = "http"
    SHARING = "sharing"


class Vendor(StrEnum):
    """Whose system stands behind a connection."""

    SLACK = "slack"
    MATRIX = "matrix"
    JIRA = "jira"
    PAGERDUTY = "pagerduty"
    ROTA = "rota"
    """The rota that comes with Muster; nothing outside is behind it."""
    SMTP = "smtp"
    HTTP = "http"
    TAXII = "taxii"
    SIMULATED_CHAT = "simulated-chat"
    SIMULATED_TICKETING = "simulated-ticketing"
    SIMULATED_PAGING = "simulated-paging"
    SIMULATED_MAIL = "simulated-mail"
    SIMULATED_CONTAINMENT = "simulated-containment"
    SIMULATED_HTTP = "simulated-http"
    SIMULATED_SHARING = "simulated-sharing"

    @property
    def port(self) -> PortName:
        """The one port that this vendor provides."""
        return _PROVIDES[self]

    @property
    def simulated(self) -> bool:
        """Whether nothing outside is reached; shown as "not connected" wherever people look."""
        return self.value.startswith("simulated-")


_PROVIDES = {
    Vendor.SLACK: PortName.CHAT,
    Vendor.MATRIX: PortName.CHAT,
    Vendor.JIRA: PortName.TICKETING,
    Vendor.PAGERDUTY: PortName.PAGING,
    Vendor.ROTA: PortName.PAGING,
    Vendor.SMTP: PortName.MAIL,
    Vendor.HTTP: PortName.HTTP,
    Vendor.TAXII: PortName.SHARING,
    Vendor.SIMULATED_CHAT: PortName.CHAT,
    Vendor.SIMULATED_TICKETING: PortName.TICKETING,
    Vendor.SIMULATED_PAGING: PortName.PAGING,
    Vendor.SIMULATED_MAIL: PortName.MAIL,
    Vendor.SIMULATED_CONTAINMENT: PortName.CONTAINMENT,
    Vendor.SIMULATED_HTTP: PortName.HTTP,
    Vendor.SIMULATED_SHARING: PortName.SHARING,
}


def connection_id(organization: OrganizationCode, account: str) -> ConnectionId:
    """The id of an organization's account: `connection_id("UN Women", "Slack")` is `un-women/slack`."""
    return ConnectionId(f"{account_name(organization)}/{account_name(account)}")


def belongs_to(id: ConnectionId, organization: OrganizationCode) -> bool:
    """Whether it is an account of that organization."""
    return owner_of(id) == account_name(organization)


def owner_of(id: ConnectionId) -> str:
    """Whose account it is, as `account_name` writes it."""
    return id.partition("/")[0]


@lru_cache(maxsize=10_000)
def account_name(text: str) -> str:
    """The name of an organization, or of an account, within ids: `un-women`."""
    return re.sub(r"[^a-z0-9]+", "-", text.casefold()).strip("-")


class Connection(BaseModel):
    """One organization's account with one vendor, and the strictest marking that may pass through it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: ConnectionId = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*/[a-z0-9]+(-[a-z0-9]+)*$")
    organization: OrganizationCode
    vendor: Vendor
    ceiling: Marking
    place: str = ""
    """Where in the account: Jira's project, PagerDuty's service, the prefix of rooms, the sender."""
    executes: tuple[str, ...] = ()
    """Types of commands (CACAO 2.0 §5) that an executor behind it runs."""
    groups: tuple[tuple[Duty, str], ...] = ()
    """Groups of people in the account, each standing for a duty in its organization: Slack's user groups, by id."""
    tongue: Tongue = Tongue()
    """How it is spoken to: its organization's language, and UTC, for a room is read by many."""

    @model_validator(mode="after")
    def _id_names_its_organization(self) -> Self:
        if owner_of(self.id) != account_name(self.organization):
            raise ValueError(
                f"connection “{self.id}” does not belong to {self.organization}; "
                f"its id begins with “{account_name(self.organization)}/”"
            )
        return self

    @property
    def port(self) -> PortName:
        """What this connection provides."""
        return self.vendor.port

    @property
    def simulated(self) -> bool:
        """Whether nothing outside is reached."""
        return self.vendor.simulated

    def carries(self, marking: Marking) -> bool:
        """Tell whether something so marked may pass; the release rule judges need to know."""
        return marking.within(self.ceiling)
