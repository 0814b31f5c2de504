"""What people ask of their own organization's page: to give it to others, to call others in, to note."""

from playbooks.domain.command import Command
from playbooks.domain.connection import belongs_to
from playbooks.domain.errors import Refused
from playbooks.domain.ids import ConnectionId, OrganizationCode
from playbooks.domain.incident import IncidentState
from playbooks.domain.judging.draft import Drafting, Judge, listed
from playbooks.domain.kinds import Kind
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


PAGE_ORDERS: dict[str, Judge] = {f"page.{order}": _order for order in ORDERS}
