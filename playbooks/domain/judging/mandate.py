"""Handing one's part to a shared service provider, and taking it back: each for itself, by its own representative."""

from playbooks.domain.circle.mandate import Mandate, MandateStatus, standing_of
from playbooks.domain.command import Command
from playbooks.domain.errors import Conflict, NotFound, Refused
from playbooks.domain.ids import OrganizationCode
from playbooks.domain.incident import IncidentState, Standing
from playbooks.domain.judging.draft import Drafting, Judge
from playbooks.domain.kinds import Kind
from playbooks.domain.policy import represents


def _give(state: IncidentState, command: Command, drafting: Drafting) -> None:
    """`is_provider` is what the directory says of whom it is given to."""
    own, to = command.actor.organization, OrganizationCode(command.args["to"])
    _check_represents(command, "hands its part over")
    if not command.args.get("is_provider") or to == own:
        raise Refused(
            f"{own} hands its part to a shared service provider of the directory, and {to} is none for it. "
            f"Ask {to} for single tasks: `/incident task add for={to}`.",
            code="no_service_provider",
            source="003 §111",
        )
    if state.parties.get(to, Standing.LEFT) is Standing.LEFT:
        raise Refused(
            f"{to} does not know of {state.key}; to hand it your part is to tell it. "
            f"Have it invited first: `/incident invite {to}`.",
            code="not_a_party",
            source="004 §5",
        )
    if standing := standing_of(state.mandates, own):
        raise Conflict(
            f"{own}'s part is with {standing.to} by {standing.id} ({standing.status}); take that back first: "
            "`/incident mandate withdraw`.",
            code="mandate_stands",
        )
    drafting.draft(
        Kind.MANDATE_GIVE,
        f"part/{own}",
        mandate=f"M-{len(state.mandates) + 1}",
        organization=own,
        to=to,
    )


def _accept(state: IncidentState, command: Command, drafting: Drafting) -> None:
    _draft(Kind.MANDATE_ACCEPT, _offered(state, command), drafting)


def _decline(state: IncidentState, command: Command, drafting: Drafting) -> None:
    _draft(Kind.MANDATE_DECLINE, _offered(state, command), drafting)


def _withdraw(state: IncidentState, command: Command, drafting: Drafting) -> None:
    """At any time and without anybody's leave: by whoever gave it, or by whoever holds it."""
    own = command.actor.organization
    _check_represents(command, "takes a mandate back")
    said = OrganizationCode(command.args.get("organization", own))
    mandate = standing_of(state.mandates, said)
    if mandate is None or own not in (mandate.organization, mandate.to):
        raise NotFound(
            f"There is no mandate of {said} in {state.key} that {own} gave or holds; see `/incident mandate`.",
            code="no_mandate",
        )
    how = MandateStatus.WITHDRAWN if own == mandate.organization else MandateStatus.RETURNED
    _draft(Kind.MANDATE_END, mandate, drafting, how=how.value)


def _offered(state: IncidentState, command: Command) -> Mandate:
    """The mandate that is offered to the actor's organization. Raises Refused, NotFound or Conflict."""
    _check_represents(command, "answers for it")
    code = OrganizationCode(command.args["organization"])
    mandate = standing_of(state.mandates, code)
    if mandate is None or mandate.to != command.actor.organization:
        raise NotFound(
            f"{code} has offered {command.actor.organization} no mandate in {state.key}; see `/incident mandate`.",
            code="no_mandate",
        )
    if mandate.status is not MandateStatus.OFFERED:
        raise Conflict(f"{mandate.id} is {mandate.status} already.", code="mandate_settled")
    return mandate


def _draft(kind: Kind, mandate: Mandate, drafting: Drafting, how: str | None = None) -> None:
    drafting.draft(
        kind,
        f"part/{mandate.organization}",
        mandate=mandate.id,
        organization=mandate.organization,
        to=mandate.to,
        how=how,
    )


def _check_represents(command: Command, does: str) -> None:
    actor = command.actor
    if not represents(actor):
        raise Refused(
            f"{actor.organization}'s CISO or duty officer {does}; please tell them.",
            code="not_representative",
            source="004 §4",
        )


MANDATE: dict[str, Judge] = {
    "mandate.give": _give,
    "mandate.accept": _accept,
    "mandate.decline": _decline,
    "mandate.withdraw": _withdraw,
}
