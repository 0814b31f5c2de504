"""Asking for effects because of an entry: what every row of the table of follow-ups is made of."""

from playbooks.actions.effect import EffectRequest, effect_id
from playbooks.actions.meant import meant
from playbooks.actions.rooms import chat_of, joint_room, reference_to, room_name, room_occasion, room_of
from playbooks.domain.actor import ActorKind
from playbooks.domain.circle.guest import is_vendor, vendors
from playbooks.domain.connection import account_name, connection_id, owner_of
from playbooks.domain.entry import Entry
from playbooks.domain.folding.rooms import named_room
from playbooks.domain.ids import ConnectionId, OrganizationCode
from playbooks.domain.incident import IncidentState, Severity, Standing
from playbooks.domain.joint import JointRoom, Seat
from playbooks.domain.kinds import Kind
from playbooks.domain.marking import Marking
from playbooks.domain.release import PARTIES
from playbooks.domain.rooms import Room

TICKETS = "tickets"
PAGER = "pager"
MAIL = "mail"
ROTA = "rota"
"""Muster's own pager, which everybody has: called where the organization's does not take a page."""
CO_CHAIRS = "ccop-co-chairs"
"""The handle under which the co-Chairs of the community of practice are written to (document 004, §3)."""
SECRETARY = "ccop-secretary"
"""That of its Secretary, who follows up and escalates."""
DTN = "dtn"
"""That of the Digital and Technology Network, which the community reports to (document 004, §7)."""
HTTP = "http"
"""Each organization's account for a purpose; which vendor stands behind it is a setting."""

ON_DUTY = "on_duty"
"""Among people: the CISO and whoever is on call in the organization whose room it is."""

WITHOUT_WORDS: dict[str, object] = {"text": "page.incident", "entries": (), "marking": Marking.GREEN}
"""A page says which incident, how bad, and to come: codes only, so that any pager may carry it (TLP 2.0, GREEN)."""

WAKES = (Severity.CRITICAL, Severity.HIGH)
"""How bad it must be for a page."""


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
        audience=_known_to(entry, state, connection),
        cause=entry.cause,
    )


def _known_to(entry: Entry, state: IncidentState, connection: ConnectionId) -> tuple[str, ...]:
    """Who may know of an effect: of those that an entry names beside the parties, the one it is at alone.

    A question put to a thousand would else name a thousand in each of a thousand requests, and tell each that was
    asked when every other was reached.
    """
    if PARTIES not in entry.audience:
        return entry.audience
    parties, owner = state.parties, owner_of(connection)
    others = {who for who in entry.audience if who in parties or is_vendor(who)}
    return tuple([who for who in entry.audience if who not in others or account_name(who) == owner])


def post(entry: Entry, state: IncidentState, organization: OrganizationCode) -> tuple[EffectRequest, ...]:
    """Tell one organization's room of an entry; Muster's own room shows the record, and is told nothing."""
    if is_vendor(organization):
        return tuple(
            _in_vendors_room(entry, state, joint, seat) for joint, seat in guest_seats(state, organization)
        )
    chat = chat_of(state, organization)
    if chat is None:
        return ()
    duties = meant(entry, state, organization)
    said = {"room": room_of(state, organization), **({"duties": duties} if duties else {}), **_ending(entry)}
    return (ask(entry, state, chat, "message.post", entry.id, **said),)


def _ending(entry: Entry) -> dict[str, object]:
    """A question that is closed takes no more answers where they were put at hand."""
    return {"ends": entry.data["consultation"]} if entry.kind == Kind.QUESTION_CLOSE else {}


def guest_seats(state: IncidentState, vendor: OrganizationCode) -> tuple[tuple[JointRoom, Seat], ...]:
    """Where a vendor's guests sit: in the lead's room of each joint room that names their vendor."""
    return tuple(
        (joint, seat)
        for joint in state.joint.values()
        if vendor in joint.organizations
        for seat in joint.seats
        if seat.organization == state.lead
    )


def _in_vendors_room(entry: Entry, state: IncidentState, joint: JointRoom, seat: Seat) -> EffectRequest:
    """Beside what the organization's own room on that connection is told of the same entry."""
    room = reference_to(state, seat.room, joint_room(joint))
    occasion = f"{entry.id}-{joint.name}"
    return ask(entry, state, seat.room.connection, "message.post", occasion, room=room, **_ending(entry))


def told(
    entry: Entry, state: IncidentState, *, but: OrganizationCode | None = None
) -> tuple[EffectRequest, ...]:
    """Every organization that has a room and is in the entry's audience is told, but for one that is told otherwise."""
    present = (code for code, standing in state.parties.items() if standing is not Standing.LEFT)
    meant = (
        code for code in (*present, *vendors(state.guests)) if is_meant(code, entry, state) and code != but
    )
    return tuple(request for code in meant for request in post(entry, state, code))


def is_meant(organization: OrganizationCode, entry: Entry, state: IncidentState) -> bool:
    """Whether an entry is for an organization: by name, or as a party."""
    if organization in entry.audience:
        return True
    return PARTIES in entry.audience and state.takes_part(organization)


def opened(entry: Entry, state: IncidentState, organization: OrganizationCode) -> tuple[EffectRequest, ...]:
    """Open an organization's room; Muster's own is there."""
    seat = state.room(organization)
    return (_opened(entry, state, seat),) if seat.connection else ()


def named_opened(entry: Entry, state: IncidentState) -> tuple[EffectRequest, ...]:
    """Open the further room that a playbook named."""
    named = named_room(entry.data)
    return (_opened(entry, state, named.room, named.name),)


def _opened(entry: Entry, state: IncidentState, seat: Room, name: str = "") -> EffectRequest:
    called, topic = room_name(state, seat, name), state.marking.value
    return ask(
        entry, state, seat.connection, "room.open", room_occasion(seat, name), name=called, topic=topic
    )


def invite_to_room(
    entry: Entry,
    state: IncidentState,
    organization: OrganizationCode,
    *people: str,
    keepers: tuple[str, ...] | None = None,
) -> tuple[EffectRequest, ...]:
    """Bring people into their organization's room, which those of them keep who hold a role, or these.

    Everybody who may is in Muster's own already.
    """
    chat, room = chat_of(state, organization), room_of(state, organization)
    if chat is None:
        return ()
    kept = state.holders(organization) if keepers is None else keepers
    return (ask(entry, state, chat, "room.invite", entry.id, room=room, people=people, keepers=kept),)


def paged(entry: Entry, state: IncidentState, organization: OrganizationCode) -> EffectRequest:
    """A page of its own because of this entry."""
    pager = connection_id(organization, PAGER)
    page = ask(entry, state, pager, "page.trigger", entry.id, severity=state.severity.value)
    return page.model_copy(update=WITHOUT_WORDS)


def is_of(entry: Entry, organization: OrganizationCode) -> bool:
    """Whether a person of this organization did it."""
    return entry.actor.kind is ActorKind.PERSON and entry.actor.organization == organization
