"""The simulations and tests that are under way now, from the record, for those who decide about alerts."""

from collections.abc import Awaitable, Callable
from datetime import datetime

from playbooks.alerts.under_way import under_way
from playbooks.domain.case import Case
from playbooks.domain.ids import IncidentKey
from playbooks.domain.routing import RoutingRule

Expected = Callable[[], Awaitable[tuple[RoutingRule, ...]]]
"""The rules that follow from what is under way. Raises Unavailable."""


async def nothing_expected() -> tuple[RoutingRule, ...]:
    """Where no service is known."""
    return ()


class UnderWay:
    """Asked for each batch of alerts: few incidents have such a service, and their cases are at hand."""

    def __init__(
        self,
        announced: Callable[[], Awaitable[tuple[IncidentKey, ...]]],
        case: Callable[[IncidentKey], Awaitable[Case]],
        now: Callable[[], datetime],
    ) -> None:
        """`announced` tells the incidents in which a provider said by what its work is known."""
        self._announced = announced
        self._case = case
        self._now = now

    async def rules(self) -> tuple[RoutingRule, ...]:
        """See `Expected`."""
        cases = [await self._case(key) for key in await self._announced()]
        return tuple(rule for case in cases for rule in under_way(case, self._now()))
