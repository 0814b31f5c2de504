"""Shared services: asked for by who may, of a provider that knows of the incident; announced by who works it."""

from datetime import timedelta
from typing import Final

from playbooks.domain.actor import ActorKind
from playbooks.domain.catalogue import Service
from playbooks.domain.circle.service import ServiceRequest
from playbooks.domain.command import Command
from playbooks.domain.errors import Conflict, Malformed, NotFound, Refused
from playbooks.domain.incident import IncidentState
from playbooks.domain.judging.agreement import ask_first, is_agreed
from playbooks.domain.judging.draft import Drafting, Judge, listed, span
from playbooks.domain.kinds import Kind
from playbooks.domain.organization import Membership
from playbooks.domain.policy import represents
from playbooks.domain.provenance import stated
from playbooks.domain.saying import says

_USUALLY: Final = timedelta(days=7)
_LONGEST: Final = timedelta(days=30)
"""How long alerts are expected: it ends by itself, so that nothing stays unseen because somebody forgot."""
_MOST: Final = 50


def _request(state: IncidentState, command: Command, drafting: Drafting) -> None:
    """`service` and `membership` are what the directory says of what is asked for, and of who asks.

    A playbook asks for the lead, once whoever answers for the lead agreed.
    """
    is_machine = command.actor.kind is not ActorKind.PERSON
    own = state.lead if is_machine else command.actor.organization
    given = command.args.get("service")
    if not isinstance(given, dict):
        raise NotFound(says("no_service.service"))
    service = Service.model_validate(given)
    if not is_machine and not represents(command.actor):
        raise Refused(
            says("not_representative.service", own=own),
            source="004 §4",
        )
    if own == service.provider or Membership(command.args["membership"]) not in service.entitled:
        raise Refused(
            says(
                "not_entitled_to_service",
                service=service.name,
                provider=service.provider,
                entitled=" and ".join(service.entitled),
                own=own,
            ),
            source="003 §143",
        )
    if not state.takes_part(service.provider):
        raise Refused(
            says("not_a_party.service", provider=service.provider, incident=state.key),
            source="004 §5",
        )
    if is_machine and not is_agreed(state, command):
        ask_first(
            state,
            command,
            drafting,
            (own,),
            needed=1,
            by_person=True,
            service=service.code,
            provider=service.provider,
            rate=_rate(service),
            currency=service.currency or None,
        )
        return
    request = f"S-{len(state.services) + 1}"
    drafting.draft(
        Kind.SERVICE_REQUEST,
        f"service/{request}",
        audience=state.audience if state.restricted else (own, service.provider),
        request=request,
        organization=own,
        to=service.provider,
        service=service.code,
        agreement=service.model_dump(mode="json"),
        answer_minutes=service.answer_minutes,
        rate=_rate(service),
        currency=service.currency or None,
        waits=command.args.get("origin") if is_machine else None,
        agreed=command.args.get("agreed"),
    )


def _rate(service: Service) -> str | None:
    return str(service.rate) if service.rate is not None else None


def _announce(state: IncidentState, command: Command, drafting: Drafting) -> None:
    """The provider says by what its simulation or test is known, so that alerts of it are no incident."""
    request = _own(state, command)
    length = span(command.args.get("until_minutes", _USUALLY // timedelta(minutes=1)))
    if length > _LONGEST:
        raise Malformed(says("bad_span.service", days=_LONGEST.days))
    drafting.draft(
        Kind.SERVICE_ANNOUNCE,
        f"service/{request.id}",
        audience=(request.organization, request.service.provider),
        request=request.id,
        service=request.service.code,
        organization=request.organization,
        known_by=list(_known_by(command)),
        until_at=(drafting.at + length).isoformat(),
    )


def _own(state: IncidentState, command: Command) -> ServiceRequest:
    """The request that is announced. Raises for one that is not the actor's to announce, or sets off no alerts."""
    wanted = str(command.args["request"]).upper()
    request = state.services.get(wanted)
    if request is None:
        raise NotFound(says("not_found.service_request", wanted=wanted, incident=state.key))
    provider = request.service.provider
    if command.actor.organization != provider or not represents(command.actor):
        raise Refused(
            says("not_representative.known_by", provider=provider),
            source="004 §4",
        )
    if not request.service.sets_off_alerts:
        raise Conflict(
            says("sets_off_no_alerts", service=request.service.name),
            source="003 §144",
        )
    if state.restricted:
        raise Refused(
            says("restricted.service", incident=state.key),
            source="policy",
        )
    return request


def _known_by(command: Command) -> tuple[str, ...]:
    given = listed(command.args["known_by"])
    if not 0 < len(given) <= _MOST:
        raise Malformed(says("bad_origin", most=_MOST))
    try:
        return tuple(dict.fromkeys(stated(each) for each in given))
    except ValueError as error:
        raise Malformed(says("bad_origin.service", error=error)) from None


SERVICES: dict[str, Judge] = {"service.request": _request, "service.announce": _announce}
