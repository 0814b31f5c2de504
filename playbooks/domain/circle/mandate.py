"""An organization's part of an incident handed to a shared service provider, by a mandate that is recorded.

"Chief information security officer as a service" (003 §111): an organization without a team of its own has UNICC work
its part. The mandate is the organization's to give and to take back at any time (004 §7); it is for work, never for
the organization's word.
"""

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any, Final

from pydantic import AwareDatetime, BaseModel, ConfigDict

from playbooks.domain.consultation import Purpose
from playbooks.domain.entry import Entry
from playbooks.domain.ids import OrganizationCode, PersonId
from playbooks.domain.kinds import Kind


class MandateStatus(StrEnum):
    """Where a mandate stands: work is asked and accepted, also here."""

    OFFERED = "offered"
    HELD = "held"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    """Taken back by the organization that gave it."""
    RETURNED = "returned"
    """Given back by whoever held it."""
    LAPSED = "lapsed"
    """One of the two left the incident."""


ANSWERED: Final = (Purpose.STATUS_CALL,)
"""What may be answered under a mandate: what was found. Votes, approvals, opt-in and signatures are one's own word."""


class Mandate(BaseModel):
    """One mandate; codes only."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: str
    """`M-1`."""
    organization: OrganizationCode
    """Whose part it is, and stays."""
    to: OrganizationCode
    """Who works it."""
    given_by: PersonId
    given_at: AwareDatetime
    status: MandateStatus = MandateStatus.OFFERED
    changed_by: str = ""
    changed_at: AwareDatetime | None = None

    @property
    def stands(self) -> bool:
        """Offered or held."""
        return self.status in (MandateStatus.OFFERED, MandateStatus.HELD)


Mandates = Mapping[str, Mandate]


def standing_of(mandates: Mandates, organization: str) -> Mandate | None:
    """The mandate by which an organization's part is offered to somebody, or held by somebody."""
    return next(
        (each for each in mandates.values() if each.organization == organization and each.stands), None
    )


def held_of(mandates: Mandates, organization: str) -> Mandate | None:
    """The mandate under which somebody else works an organization's part."""
    found = standing_of(mandates, organization)
    return found if found is not None and found.status is MandateStatus.HELD else None


def acts_under(mandates: Mandates, actor: str, organization: str) -> Mandate | None:
    """The mandate under which one organization acts in another's part; None where it has none."""
    held = held_of(mandates, organization)
    return held if held is not None and held.to == actor else None


def evolve_mandates(mandates: Mandates, entry: Entry) -> dict[str, Mandate]:
    """The mandates after one more entry."""
    if entry.kind == Kind.MANDATE_GIVE:
        given = Mandate(
            id=entry.data["mandate"],
            organization=OrganizationCode(entry.data.get("organization", "")),
            to=OrganizationCode(entry.data.get("to", "")),
            given_by=PersonId(entry.actor.id),
            given_at=entry.at,
        )
        return {**mandates, given.id: given}
    if entry.kind == Kind.PARTY_LEAVE:
        return lapsed(mandates, entry)
    found, status = mandates.get(entry.data["mandate"]), _STATUS[entry.kind](entry.data)
    return dict(mandates) if found is None else {**mandates, found.id: _changed(found, status, entry)}


def lapsed(mandates: Mandates, left: Entry) -> dict[str, Mandate]:
    """Whoever leaves neither gives nor holds a mandate any more."""
    code = left.data.get("organization")
    return {
        id: _changed(each, MandateStatus.LAPSED, left)
        if each.stands and code in (each.organization, each.to)
        else each
        for id, each in mandates.items()
    }


def _changed(mandate: Mandate, status: MandateStatus, entry: Entry) -> Mandate:
    change = {"status": status, "changed_by": entry.actor.id, "changed_at": entry.at}
    return mandate.model_copy(update=change)


_STATUS: dict[str, Callable[[Mapping[str, Any]], MandateStatus]] = {
    Kind.MANDATE_ACCEPT: lambda _data: MandateStatus.HELD,
    Kind.MANDATE_DECLINE: lambda _data: MandateStatus.DECLINED,
    Kind.MANDATE_END: lambda data: MandateStatus(data["how"]),
}

MANDATE_KINDS: Final = (Kind.MANDATE_GIVE, *_STATUS)
"""The kinds that change mandates, beside whoever leaves."""
