"""Which effects a decision leads to: the table from entries to what the world is told."""

from collections.abc import Callable

from playbooks.actions.effect import EffectRequest, effect_id
from playbooks.domain.actor import ActorKind
from playbooks.domain.connection import connection_id
from playbooks.domain.entry import Entry
from playbooks.domain.function import may_do
from playbooks.domain.ids import ConnectionId, EffectId, OrganizationCode
from playbooks.domain.incident import IncidentState, Severity, Standing
from playbooks.domain.kinds import Kind
from playbooks.domain.marking import Marking
from playbooks.domain.matters import TOLD, Matter
from playbooks.domain.reconciling import Thing
from playbooks.domain.release import PARTIES
from playbooks.domain.roles import Role

CHAT = "chat"
TICKETS = "tickets"
PAGER = "pager"
MAIL = "mail"
CO_CHAIRS = "ccop-co-chairs"
"""The handle under which the co-Chairs of the community of practice are written to (document 004, §3)."""
HTTP = "http"
"""Each organization's account for a purpose; which vendor stands behind it is a setting."""

REF = "ref:"
"""An argument that begins so is the vendor's reference that the effect named after it brought back."""

WISHED = "wished:"
"""The same where it would be good to have; nothing stands there when that effect came to nothing."""

ON_DUTY = "on_duty"
"""Among people: the CISO and whoever is on call in the organization whose room it is."""

WITHOUT_WORDS: dict[str, object] = {"text": "page.incident", "entries": (), "marking": Marking.GREEN}
"""A page says which incident, how bad, and to come: codes only, so that any pager may carry it (TLP 2.0, GREEN)."""

_WAKES = (Severity.CRITICAL, Severity.HIGH)


def room_of(state: IncidentState, organization: OrganizationCode, name: str = "") -> str:
    """The argument that stands for an organization's room of this incident, or for the one that a playbook named."""
    chat = connection_id(organization, CHAT)
    return REF + effect_id(chat, state.key, "room.open", room_occasion(name))


def room_occasion(name: str = "") -> str:
    """What tells the rooms of an incident apart: one of a name is opened once, whoever asks for it."""
    return f"room.{name}" if name else "room"


def follow_ups(entry: Entry, state: IncidentState) -> tuple[EffectRequest, ...]:
    """What the outside is told because of this entry, given the state after it; in order for each connection."""
    follow = _FOLLOWS.get(entry.kind)
    return () if follow is None else follow(entry, state)


def ask(
    entry: Entry, state: IncidentState, connection: ConnectionId, action: str, occasion: str, **args: object
) -> EffectRequest:
    """One effect because of an entry, whose words it carries."""
    return EffectRequest(
        effect_id=effect_id(connection, state.key, action, occasion),
        action=action,
        connection=connection,
        incident=state.key,
        actor=entry.actor,
        asked_at=entry.at,
        args=args,
        text=entry.kind,
        entries=(entry.id,),
        marking=entry.marking,
        audience=entry.audience,
        cause=entry.cause,
    )


def post(entry: Entry, state: IncidentState, organization: OrganizationCode) -> EffectRequest:
    """Tell one organization's room of an entry."""
    chat = connection_id(organization, CHAT)
    return ask(entry, state, chat, "message.post", entry.id, room=room_of(state, organization))


def _told(entry: Entry, state: IncidentState) -> tuple[EffectRequest, ...]:
    """Every organization that has a room and is in the entry's audience is told."""
    present = (code for code, standing in state.parties.items() if standing is not Standing.LEFT)
    return tuple(post(entry, state, code) for code in present if is_meant(code, entry, state))


def is_meant(organization: OrganizationCode, entry: Entry, state: IncidentState) -> bool:
    """Whether an entry is for an organization: by name, or as a party."""
    if organization in entry.audience:
        return True
    return PARTIES in entry.audience and organization in state.active_parties


def _declared(entry: Entry, state: IncidentState) -> tuple[EffectRequest, ...]:
    return (*_room(entry, state, state.lead), *_woken(entry, state), _ticket(entry, state))


def _ticket(entry: Entry, state: IncidentState) -> EffectRequest:
    """The incident's ticket, with whoever declared it, where she may command."""
    author = entry.actor
    commands = _is_of(entry, state.lead) and may_do(author.office, Role.INCIDENT_COMMANDER.function)
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


def _on_ticket(entry: Entry, state: IncidentState, action: str, **args: object) -> EffectRequest:
    """The incident's ticket follows what is decided here."""
    tickets = connection_id(state.lead, TICKETS)
    return ask(entry, state, tickets, action, entry.id, ticket=REF + _incidents_ticket(state), **args)


def _incidents_ticket(state: IncidentState) -> EffectId:
    return effect_id(connection_id(state.lead, TICKETS), state.key, "ticket.create", "incident")


def _room(entry: Entry, state: IncidentState, organization: OrganizationCode) -> tuple[EffectRequest, ...]:
    chat = connection_id(organization, CHAT)
    opened = ask(entry, state, chat, "room.open", "room", name=state.key.lower(), topic=state.marking.value)
    return (
        opened,
        post(entry, state, organization),
        _invite(entry, state, organization, *_called(entry, state, organization)),
    )


def _called(entry: Entry, state: IncidentState, organization: OrganizationCode) -> tuple[str, ...]:
    """Who is brought into a room as it opens: of a restricted incident nobody knows by being on duty."""
    author = (entry.actor.id,) if _is_of(entry, organization) else ()
    return author if state.restricted else (ON_DUTY, *author)


def _is_of(entry: Entry, organization: OrganizationCode) -> bool:
    return entry.actor.kind is ActorKind.PERSON and entry.actor.organization == organization


def _invite(
    entry: Entry, state: IncidentState, organization: OrganizationCode, *people: str
) -> EffectRequest:
    chat, room = connection_id(organization, CHAT), room_of(state, organization)
    return ask(entry, state, chat, "room.invite", entry.id, room=room, people=people)


def _assigned(entry: Entry, state: IncidentState) -> tuple[EffectRequest, ...]:
    """Whoever takes a role is brought into the room of her organization; who declared was so already."""
    organization = OrganizationCode(entry.data["organization"])
    invited = (_invite(entry, state, organization, entry.data["person"]),)
    is_later = entry.at != state.declared_at
    return (
        *_told(entry, state),
        *(invited if is_later and organization in state.active_parties else ()),
        *(_reassigned(entry, state) if is_later and organization == state.lead else ()),
    )


def _reassigned(entry: Entry, state: IncidentState) -> tuple[EffectRequest, ...]:
    """The ticket goes to whoever commands."""
    if entry.data.get("role") != Role.INCIDENT_COMMANDER:
        return ()
    return (_on_ticket(entry, state, "ticket.update", assignee=entry.data["person"]),)


def _joined(entry: Entry, state: IncidentState) -> tuple[EffectRequest, ...]:
    """Whoever said that her organization joins is brought into its room."""
    organization = OrganizationCode(entry.data["organization"])
    invited = (_invite(entry, state, organization, entry.actor.id),)
    return (*_told(entry, state), *(invited if _is_of(entry, organization) else ()))


def _woken(entry: Entry, state: IncidentState) -> tuple[EffectRequest, ...]:
    if state.severity not in _WAKES:
        return ()
    pager, occasion = connection_id(state.lead, PAGER), f"severity-{state.severity}"
    page = ask(entry, state, pager, "page.trigger", occasion, severity=state.severity.value)
    return (page.model_copy(update=WITHOUT_WORDS),)


def _severity(entry: Entry, state: IncidentState) -> tuple[EffectRequest, ...]:
    rises = Severity(entry.data["was"]) not in _WAKES
    ticket = _on_ticket(entry, state, "ticket.update", severity=state.severity.value)
    return (*_told(entry, state), *(_woken(entry, state) if rises else ()), ticket)


def _updated(entry: Entry, state: IncidentState) -> tuple[EffectRequest, ...]:
    """An update is for whoever follows the ticket too."""
    return (*_told(entry, state), _on_ticket(entry, state, "ticket.comment"))


def _escalated(entry: Entry, state: IncidentState) -> tuple[EffectRequest, ...]:
    """A task that nobody did in time, nor after a reminder: its organization and the lead hear of it."""
    organization = OrganizationCode(entry.data["organization"])
    return (
        *_told(entry, state),
        *((_paged(entry, state, organization),) if state.severity in _WAKES else ()),
    )


def _missed(entry: Entry, state: IncidentState) -> tuple[EffectRequest, ...]:
    """What was owed was not reported in time: whatever the severity, the organization whose duty it is is woken."""
    return (*_told(entry, state), _paged(entry, state, OrganizationCode(entry.data["organization"])))


def chased(entry: Entry, state: IncidentState) -> tuple[EffectRequest, ...]:
    """Each that has not answered is told in its room; later its alternate is woken; at last the co-Chairs hear.

    Whoever is on call is woken where the severity wakes. A page and a mail to the co-Chairs carry codes alone; of a
    restricted incident neither is sent.
    """
    missing = [OrganizationCode(code) for code in entry.data["missing"]]
    told = tuple(post(entry, state, code) for code in missing)
    if state.restricted or entry.kind == Kind.QUESTION_REMIND:
        return told
    if entry.kind == Kind.QUESTION_ESCALATE:
        wakes = state.severity in _WAKES
        return (*told, *(_paged(entry, state, code) for code in missing if wakes))
    mail = ask(entry, state, connection_id(state.lead, MAIL), "mail.send", entry.id, to=(CO_CHAIRS,))
    return (*told, mail.model_copy(update={**WITHOUT_WORDS, "text": "chairs.missing"}))


def _vendor_called(entry: Entry, state: IncidentState) -> tuple[EffectRequest, ...]:
    """The vendor is paged on the lead's account for it, with codes alone: which incident, how bad, and to come."""
    account = connection_id(state.lead, str(entry.data["agreement"]["account"]))
    page = ask(entry, state, account, "page.trigger", entry.id, severity=state.severity.value)
    return (page.model_copy(update=WITHOUT_WORDS), *_told(entry, state))


def _vendor_missed(entry: Entry, state: IncidentState) -> tuple[EffectRequest, ...]:
    """A vendor that did not come in time: the lead's on-call is woken, to telephone."""
    return (*_told(entry, state), _paged(entry, state, state.lead))


def _stuck(entry: Entry, state: IncidentState) -> tuple[EffectRequest, ...]:
    """Something that was done could not be taken back: whatever the severity, somebody is woken."""
    return (*_told(entry, state), _paged(entry, state, state.lead))


def _paged(entry: Entry, state: IncidentState, organization: OrganizationCode) -> EffectRequest:
    """A page of its own because of this entry."""
    pager = connection_id(organization, PAGER)
    page = ask(entry, state, pager, "page.trigger", entry.id, severity=state.severity.value)
    return page.model_copy(update=WITHOUT_WORDS)


def _invited(entry: Entry, state: IncidentState) -> tuple[EffectRequest, ...]:
    organization = OrganizationCode(entry.data["organization"])
    others = tuple(request for request in _told(entry, state) if not _is_for(request, organization))
    return (*_room(entry, state, organization), *others)


def _is_for(request: EffectRequest, organization: OrganizationCode) -> bool:
    return request.connection == connection_id(organization, CHAT)


def _ticket_to(status: str) -> Callable[[Entry, IncidentState], tuple[EffectRequest, ...]]:
    """The incident's ticket follows as it is closed and reopened."""

    def follow(entry: Entry, state: IncidentState) -> tuple[EffectRequest, ...]:
        return (*_told(entry, state), _on_ticket(entry, state, "ticket.transition", status=status))

    return follow


def _differs(entry: Entry, state: IncidentState) -> tuple[EffectRequest, ...]:
    """What does not agree is told; where the rule lets us mend it, it is ended there."""
    if not entry.data.get("mends"):
        return _told(entry, state)
    made = EffectId(entry.data["effect"])
    connection = ConnectionId("/".join(made.split("/")[:2]))
    if entry.data["thing"] == Thing.PAGE:
        resolved = ask(entry, state, connection, "page.resolve", entry.id, page=REF + made)
        ended = resolved.model_copy(update={**WITHOUT_WORDS, "text": ""})
    else:
        ended = ask(entry, state, connection, "ticket.transition", entry.id, ticket=REF + made, status="done")
    return (*_told(entry, state), ended)


def _item(entry: Entry, state: IncidentState) -> tuple[EffectRequest, ...]:
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
    return post(entry, state, organization), ticket


def _item_chased(entry: Entry, state: IncidentState) -> tuple[EffectRequest, ...]:
    organization = OrganizationCode(entry.data["organization"])
    tickets, ticket = _ticket_of(entry, state)
    return (
        post(entry, state, organization),
        ask(entry, state, tickets, "ticket.comment", entry.id, ticket=ticket),
    )


def _item_done(entry: Entry, state: IncidentState) -> tuple[EffectRequest, ...]:
    tickets, ticket = _ticket_of(entry, state)
    return (ask(entry, state, tickets, "ticket.transition", entry.id, ticket=ticket, status="done"),)


def _ticket_of(entry: Entry, state: IncidentState) -> tuple[ConnectionId, str]:
    tickets = connection_id(OrganizationCode(entry.data["organization"]), TICKETS)
    return tickets, REF + effect_id(tickets, state.key, "ticket.create", f"item-{entry.data['item']}")


def _touched(entry: Entry, state: IncidentState) -> tuple[EffectRequest, ...]:
    """The network that works on what is touched is told that it is; of a restricted incident nobody is."""
    told = (
        _network_told(entry, state, Matter(matter), f"network.touched.{matter}")
        for matter in entry.data["first"]
    )
    return (*_told(entry, state), *(() if state.restricted else told))


def _hybrid(entry: Entry, state: IncidentState) -> tuple[EffectRequest, ...]:
    """The network for hybrid attacks begins or ends, and those who manage security are told (document 002, §16)."""
    text = "network.activated" if entry.kind == Kind.NETWORK_ACTIVATE else "network.deactivated"
    iasmn = _network_told(entry, state, Matter.SECURITY_MANAGEMENT, text)
    return (*_told(entry, state), *(() if state.restricted else (iasmn,)))


def _network_told(entry: Entry, state: IncidentState, matter: Matter, text: str) -> EffectRequest:
    """Codes alone, as a page: that there is an incident, what it touches, and whom to ask."""
    mail = connection_id(state.lead, MAIL)
    told = ask(entry, state, mail, "mail.send", f"{entry.id}.{matter}", to=(TOLD[matter].value,))
    return told.model_copy(update={**WITHOUT_WORDS, "text": text})


_FOLLOWS: dict[str, Callable[[Entry, IncidentState], tuple[EffectRequest, ...]]] = {
    Kind.DECLARE: _declared,
    Kind.SEVERITY_CHANGE: _severity,
    Kind.UPDATE_POST: _updated,
    Kind.PARTY_INVITE: _invited,
    Kind.PARTY_JOIN: _joined,
    Kind.ROLE_ASSIGN: _assigned,
    Kind.COMMAND_TRANSFER: _assigned,
    Kind.NETWORK_ACTIVATE: _hybrid,
    Kind.NETWORK_DEACTIVATE: _hybrid,
    Kind.MATTER_TOUCH: _touched,
    Kind.CLOSE: _ticket_to("done"),
    Kind.REOPEN: _ticket_to("in_progress"),
    Kind.THING_DIFFER: _differs,
    Kind.TASK_ESCALATE: _escalated,
    Kind.UNDO_STUCK: _stuck,
    Kind.DUTY_MISS: _missed,
    Kind.RETAINER_CALL: _vendor_called,
    Kind.RETAINER_MISS: _vendor_missed,
    Kind.ITEM_ADD: _item,
    Kind.ITEM_REMIND: _item_chased,
    Kind.ITEM_DONE: _item_done,
    **dict.fromkeys(
        (
            Kind.PHASE_CHANGE,
            Kind.UPDATE_REMIND,
            Kind.PARTY_LEAVE,
            Kind.AWARENESS_DECLARE,
            Kind.DUTY_START,
            Kind.DUTY_WARN,
            Kind.DUTY_APPROVE,
            Kind.DUTY_MEET,
            Kind.DUTY_WAIVE,
            Kind.NETWORK_STAND_DOWN,
            Kind.ASSESSMENT_SAVE,
            Kind.ASSESSMENT_RECOMMEND,
            Kind.ASSESSMENT_SIGN,
            Kind.ASSESSMENT_AGREE,
            Kind.MATERIAL_SHARE,
            Kind.COST_LOG,
            Kind.COST_CONFIRM,
            Kind.COST_DISPUTE,
            Kind.COST_FUND,
            Kind.MANDATE_GIVE,
            Kind.MANDATE_ACCEPT,
            Kind.MANDATE_DECLINE,
            Kind.MANDATE_END,
            Kind.RETAINER_WARN,
            Kind.RETAINER_MEET,
            Kind.RETAINER_CLOSE,
            Kind.HOURS_LOG,
            Kind.HOURS_WARN,
            Kind.HOURS_CONFIRM,
            Kind.HOLD_PLACE,
            Kind.HOLD_LIFT,
            Kind.ERASURE_APPROVE,
            Kind.RUN_START,
            Kind.RUN_END,
            Kind.STEP_REMAIN,
            Kind.TASK_ADD,
            Kind.TASK_REQUEST,
            Kind.TASK_REMIND,
            Kind.QUESTION_OPEN,
            Kind.QUESTION_CLOSE,
            Kind.PAGE_ACKNOWLEDGE,
            Kind.PAGE_UNACKNOWLEDGE,
            Kind.PAGE_REASSIGN,
            Kind.PAGE_RESOLVE,
            Kind.TICKET_CHANGE,
            Kind.TICKET_COMMENT,
            Kind.TICKET_DELETE,
            Kind.THING_AGREE,
            Kind.REVIEW_OPEN,
            Kind.REVIEW_REMIND,
            Kind.REVIEW_PUBLISH,
        ),
        _told,
    ),
}
