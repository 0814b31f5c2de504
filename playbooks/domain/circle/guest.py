"""Guests: people of a vendor on retainer, in an incident for as long as the vendor is called there. Pure.

A guest's organization is her vendor, named by its agreement: `vendor:IR-EXAMPLE`. A vendor is no organization of the
community and no client of one: it takes part in nothing, and reads what is addressed to it by name and nothing else.
"""

from collections.abc import Iterable, Mapping

from pydantic import AwareDatetime, BaseModel, ConfigDict

from playbooks.domain.ids import OrganizationCode, PersonId

VENDOR = "vendor:"
"""Before the code of an agreement, where an organization's code would stand; none begins so."""


class Guest(BaseModel):
    """One person of a vendor who was admitted."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    person: PersonId
    vendor: OrganizationCode
    call: str
    """The call on the retainer under which she is here, `V-1`."""
    since: AwareDatetime


Guests = Mapping[PersonId, Guest]


def vendor_of(agreement: str) -> OrganizationCode:
    """What stands for a vendor where an organization's code would, by the code of its agreement."""
    return OrganizationCode(f"{VENDOR}{agreement}")


def agreement_of(vendor: OrganizationCode) -> str:
    """The agreement's code, by which people name a vendor."""
    return vendor.removeprefix(VENDOR)


def is_vendor(organization: str | None) -> bool:
    """Whether a code stands for a vendor."""
    return organization is not None and organization.startswith(VENDOR)


def vendors(guests: Guests) -> tuple[OrganizationCode, ...]:
    """The vendors of whom somebody is admitted."""
    return tuple(dict.fromkeys(each.vendor for each in guests.values()))


def without(guests: Guests, gone: Iterable[str]) -> dict[PersonId, Guest]:
    """The guests who stay."""
    leaving = set(gone)
    return {person: each for person, each in guests.items() if person not in leaving}
