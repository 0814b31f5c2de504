"""Groups of alerts, where no alert ever comes in."""

from collections.abc import AsyncIterator, Callable, Sequence
from datetime import datetime
from uuid import UUID

from playbooks.alerts.spike import Counted
from playbooks.domain.errors import NotFound
from playbooks.domain.ids import IncidentKey, OrganizationCode
from playbooks.ports.intake import AtTriage, Change, Group, Kept, TriageDecision


class NoGroups:
    """The groups port of a rehearsal."""

    async def group(self, id: str) -> Group:
        """See the port."""
        raise _none(id)

    async def change(self, id: str, decide: Callable[[Group], Change]) -> Group:  # noqa: ARG002  the port's
        """See the port."""
        raise _none(id)

    async def judge(
        self,
        ids: Sequence[str],
        fingerprints: Sequence[str],  # noqa: ARG002  the port's
        decide: Callable[[AtTriage], TriageDecision],  # noqa: ARG002  the port's
    ) -> TriageDecision:
        """See the port."""
        raise _none(", ".join(ids))

    async def triage(
        self,
        organization: OrganizationCode | None = None,  # noqa: ARG002  the port's
        *,
        limit: int = 200,  # noqa: ARG002  the port's
    ) -> Sequence[Group]:
        """See the port."""
        return ()

    async def rates(self, organization: OrganizationCode, since: datetime) -> Sequence[Counted]:  # noqa: ARG002  the port's
        """None."""
        return ()

    async def of_incident(self, key: IncidentKey) -> Sequence[Group]:  # noqa: ARG002  the port's
        """None."""
        return ()

    async def alerts(self, id: str, *, limit: int = 100) -> Sequence[Kept]:  # noqa: ARG002  the port's
        """See the port."""
        return ()

    async def history(self, since: datetime) -> AsyncIterator[Kept]:  # noqa: ARG002  the port's
        """See the port."""
        nothing: tuple[Kept, ...] = ()
        for kept in nothing:
            yield kept

    async def body(self, delivery: UUID) -> bytes:
        """See the port."""
        raise _none(str(delivery))


def _none(id: str) -> NotFound:
    return NotFound(f"No alert comes in here, so there is no {id}.", code="no_such_group")
