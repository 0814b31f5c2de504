"""The hybrid cyberattack response network of an incident: its definition, who is in it, what it assessed.

Document 002, §16 and footnote 1. OICT leads the network; DSS is confined to the physical security of staff and
premises; the incident stays with whoever leads it.
"""

from collections.abc import Callable
from enum import StrEnum
from typing import Any, Final

from pydantic import AwareDatetime, BaseModel, ConfigDict

from playbooks.domain.entry import Entry
from playbooks.domain.errors import Refused
from playbooks.domain.function import Function, Office
from playbooks.domain.ids import OrganizationCode, PersonId
from playbooks.domain.kinds import Kind
from playbooks.domain.saying import says

SECRETARIAT: Final = OrganizationCode("UN")
"""The organization whose offices OICT and DSS are."""


class Means(StrEnum):
    """By what the harm is done: the first part of the definition."""

    DIGITAL = "digital"
    """The use of digital technology."""
    PHYSICAL = "physical"
    """A physical attack against information technology infrastructure."""
    NEITHER = "neither"


class Known(StrEnum):
    """An answer that may be lacking."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class Danger(StrEnum):
    """What results from it: the third part."""

    PREMISES = "premises"
    """A significant physical security vulnerability at United Nations premises."""
    STAFF = "staff"
    """A heightened risk of harm to staff members."""
    BOTH = "both"
    NEITHER = "neither"


class Definition(BaseModel):
    """The answers to each part of the definition (document 002, footnote 1)."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    means: Means
    deliberate: Known
    """Is it to cause deliberate harm to United Nations programmes and activities?"""
    danger: Danger

    def check(self) -> None:
        """Raise Refused, naming each part that is not met: the network is activated for nothing else."""
        lacking = [
            part
            for part, is_met in (
                ("means", self.means is not Means.NEITHER),
                ("deliberate", self.deliberate is Known.YES),
                ("danger", self.danger is not Danger.NEITHER),
            )
            if not is_met
        ]
        if lacking:
            raise Refused(says("not_hybrid", lacking=lacking), source="002, footnote 1")


class Risk(StrEnum):
    """How high the assessed risk is, as those who sign judge it."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    VERY_HIGH = "very_high"
    UNACCEPTABLE = "unacceptable"


class Measure(StrEnum):
    """What a recommendation does (document 002, §16)."""

    PREVENTIVE = "preventive"
    MITIGATING = "mitigating"


RECIPIENTS: Final = ("designated_official", "security_management_team", "security_adviser")
"""Where an agreed assessment goes, by duty station: it feeds the security risk management process."""


def function_of(office: Office) -> Function:
    """The work that each side of the network carries out."""
    return Function.PHYSICAL_SECURITY if office is Office.DSS else Function.CYBER


class Assessment(BaseModel):
    """One version of the joint security risk assessment; its words stand in the record at `entry`."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    version: int
    station: str
    """The duty station, a code such as `ADD`."""
    risk: Risk
    by: PersonId
    entry: str


class Recommendation(BaseModel):
    """What one side is to do; a task of that side once both have signed."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: str
    """`P-1`: what protects. Earlier records have `H-1`, which are now the hours of a vendor alone."""
    version: int
    """The version of the assessment that it made."""
    office: Office
    measure: Measure
    due_minutes: int
    entry: str
    agreed: bool = False
    withdrawn: bool = False
    """Taken back by its own side before both had signed: it becomes no task."""

    @property
    def is_proposed(self) -> bool:
        """Part of what is to be signed next."""
        return not self.agreed and not self.withdrawn


class Network(BaseModel):
    """The network of one incident as it stands; codes only."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    definition: Definition
    judged_by: PersonId
    activated_at: AwareDatetime
    basis: str = ""
    """The entry whose words say why."""
    assessments: tuple[Assessment, ...] = ()
    recommendations: tuple[Recommendation, ...] = ()
    version: int = 0
    """Counts every change of the assessment and its recommendations; what is signed is a version."""
    signed: dict[Office, PersonId] = {}
    """Who of each office signed the newest version; a change is signed anew."""
    agreed: int = 0
    """The newest version that both have signed; 0 before there is one."""
    stood_down: dict[Office, PersonId] = {}
    """Who of each office said that the network may end."""
    deactivated_at: AwareDatetime | None = None

    @property
    def is_active(self) -> bool:
        """Activated, and not ended by both."""
        return self.deactivated_at is None


def evolve_network(network: Network | None, entry: Entry) -> Network | None:
    """The network after one more entry."""
    if entry.kind == Kind.NETWORK_ACTIVATE:
        return _activated(network, entry)
    change = _NETWORK.get(entry.kind)
    return network if network is None or change is None else network.model_copy(update=change(network, entry))


def _activated(network: Network | None, entry: Entry) -> Network:
    """Where it was active before, what was assessed, signed and recommended then stays: versions count on."""
    anew: dict[str, Any] = {
        "definition": Definition.model_validate(entry.data),
        "judged_by": PersonId(entry.actor.id),
        "activated_at": entry.at,
        "basis": entry.id,
        "stood_down": {},
        "deactivated_at": None,
    }
    return Network.model_validate(anew) if network is None else network.model_copy(update=anew)


def _assessed(network: Network, entry: Entry) -> dict[str, Any]:
    found = Assessment.model_validate({**entry.data, "by": entry.actor.id, "entry": entry.id})
    return {"assessments": (*network.assessments, found), "version": found.version, "signed": {}}


def _recommended(network: Network, entry: Entry) -> dict[str, Any]:
    found = Recommendation.model_validate(
        {**entry.data, "id": entry.data["recommendation"], "entry": entry.id}
    )
    return {"recommendations": (*network.recommendations, found), "version": found.version, "signed": {}}


def _withdrawn(network: Network, entry: Entry) -> dict[str, Any]:
    every = tuple(
        each.model_copy(update={"withdrawn": True}) if each.id == entry.data["recommendation"] else each
        for each in network.recommendations
    )
    return {"recommendations": every, "version": entry.data["version"], "signed": {}}


def _signed(network: Network, entry: Entry) -> dict[str, Any]:
    return {"signed": {**network.signed, Office(entry.data["office"]): PersonId(entry.actor.id)}}


def _agreed(network: Network, entry: Entry) -> dict[str, Any]:
    every = tuple(
        each.model_copy(update={"agreed": True}) if each.is_proposed else each
        for each in network.recommendations
    )
    return {"recommendations": every, "agreed": entry.data["version"]}


def _stood_down(network: Network, entry: Entry) -> dict[str, Any]:
    return {"stood_down": {**network.stood_down, Office(entry.data["office"]): PersonId(entry.actor.id)}}


_NETWORK: dict[str, Callable[[Network, Entry], dict[str, Any]]] = {
    Kind.ASSESSMENT_SAVE: _assessed,
    Kind.ASSESSMENT_RECOMMEND: _recommended,
    Kind.ASSESSMENT_WITHDRAW: _withdrawn,
    Kind.ASSESSMENT_SIGN: _signed,
    Kind.ASSESSMENT_AGREE: _agreed,
    Kind.NETWORK_STAND_DOWN: _stood_down,
    Kind.NETWORK_DEACTIVATE: lambda _network, entry: {"deactivated_at": entry.at},
}

NETWORK_KINDS: Final = (Kind.NETWORK_ACTIVATE, *_NETWORK)
"""The kinds that change the network."""
