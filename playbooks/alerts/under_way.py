"""What alert routing knows by itself: a simulation or a test that somebody carries out as a shared service (003).

It becomes rules like any other, ahead of the installation's own, for as long as the service is worked and no longer.
"""

from collections.abc import Iterable
from datetime import datetime

from playbooks.domain.case import Case
from playbooks.domain.circle.service import ServiceRequest
from playbooks.domain.routing import Match, Routing, RoutingRule, SuppressOutcome
from playbooks.domain.saying import kept
from playbooks.domain.task import TaskStatus


def under_way(case: Case, at: datetime) -> tuple[RoutingRule, ...]:
    """A rule for each service of the incident that sets off alerts now, as its provider announced.

    None of a restricted incident, for whoever reads alerts is not among the named.
    """
    state = case.state
    if state.restricted or not state.is_open:
        return ()
    accepted = {task.origin for task in case.tasks.values() if task.status is TaskStatus.OPEN}
    return tuple(
        _rule(case, request)
        for request in state.services.values()
        if request.origin in accepted
        and request.is_expected(at)
        and {request.organization, request.service.provider} <= {*state.active_parties}
    )


def expecting(routing: Routing, rules: Iterable[RoutingRule]) -> Routing:
    """The rules with these before them."""
    ahead = tuple(rules)
    return routing.model_copy(update={"rules": (*ahead, *routing.rules)}) if ahead else routing


def _rule(case: Case, request: ServiceRequest) -> RoutingRule:
    service, announced = request.service, request.announced
    return RoutingRule(
        name=f"service-{case.state.key}-{request.id}".casefold(),
        why=kept(
            "alert.because.under_way",
            service=service.name,
            provider=service.provider,
            organization=request.organization,
            request=request.id,
            incident=case.state.key,
        ),
        when=Match(organizations=(request.organization,), comes_from=announced.known_by if announced else ()),
        then=SuppressOutcome(),
        until=announced.until if announced else None,
    )
