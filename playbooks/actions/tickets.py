"""What tickets are told: the incident's own, its files, and those of action items."""

from collections.abc import Callable

from playbooks.actions.asking import TICKETS, ask, is_of, post, told
from playbooks.actions.effect import EffectRequest, effect_id
from playbooks.actions.rooms import REF, WISHED
from playbooks.domain.connection import connection_id
from playbooks.domain.entry import Entry
from playbooks.domain.function import may_do
from playbooks.domain.ids import EffectId, OrganizationCode
from playbooks.domain.incident import IncidentState
from playbooks.domain.roles import Role


def ticket_of(entry: Entry, state: IncidentState) -> EffectRequest:
    """The incident's ticket, with whoever declared it, where she may command."""
    author = entry.actor
    commands = is_of(entry, state.lead) and may_do(author.office, Role.INCIDENT_COMMANDER.function)
    return ask(
        entry,
        state,
        connection_id(state.lead, TICKETS),
        "ticket.create",
        "incident",
        severity=state.severity.value,
        labels=[state.key],
        **({"assignee": author.id} if commands else {}),
    )


def on_ticket(entry: Entry, state: IncidentState, action: str, **args: object) -> EffectRequest:
    """The incident's ticket follows what is decided here."""
    tickets = connection_id(state.lead, TICKETS)
    return ask(entry, state, tickets, action, entry.id, ticket=REF + _incidents_ticket(state), **args)


def taken_in(entry: Entry, state: IncidentState) -> tuple[EffectRequest, ...]:
    """A file in evidence goes to the incident's ticket; one that came from a ticket is told instead."""
    if entry.data.get("effect"):
        return told(entry, state)
    mark = f"{state.key}-{entry.data['evidence']}"
    attach = on_ticket(entry, state, "ticket.attach", mark=mark, marking=entry.marking.value)
    return (attach.model_copy(update={"file": entry.data["sha256"]}),)


def _incidents_ticket(state: IncidentState) -> EffectId:
    return effect_id(connection_id(state.lead, TICKETS), state.key, "ticket.create", "incident")


def reassigned(entry: Entry, state: IncidentState) -> tuple[EffectRequest, ...]:
    """The ticket goes to whoever commands."""
    if entry.data.get("role") != Role.INCIDENT_COMMANDER:
        return ()
    return (on_ticket(entry, state, "ticket.update", assignee=entry.data["person"]),)


def ticket_to(status: str) -> Callable[[Entry, IncidentState], tuple[EffectRequest, ...]]:
    """The incident's ticket follows as it is closed and reopened."""

    def follow(entry: Entry, state: IncidentState) -> tuple[EffectRequest, ...]:
        return (*told(entry, state), on_ticket(entry, state, "ticket.transition", status=status))

    return follow


def item_ticket(entry: Entry, state: IncidentState) -> tuple[EffectRequest, ...]:
    """An action item is a ticket of the organization that took it on, part of the incident's where that is its own."""
    organization = OrganizationCode(entry.data["organization"])
    parent = {"parent": WISHED + _incidents_ticket(state)} if organization == state.lead else {}
    ticket = ask(
        entry,
        state,
        connection_id(organization, TICKETS),
        "ticket.create",
        f"item-{entry.data['item']}",
        labels=[state.key, "review"],
        due_on=entry.data["due_at"][:10],
        assignee=entry.data["owner"],
        **parent,
    )
    return *post(entry, state, organization), ticket
