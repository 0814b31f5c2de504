"""Handing one's part to a shared service provider, and taking it back: each for itself, by its own representative."""

from playbooks.domain.circle.mandate import Mandate, MandateStatus, standing_of
from playbooks.domain.command import Command
from playbooks.domain.errors import Conflict, NotFound, Refused
from playbooks.domain.ids import OrganizationCode
from playbooks.domain.incident import IncidentState, Standing
from playbooks.domain.judging.draft import Drafting, Judge
from playbooks.domain.kinds import Kind
from playbooks.domain.policy import check_represents
from playbooks.domain.saying import says


def _give(state: IncidentState, command: Command, drafting: Drafting) -> None:
    """`is_provider` is what the directory says of whom it is given to."""
    own, to = command.actor.organization, OrganizationCode(command.args["to"])
    check_represents(command.actor)
    if not command.args.get("is_provider") or to == own:
        raise Refused(
            says("no_service_provider.mandate", own=own, to=to),
            source="003 §111",
        )
    if state.parties.get(to, Standing.LEFT) is Standing.LEFT:
        raise Refused(
            says("not_a_party.mandate", to=to, incident=state.key),
            source="004 §5",
        )
    if standing := standing_of(state.mandates, own):
        raise Conflict(
            says("mandate_stands", own=own, to=standing.to, standing=standing.id, status=standing.status),
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
    check_represents(command.actor)
    said = OrganizationCode(command.args.get("organization", own))
    mandate = standing_of(state.mandates, said)
    if mandate is None or own not in (mandate.organization, mandate.to):
        raise NotFound(
            says("no_mandate.given", organization=said, incident=state.key, own=own),
        )
    how = MandateStatus.WITHDRAWN if own == mandate.organization else MandateStatus.RETURNED
    _draft(Kind.MANDATE_END, mandate, drafting, how=how.value)


def _offered(state: IncidentState, command: Command) -> Mandate:
    """The mandate that is offered to the actor's organization. Raises Refused, NotFound or Conflict."""
    check_represents(command.actor)
    code = OrganizationCode(command.args["organization"])
    mandate = standing_of(state.mandates, code)
    if mandate is None or mandate.to != command.actor.organization:
        raise NotFound(
            says(
                "no_mandate.offered", code=code, organization=command.actor.organization, incident=state.key
            ),
        )
    if mandate.status is not MandateStatus.OFFERED:
        raise Conflict(says("mandate_settled", mandate=mandate.id, status=mandate.status))
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


MANDATE: dict[str, Judge] = {
    "mandate.give": _give,
    "mandate.accept": _accept,
    "mandate.decline": _decline,
    "mandate.withdraw": _withdraw,
}
