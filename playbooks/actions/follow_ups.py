"""Which effects a decision leads to: the table from entries to what the world is told."""

from collections.abc import Callable

from playbooks.actions.asking import (
    CO_CHAIRS,
    MAIL,
    ON_DUTY,
    PAGER,
    TICKETS,
    WAKES,
    WITHOUT_WORDS,
    ask,
    invite_to_room,
    is_of,
    named_opened,
    opened,
    paged,
    post,
    told,
)
from playbooks.actions.by_route import by_route, woken
from playbooks.actions.effect import EffectRequest, effect_id
from playbooks.actions.giving import given
from playbooks.actions.joint import carried, guest_comes, guest_goes, rooms_kept, seats_opened
from playbooks.actions.moving import briefed, moved
from playbooks.actions.outside import committee_told, escalated_to_dtn, hybrid, notified, touched
from playbooks.actions.paging import called_out, page_ordered, page_to
from playbooks.actions.resting import archived, rooms_anew
from playbooks.actions.rooms import REF
from playbooks.actions.tickets import (
    item_ticket,
    on_ticket,
    reassigned,
    taken_in,
    ticket_of,
    ticket_to,
)
from playbooks.domain.circle.cost import COST_KINDS
from playbooks.domain.connection import connection_id
from playbooks.domain.entry import Entry
from playbooks.domain.ids import ConnectionId, EffectId, OrganizationCode
from playbooks.domain.incident import IncidentState, Severity
from playbooks.domain.kinds import Kind
from playbooks.domain.reconciling import Thing
from playbooks.domain.roles import commands_first

_LATE = 2
"""How often an update was asked for when its lateness is everybody's matter."""


def follow_ups(entry: Entry, state: IncidentState) -> tuple[EffectRequest, ...]:
    """What the outside is told because of this entry, given the state after it; in order for each connection.

    The last entry of all is told before the rooms are archived; one with which it goes on, in new rooms.
    """
    rests, rises = state.rested_by == entry.id, state.roused_by == entry.id
    follow = _FOLLOWS.get(entry.kind)
    told_of = state.model_copy(update={"rested_by": ""}) if rests else state
    return (
        *(rooms_anew(entry, state) if rises else ()),
        *(() if follow is None else follow(entry, told_of)),
        *(archived(entry, state) if rests else ()),
    )


def _declared(entry: Entry, state: IncidentState) -> tuple[EffectRequest, ...]:
    """Whoever declares keeps order in the room from its first moment, where she commands: the role follows at once."""
    keepers = (entry.actor.id,) if commands_first(entry.actor) else ()
    return (*_room(entry, state, state.lead, *keepers), *_woken(entry, state), ticket_of(entry, state))


def _room(
    entry: Entry, state: IncidentState, organization: OrganizationCode, *keepers: str
) -> tuple[EffectRequest, ...]:
    """Whoever is to read what it begins with is invited first: an encrypted room keeps it from those who come later."""
    return (
        *opened(entry, state, organization),
        *invite_to_room(
            entry, state, organization, *_called(entry, state, organization), keepers=keepers or None
        ),
        *post(entry, state, organization),
    )


def _called(entry: Entry, state: IncidentState, organization: OrganizationCode) -> tuple[str, ...]:
    """Who is brought into a room as it opens: of a restricted incident nobody knows by being on duty."""
    author = (entry.actor.id,) if is_of(entry, organization) else ()
    return author if state.restricted else (ON_DUTY, *author)


def _assigned(entry: Entry, state: IncidentState) -> tuple[EffectRequest, ...]:
    """Whoever takes a role is brought into the rooms of her organization; who declared was so already.

    Who held it before keeps order there no more, whichever her organization is.
    """
    organization = OrganizationCode(entry.data["organization"])
    if entry.at == state.declared_at:
        return told(entry, state)
    before = OrganizationCode(entry.data.get("was_organization") or organization)
    return (
        *rooms_kept(entry, state, organization, entry.data["person"]),
        *(rooms_kept(entry, state, before) if before != organization else ()),
        *told(entry, state),
        *(reassigned(entry, state) if organization == state.lead else ()),
    )


def _left(entry: Entry, state: IncidentState) -> tuple[EffectRequest, ...]:
    """Whoever leaves gives back the roles, and the order of its room with them."""
    return (*told(entry, state), *invite_to_room(entry, state, OrganizationCode(entry.data["organization"])))


def _joined(entry: Entry, state: IncidentState) -> tuple[EffectRequest, ...]:
    """Whoever said that her organization joins is brought into its room."""
    organization = OrganizationCode(entry.data["organization"])
    invited = invite_to_room(entry, state, organization, entry.actor.id)
    own = invited if is_of(entry, organization) else ()
    brief = briefed(entry, state, organization)
    return (*own, *told(entry, state), *brief, *seats_opened(entry, state))


def _moved(entry: Entry, state: IncidentState) -> tuple[EffectRequest, ...]:
    """The seats in joint rooms go along."""
    return (*moved(entry, state), *seats_opened(entry, state))


def _woken(entry: Entry, state: IncidentState) -> tuple[EffectRequest, ...]:
    if state.severity not in WAKES:
        return ()
    pager, occasion = connection_id(state.lead, PAGER), f"severity-{state.severity}"
    page = ask(entry, state, pager, "page.trigger", occasion, severity=state.severity.value)
    return (page.model_copy(update=WITHOUT_WORDS),)


def _severity(entry: Entry, state: IncidentState) -> tuple[EffectRequest, ...]:
    rises = Severity(entry.data["was"]) not in WAKES
    ticket = on_ticket(entry, state, "ticket.update", severity=state.severity.value)
    return (*told(entry, state), *(_woken(entry, state) if rises else ()), ticket)


def _updated(entry: Entry, state: IncidentState) -> tuple[EffectRequest, ...]:
    """An update is for whoever follows the ticket too."""
    return (*told(entry, state), on_ticket(entry, state, "ticket.comment"))


def _update_owed(entry: Entry, state: IncidentState) -> tuple[EffectRequest, ...]:
    """The lead is asked; the second time everybody hears that it is late, and where it is grave somebody is woken."""
    if entry.data.get("missed", 1) != _LATE:
        return post(entry, state, state.lead)
    return (*told(entry, state), *((paged(entry, state, state.lead),) if state.severity in WAKES else ()))


def _task_news(entry: Entry, state: IncidentState) -> tuple[EffectRequest, ...]:
    """What became of a task is for whoever asked for it, and leads; where it was done they know."""
    return told(entry, state, but=OrganizationCode(str(entry.data["task"]).rpartition("-")[0]))


def _escalated(entry: Entry, state: IncidentState) -> tuple[EffectRequest, ...]:
    """A task that nobody did in time, nor after a reminder: its organization and the lead hear of it."""
    organization = OrganizationCode(entry.data["organization"])
    return (
        *told(entry, state),
        *((paged(entry, state, organization),) if state.severity in WAKES else ()),
    )


def _missed(entry: Entry, state: IncidentState) -> tuple[EffectRequest, ...]:
    """What was owed was not reported in time: whatever the severity, the organization whose duty it is is woken."""
    return (*told(entry, state), paged(entry, state, OrganizationCode(entry.data["organization"])))


def _asked(entry: Entry, state: IncidentState) -> tuple[EffectRequest, ...]:
    """In every room that it is for, and to those asked who are called otherwise."""
    return (*told(entry, state), *by_route(entry, state, map(OrganizationCode, entry.data["asked"])))


def chased(entry: Entry, state: IncidentState) -> tuple[EffectRequest, ...]:
    """Each that has not answered is told in its room; later its alternate is woken; at last the co-Chairs hear.

    Whoever is on call is woken where the severity wakes, and else called as her team told of. Pages and mails carry
    codes alone; of a restricted incident none is sent.
    """
    missing = [OrganizationCode(code) for code in entry.data["missing"]]
    posted = tuple(request for code in missing for request in post(entry, state, code))
    if state.restricted or entry.kind == Kind.QUESTION_REMIND:
        return (*posted, *by_route(entry, state, missing))
    if entry.kind == Kind.QUESTION_ESCALATE:
        wakes = state.severity in WAKES
        return (
            *posted,
            *((woken(entry, state, code) for code in missing) if wakes else by_route(entry, state, missing)),
        )
    mail = ask(entry, state, connection_id(state.lead, MAIL), "mail.send", entry.id, to=(CO_CHAIRS,))
    return (*posted, mail.model_copy(update={**WITHOUT_WORDS, "text": "chairs.missing"}))


def _vendor_called(entry: Entry, state: IncidentState) -> tuple[EffectRequest, ...]:
    """The vendor is paged on the lead's account for it, with codes alone: which incident, how bad, and to come."""
    account = connection_id(state.lead, str(entry.data["agreement"]["account"]))
    page = ask(entry, state, account, "page.trigger", entry.id, severity=state.severity.value)
    return (page.model_copy(update=WITHOUT_WORDS), *told(entry, state))


def _vendor_missed(entry: Entry, state: IncidentState) -> tuple[EffectRequest, ...]:
    """A vendor that did not come in time: the lead's on-call is woken, to telephone."""
    return (*told(entry, state), paged(entry, state, state.lead))


def _stuck(entry: Entry, state: IncidentState) -> tuple[EffectRequest, ...]:
    """Something that was done could not be taken back: whatever the severity, somebody is woken."""
    return (*told(entry, state), paged(entry, state, state.lead))


def _invited(entry: Entry, state: IncidentState) -> tuple[EffectRequest, ...]:
    organization = OrganizationCode(entry.data["organization"])
    begun = (*_room(entry, state, organization), *briefed(entry, state, organization))
    return (*begun, *told(entry, state, but=organization))


def _differs(entry: Entry, state: IncidentState) -> tuple[EffectRequest, ...]:
    """What does not agree is told; where the rule lets us mend it, it is ended there."""
    if not entry.data.get("mends"):
        return told(entry, state)
    made = EffectId(entry.data["effect"])
    connection = ConnectionId("/".join(made.split("/")[:2]))
    if entry.data["thing"] == Thing.PAGE:
        resolved = ask(entry, state, connection, "page.resolve", entry.id, page=REF + made)
        ended = resolved.model_copy(update={**WITHOUT_WORDS, "text": ""})
    else:
        ended = ask(entry, state, connection, "ticket.transition", entry.id, ticket=REF + made, status="done")
    return (*told(entry, state), ended)


def _item_chased(entry: Entry, state: IncidentState) -> tuple[EffectRequest, ...]:
    organization = OrganizationCode(entry.data["organization"])
    tickets, ticket = _ticket_of(entry, state)
    return (
        *post(entry, state, organization),
        ask(entry, state, tickets, "ticket.comment", entry.id, ticket=ticket),
    )


def _item_done(entry: Entry, state: IncidentState) -> tuple[EffectRequest, ...]:
    tickets, ticket = _ticket_of(entry, state)
    return (ask(entry, state, tickets, "ticket.transition", entry.id, ticket=ticket, status="done"),)


def _ticket_of(entry: Entry, state: IncidentState) -> tuple[ConnectionId, str]:
    tickets = connection_id(OrganizationCode(entry.data["organization"]), TICKETS)
    return tickets, REF + effect_id(tickets, state.key, "ticket.create", f"item-{entry.data['item']}")


_FOLLOWS: dict[str, Callable[[Entry, IncidentState], tuple[EffectRequest, ...]]] = {
    Kind.DECLARE: _declared,
    Kind.SEVERITY_CHANGE: _severity,
    Kind.UPDATE_POST: _updated,
    Kind.UPDATE_REMIND: _update_owed,
    Kind.PARTY_INVITE: _invited,
    Kind.PARTY_JOIN: _joined,
    Kind.PARTY_LEAVE: _left,
    Kind.ROOM_OPEN: named_opened,
    Kind.ROOM_MOVE: _moved,
    Kind.JOINT_OPEN: seats_opened,
    **dict.fromkeys((Kind.WORDS_SAY, Kind.WORDS_SIGN, Kind.WORDS_CHANGE, Kind.WORDS_WITHDRAW), carried),
    Kind.ROLE_ASSIGN: _assigned,
    Kind.COMMAND_TRANSFER: _assigned,
    Kind.NETWORK_ACTIVATE: hybrid,
    Kind.NETWORK_DEACTIVATE: hybrid,
    Kind.MATTER_TOUCH: touched,
    Kind.EVIDENCE_RECEIVE: taken_in,
    Kind.INDICATORS_GIVE: given,
    Kind.CLOSE: ticket_to("done"),
    Kind.REOPEN: ticket_to("in_progress"),
    Kind.THING_DIFFER: _differs,
    Kind.PAGE_CALL: called_out,
    Kind.PAGE_ACKNOWLEDGE: page_to("page.acknowledge"),
    Kind.PAGE_RESOLVE: page_to("page.resolve"),
    Kind.PAGE_ORDER: page_ordered,
    **dict.fromkeys((Kind.TASK_ACCEPT, Kind.TASK_DECLINE, Kind.TASK_DONE), _task_news),
    Kind.TASK_ESCALATE: _escalated,
    Kind.UNDO_STUCK: _stuck,
    Kind.DUTY_MISS: _missed,
    Kind.RETAINER_CALL: _vendor_called,
    Kind.RETAINER_MISS: _vendor_missed,
    Kind.GUEST_ADMIT: guest_comes,
    Kind.GUEST_LEAVE: guest_goes,
    Kind.AUTHORITY_SEND: notified,
    Kind.ISSUE_ESCALATE: escalated_to_dtn,
    Kind.QUESTION_OPEN: _asked,
    **dict.fromkeys(
        (Kind.WORKING_GROUP_FORM, Kind.WORKING_GROUP_REPORT, Kind.WORKING_GROUP_REMIND), committee_told
    ),
    Kind.ITEM_ADD: item_ticket,
    Kind.ITEM_REMIND: _item_chased,
    Kind.ITEM_DONE: _item_done,
    **dict.fromkeys(
        (
            Kind.PHASE_CHANGE,
            Kind.MERGE,
            Kind.AWARENESS_DECLARE,
            Kind.DUTY_START,
            Kind.DUTY_WARN,
            Kind.DUTY_APPROVE,
            Kind.DUTY_MEET,
            Kind.DUTY_WAIVE,
            Kind.NETWORK_STAND_DOWN,
            Kind.ASSESSMENT_SAVE,
            Kind.ASSESSMENT_RECOMMEND,
            Kind.ASSESSMENT_WITHDRAW,
            Kind.ASSESSMENT_SIGN,
            Kind.ASSESSMENT_AGREE,
            Kind.MATERIAL_SHARE,
            Kind.AUTHORITY_CONTRIBUTE,
            Kind.AUTHORITY_DRAFT,
            Kind.SERVICE_REQUEST,
            Kind.SERVICE_ANNOUNCE,
            *COST_KINDS,
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
            Kind.QUESTION_CLOSE,
            Kind.PAGE_UNACKNOWLEDGE,
            Kind.PAGE_REASSIGN,
            Kind.PAGE_NOTE,
            Kind.PAGE_RESPOND,
            Kind.TICKET_CHANGE,
            Kind.TICKET_COMMENT,
            Kind.TICKET_ATTACH,
            Kind.TICKET_DELETE,
            Kind.THING_AGREE,
            Kind.WORKING_GROUP_JOIN,
            Kind.WORKING_GROUP_LEAVE,
            Kind.REVIEW_OPEN,
            Kind.REVIEW_REMIND,
            Kind.REVIEW_PUBLISH,
        ),
        told,
    ),
}
