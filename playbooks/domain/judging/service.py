"""Asking for a shared service: by who may, of a provider that knows of the incident, as the catalogue states it."""

from playbooks.domain.catalogue import Service
from playbooks.domain.command import Command
from playbooks.domain.errors import NotFound, Refused
from playbooks.domain.incident import IncidentState
from playbooks.domain.judging.draft import Drafting, Judge
from playbooks.domain.kinds import Kind
from playbooks.domain.organization import Membership
from playbooks.domain.policy import represents


def _request(state: IncidentState, command: Command, drafting: Drafting) -> None:
    """`service` and `membership` are what the directory says of what is asked for, and of who asks."""
    own, given = command.actor.organization, command.args.get("service")
    if not isinstance(given, dict):
        raise NotFound("There is no such service; see `/incident services`.", code="no_service")
    service = Service.model_validate(given)
    if not represents(command.actor):
        raise Refused(
            f"A service is asked for, and so paid for, by {own}'s CISO or duty officer; please tell them.",
            code="not_representative",
            source="004 §4",
        )
    if own == service.provider or Membership(command.args["membership"]) not in service.entitled:
        raise Refused(
            f"{service.name} of {service.provider} is for {' and '.join(service.entitled)} organizations that are "
            f"its clients, and {own} is none of them.",
            code="not_entitled_to_service",
            source="003 §143",
        )
    if service.provider not in state.active_parties:
        raise Refused(
            f"{service.provider} takes no part in {state.key}; to ask it is to tell it. "
            f"Have it invited first: `/incident invite {service.provider}`.",
            code="not_a_party",
            source="004 §5",
        )
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
        rate=str(service.rate) if service.rate is not None else None,
        currency=service.currency or None,
    )


SERVICES: dict[str, Judge] = {"service.request": _request}
