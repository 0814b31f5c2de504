"""What people ask of pagers: to page an organization or who holds a role; of their own page, to hand it on or note."""

from playbooks.domain.command import Command
from playbooks.domain.connection import belongs_to
from playbooks.domain.errors import Refused
from playbooks.domain.ids import ConnectionId, OrganizationCode
from playbooks.domain.incident import IncidentState
from playbooks.domain.judging.draft import Drafting, Judge, listed
from playbooks.domain.kinds import Kind
from playbooks.domain.policy import check_party
from playbooks.domain.roles import Role
from playbooks.domain.saying import says

ORDERS = ("reassign", "respond", "note")
"""What may be asked of a page; each is the action `page.<order>`."""


def is_page_of(effect: str, organization: OrganizationCode) -> bool:
    """Whether an effect woke somebody over an account of this organization."""
    connection = ConnectionId("/".join(effect.split("/")[:2]))
    return belongs_to(connection, organization) and "/page.trigger/" in effect


def _order(state: IncidentState, command: Command, drafting: Drafting) -> None:
    """Told to the organization whose pager it is and to the lead; what the pager then says is told as it comes."""
    page, own = str(command.args["page"]), command.actor.organization
    if not is_page_of(page, own) or f"/{state.key}/" not in page:
        raise Refused(
            says("own_pager_only"),
            source="004 §7",
        )
    meant = tuple(dict.fromkeys((own, state.lead)))
    drafting.draft(
        Kind.PAGE_ORDER,
        f"effect/{page}",
        audience=state.audience if state.restricted else meant,
        effect=page,
        state=command.verb.partition(".")[2],
        organization=own,
        people=list(listed(command.args.get("people", ()))) or None,
    )


def _wake(state: IncidentState, command: Command, drafting: Drafting) -> None:
    """Whoever takes part may have anybody who does paged; who did it, and why, is told to both and to the lead."""
    args, own = command.args, command.actor.organization
    organization = OrganizationCode(args["organization"])
    check_party(organization, state)
    people = listed(args.get("people", ()))
    meant = tuple(dict.fromkeys((own, organization, state.lead)))
    drafting.draft(
        Kind.PAGE_ORDER,
        "incident",
        audience=state.audience if state.restricted else meant,
        state="wake",
        organization=organization,
        role=Role(args["role"]).value if args.get("role") else None,
        called=list(people) or None,
    )


PAGE_ORDERS: dict[str, Judge] = {
    "page.wake": _wake,
    **{f"page.{order}": _order for order in ORDERS},
}
