"""The agreements of this installation, from its file, and what the record says was used of them."""

from collections.abc import Awaitable, Callable, Mapping
from decimal import Decimal
from pathlib import Path

from pydantic import BaseModel, ConfigDict, TypeAdapter
from ruamel.yaml import YAML

from bot.written_file import reading
from playbooks.domain.case import Case
from playbooks.domain.circle.guest import vendor_of
from playbooks.domain.circle.retainer import Agreement, together
from playbooks.domain.errors import Malformed
from playbooks.domain.ids import IncidentKey, OrganizationCode, PersonId
from playbooks.domain.organization import Directory
from playbooks.domain.saying import saying

Called = Callable[[], Awaitable[tuple[IncidentKey, ...]]]
"""The incidents in which a vendor on retainer was called."""


class _File(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    agreements: tuple[Agreement, ...] = ()


def read_agreements(content: bytes, directory: Directory) -> tuple[Agreement, ...]:
    """The agreements of a file. Raises Malformed with the place and the fault."""
    with reading("retainers"):
        data = YAML(typ="safe", pure=True).load(content.decode("utf-8")) or {}
        found = _File.model_validate(TypeAdapter(dict[str, object]).validate_python(data)).agreements
    known = {organization.code for organization in directory.organizations}
    for agreement in found:
        strangers = [code for code in agreement.hours if code not in known]
        if strangers:
            raise Malformed(
                saying("file.retainers.no_organization", agreement=agreement.code, organization=strangers[0])
            )
        for person in agreement.staff:
            _check_staff(agreement, person, directory)
    if len({agreement.code.casefold() for agreement in found}) < len(found):
        raise Malformed(saying("file.retainers.twice"))
    return found


def _check_staff(agreement: Agreement, person: PersonId, directory: Directory) -> None:
    """Raise Malformed for somebody who is not in the directory, or not of this vendor."""
    vendor = vendor_of(agreement.code)
    if not any(each.id == person and each.organization == vendor for each in directory.people):
        raise Malformed(
            saying("file.retainers.stranger", agreement=agreement.code, who=person, vendor=vendor)
        )


def read_retainers(path: Path | None, directory: Directory) -> tuple[Agreement, ...]:
    """The agreements of the installation's file; none without a file. Raises Malformed."""
    if path is None:
        return ()
    with reading("retainers", path):
        return read_agreements(path.read_bytes(), directory)


class RecordedRetainers:
    """The retainers port: agreements from the file, hours from the record."""

    def __init__(
        self,
        agreements: tuple[Agreement, ...],
        called: Called,
        case: Callable[[IncidentKey], Awaitable[Case]],
    ) -> None:
        self._agreements = agreements
        self._called = called
        self._case = case

    @property
    def agreements(self) -> tuple[Agreement, ...]:
        """All of them."""
        return self._agreements

    async def agreement(self, code: str | None, organization: OrganizationCode) -> Agreement | None:
        """See the port."""
        fitting = (
            each
            for each in self._agreements
            if (organization in each.hours if code is None else each.code.casefold() == code.casefold())
        )
        return next(fitting, None)

    async def used(self, code: str, besides: IncidentKey) -> Mapping[OrganizationCode, Decimal]:
        """See the port."""
        used: dict[OrganizationCode, Decimal] = {}
        for key in await self._called():
            if key != besides:
                calls = (await self._case(key)).state.calls.values()
                for call in calls:
                    used = together(used, call.used) if call.agreement.code == code else used
        return used
