"""The agreements with vendors on retainer, and how much of each is used up."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Protocol

from playbooks.domain.circle.retainer import Agreement
from playbooks.domain.ids import IncidentKey, OrganizationCode


class Retainers(Protocol):
    """Read when a vendor is called and when hours are written down."""

    async def agreement(self, code: str | None, organization: OrganizationCode) -> Agreement | None:
        """The agreement of that code; without one, the first that the organization is a party to. None for none."""

    async def used(self, code: str, besides: IncidentKey) -> Mapping[OrganizationCode, Decimal]:
        """Hours of an agreement by organization, confirmed or not, in every incident but this one."""
