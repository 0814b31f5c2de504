"""Reports that were released, each quarter once."""

from collections.abc import Sequence
from typing import Protocol

from pydantic import AwareDatetime, BaseModel, ConfigDict

from playbooks.domain.entry import Entry
from playbooks.domain.ids import EntryId, OrganizationCode
from playbooks.governance.report import Report


class ReleasedReport(BaseModel):
    """A report as it went out."""

    model_config = ConfigDict(frozen=True)

    report: Report
    text: str
    released_at: AwareDatetime
    entry: EntryId
    """The decision, in the installation's own log."""


class Reports(Protocol):
    """Keeps what was released. Raises Unavailable."""

    async def release(self, released: ReleasedReport, quarters: Sequence[str], decision: Entry) -> None:
        """Keep a report and record the decision, in one transaction.

        Raises Conflict where one of its quarters was reported on before by this organization in this kind of report.
        """

    async def released(self, organization: OrganizationCode) -> Sequence[ReleasedReport]:
        """What an organization released, the oldest first."""
