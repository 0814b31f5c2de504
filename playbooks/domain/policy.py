"""Who may do what: `may(actor, verb, state)`. The table is data; a test writes it out for people to read."""

from collections.abc import Callable, Collection
from enum import StrEnum
from typing import Final

from playbooks.domain.actor import Actor, ActorKind
from playbooks.domain.circle.guest import is_vendor, vendors
from playbooks.domain.entry import Entry
from playbooks.domain.errors import NotFound, Refused
from playbooks.domain.function import Function, Office, may_do
from playbooks.domain.ids import ConnectionId, OrganizationCode
from playbooks.domain.incident import IncidentState, Standing
from playbooks.domain.kinds import Kind
from playbooks.domain.marking import Marking
from playbooks.domain.organization import Duty
from playbooks.domain.roles import Role
from playbooks.domain.saying import says


class Who(StrEnum):
    """A way in which an actor may be entitled to a command."""

    COMMAND = "the incident commander or a deputy"
    LEAD_DUTY = "the CISO or the duty officer of the lead organization"
    OWN_DUTY = "the CISO or the duty officer, for her own organization"
    LIAISON = "the liaison officer or the scribe"
    PARTY = "anybody of an organization that takes part"
    OICT = "OICT, where the Secretariat takes part"
    NETWORK = "OICT or DSS, where the Secretariat takes part"
    HOME = "whoever answers for her organization, or holds a role, where it takes part"
    INVITED = "an invited organization, for itself"
    ANYBODY = "anybody of an organization in the directory"
    VENDOR = "somebody at a connected vendor, as the vendor signs"
    GUEST = "a guest of the vendor on retainer, while admitted"
    MACHINE = "a machine: an alert rule, a playbook or a timer"
    TIMER = "a timer"


MACHINES: Final = frozenset({Who.MACHINE, Who.TIMER})
"""Ways that are no person's: whoever is refused is not sent to one of these."""
PERMISSIONS: dict[str, tuple[Who, ...]] = {
    "declare": (Who.ANYBODY, Who.MACHINE),
    "alerts.attach": (Who.MACHINE, Who.PARTY),
    "notice": (Who.VENDOR, Who.PARTY),
    "compare": (Who.TIMER,),
    **dict.fromkeys(("review.settle", "review.resume"), (Who.TIMER,)),
    "introduce": (Who.TIMER,),
    "introduced": (Who.TIMER,),
    "page.call": (Who.TIMER,),
    "page.acknowledge": (Who.PARTY,),
    "page.resolve": (Who.PARTY,),
    "oncall.override": (Who.ANYBODY,),
    **dict.fromkeys(
        (
            "directory.set",
            "directory.language",
            "directory.entrust",
            "directory.revoke",
            "directory.clear",
            "directory.withdraw",
        ),
        (Who.ANYBODY,),
    ),
    "page.wake": (Who.PARTY,),
    "page.reassign": (Who.PARTY,),
    "page.respond": (Who.PARTY,),
    "page.note": (Who.PARTY,),
    "triage.claim": (Who.ANYBODY,),
    "triage.attach": (Who.PARTY,),
    "triage.declare": (Who.ANYBODY,),
    "triage.dismiss": (Who.ANYBODY,),
    "triage.merge": (Who.ANYBODY,),
    "triage.split": (Who.ANYBODY,),
    "triage.erase": (Who.ANYBODY,),
    "triage.erase.approve": (Who.OWN_DUTY,),
    "triage.erase.reject": (Who.ANYBODY,),
    "severity": (Who.COMMAND, Who.LEAD_DUTY),
    "phase": (Who.COMMAND, Who.LEAD_DUTY),
    "role": (Who.COMMAND, Who.LEAD_DUTY),
    "transfer": (Who.COMMAND,),
    "note": (Who.PARTY,),
    "correct": (Who.PARTY,),
    "pin": (Who.PARTY,),
    "evidence.add": (Who.PARTY, Who.GUEST),
    "evidence.hand_over": (Who.PARTY, Who.GUEST),
    "hold": (Who.COMMAND, Who.LEAD_DUTY),
    "hold.lift": (Who.COMMAND, Who.LEAD_DUTY),
    "erase": (Who.PARTY,),
    "erase.approve": (Who.COMMAND, Who.LEAD_DUTY),
    "erase.reject": (Who.COMMAND, Who.LEAD_DUTY),
    "update": (Who.COMMAND, Who.LEAD_DUTY, Who.LIAISON),
    "awareness": (Who.PARTY,),
    "touch": (Who.PARTY,),
    "duty.approve": (Who.PARTY,),
    "duty.meet": (Who.PARTY,),
    "duty.waive": (Who.PARTY,),
    "indicators.add": (Who.PARTY,),
    "indicators.give": (Who.HOME,),
    "share": (Who.PARTY, Who.MACHINE),
    **dict.fromkeys(("cost.log", "cost.confirm", "cost.dispute", "cost.fund"), (Who.PARTY,)),
    "service.request": (Who.PARTY, Who.MACHINE),
    "service.announce": (Who.PARTY,),
    "escalate": (Who.PARTY,),
    **dict.fromkeys(("authority.contribute", "authority.draft", "authority.send"), (Who.PARTY,)),
    "retainer.activate": (Who.PARTY, Who.MACHINE),
    "retainer.hours": (Who.PARTY, Who.GUEST),
    "retainer.confirm": (Who.PARTY, Who.GUEST),
    "retainer.close": (Who.COMMAND, Who.LEAD_DUTY),
    "retainer.admit": (Who.COMMAND, Who.LEAD_DUTY),
    "retainer.dismiss": (Who.COMMAND, Who.LEAD_DUTY, Who.GUEST),
    "invite": (Who.COMMAND, Who.LEAD_DUTY),
    "join": (Who.INVITED,),
    "leave": (Who.PARTY,),
    **dict.fromkeys(("mandate.give", "mandate.accept", "mandate.decline", "mandate.withdraw"), (Who.PARTY,)),
    "restrict": (Who.COMMAND, Who.LEAD_DUTY),
    "move": (Who.HOME, Who.TIMER),
    "room.open": (Who.MACHINE,),
    "joint.open": (Who.COMMAND, Who.LEAD_DUTY, Who.LIAISON),
    **dict.fromkeys(("say", "say.sign", "say.change", "say.withdraw"), (Who.PARTY, Who.GUEST)),
    "hybrid.activate": (Who.COMMAND, Who.LEAD_DUTY, Who.OICT),
    "hybrid.expose": (Who.COMMAND, Who.LEAD_DUTY, Who.NETWORK),
    "hybrid.assess": (Who.NETWORK,),
    "hybrid.recommend": (Who.NETWORK,),
    "hybrid.withdraw": (Who.NETWORK,),
    "hybrid.sign": (Who.NETWORK,),
    "hybrid.deactivate": (Who.NETWORK,),
    "merge": (Who.PARTY,),
    "merged": (Who.COMMAND, Who.LEAD_DUTY),
    "close": (Who.COMMAND, Who.LEAD_DUTY),
    "reopen": (Who.COMMAND, Who.LEAD_DUTY),
    "ask": (Who.COMMAND, Who.LEAD_DUTY, Who.MACHINE),
    "answer": (Who.PARTY, Who.INVITED, Who.GUEST),
    "playbook.run": (Who.COMMAND, Who.LEAD_DUTY, Who.MACHINE),
    "playbook.pause": (Who.COMMAND, Who.LEAD_DUTY),
    "playbook.resume": (Who.COMMAND, Who.LEAD_DUTY),
    "playbook.skip": (Who.COMMAND, Who.LEAD_DUTY),
    "playbook.retry": (Who.COMMAND, Who.LEAD_DUTY),
    "playbook.abort": (Who.COMMAND, Who.LEAD_DUTY),
    "task.add": (Who.PARTY, Who.MACHINE),
    "task.assign": (Who.PARTY,),
    "task.accept": (Who.PARTY,),
    "task.decline": (Who.PARTY,),
    "task.done": (Who.PARTY,),
    "review.save": (Who.PARTY,),
    "review.action": (Who.PARTY,),
    "review.done": (Who.PARTY,),
    **dict.fromkeys((f"working_group.{act}" for act in ("form", "join", "leave", "report")), (Who.PARTY,)),
    "review.sign": (Who.COMMAND, Who.PARTY),
    "review.publish": (Who.LEAD_DUTY,),
    "task.withdraw": (Who.MACHINE,),
    "ask.withdraw": (Who.MACHINE,),
}
"""Each command and who is entitled to it; any one of them suffices."""

COMMANDERS = (Role.INCIDENT_COMMANDER, Role.DEPUTY_INCIDENT_COMMANDER)
_LIAISONS = (Role.LIAISON_OFFICER, Role.SCRIBE)


_DUTIES = (Duty.CISO, Duty.ON_CALL, Duty.REPRESENTATIVE)


def represents(actor: Actor) -> bool:
    """Whether she answers for her organization: a representative of it or the duty officer (document 004, §4).

    Nobody of DSS answers for the Secretariat in a cyber incident (document 002, §15-16).
    """
    return any(duty in actor.duties for duty in _DUTIES) and may_do(actor.office, Function.CYBER)


def _is_of(actor: Actor, state: IncidentState, *offices: Office) -> bool:
    return actor.kind is ActorKind.PERSON and (
        actor.office in offices and state.takes_part(actor.organization)
    )


def _holds(actor: Actor, state: IncidentState, roles: tuple[Role, ...]) -> bool:
    return any(state.roles.get(role) == actor.id for role in roles)


def _standing(actor: Actor, state: IncidentState) -> Standing | None:
    return state.parties.get(actor.organization)


_ENTITLED: dict[Who, Callable[[Actor, IncidentState], bool]] = {
    Who.COMMAND: lambda actor, state: _holds(actor, state, COMMANDERS),
    Who.LIAISON: lambda actor, state: _holds(actor, state, _LIAISONS),
    Who.LEAD_DUTY: lambda actor, state: actor.organization == state.lead and represents(actor),
    Who.OWN_DUTY: lambda actor, _state: actor.kind is ActorKind.PERSON and represents(actor),
    Who.OICT: lambda actor, state: _is_of(actor, state, Office.OICT),
    Who.NETWORK: lambda actor, state: _is_of(actor, state, *Office),
    Who.PARTY: lambda actor, state: (
        actor.kind is ActorKind.PERSON and _standing(actor, state) in (Standing.LEAD, Standing.JOINED)
    ),
    Who.HOME: lambda actor, state: (
        actor.kind is ActorKind.PERSON
        and state.takes_part(actor.organization)
        and (represents(actor) or actor.id in state.roles.values())
    ),
    Who.INVITED: lambda actor, state: (
        actor.kind is ActorKind.PERSON and _standing(actor, state) in (Standing.INVITED, Standing.LEFT)
    ),
    Who.ANYBODY: lambda actor, _state: actor.kind is ActorKind.PERSON,
    Who.VENDOR: lambda actor, state: actor.kind is ActorKind.VENDOR and actor.organization in state.parties,
    Who.GUEST: lambda actor, state: actor.kind is ActorKind.GUEST and actor.id in state.guests,
    Who.TIMER: lambda actor, _state: actor.kind is ActorKind.TIMER,
    Who.MACHINE: lambda actor, _state: actor.kind in (ActorKind.ALERT, ActorKind.PLAYBOOK, ActorKind.TIMER),
}


def knows_of(actor: Actor, state: IncidentState) -> bool:
    """Tell whether the actor may know that the incident exists: of a party, a guest, or named where restricted."""
    is_somebody = actor.kind in (ActorKind.PERSON, ActorKind.GUEST)
    return not is_somebody or is_known_to(actor.id, actor.organization, state)


def is_known_to(person: str | None, organization: OrganizationCode | None, state: IncidentState) -> bool:
    """Tell whether somebody may know of an incident: of a restricted one the named alone, else parties and guests."""
    return (
        person in state.named if state.restricted else organization in state.parties or person in state.guests
    )


def is_published(entry: Entry) -> bool:
    """Tell whether an entry was published beyond those who know of its incident: its marking alone then bounds it."""
    beyond = entry.marking.within(Marking.GREEN) and {"community", "public"} & {*entry.audience}
    return entry.kind == Kind.REVIEW_PUBLISH and bool(beyond)


def is_party(person: str | None, organization: OrganizationCode | None, state: IncidentState) -> bool:
    """Tell whether somebody reads what was said to the parties: her organization takes part, or she is named.

    Whoever restricts an incident names those who work on it from then on, wherever they are from, and they have what
    was said before, as whoever joins has it. Naming lets her read; to act in it, her organization joins.
    """
    return state.takes_part(organization) or (state.restricted and person in state.named)


def check_party(organization: str, state: IncidentState) -> None:
    """Raise Refused when the organization does not take part: it joins by its own word (document 004, §7)."""
    if not state.takes_part(organization):
        raise Refused(
            says("not_a_party", organization=organization, incident=state.key),
            source="004 §7",
        )


def check_present(organization: OrganizationCode, state: IncidentState) -> None:
    """Raise Refused where nothing can be given to an organization: it takes part, or is a vendor with a guest here."""
    if organization not in vendors(state.guests):
        check_party(organization, state)


def check_holder(person: str, organization: str, state: IncidentState) -> None:
    """Raise Refused where somebody may hold nothing of the incident: she is of a party, or a guest."""
    if person not in state.guests:
        check_party(organization, state)


def may(actor: Actor, verb: str, state: IncidentState) -> bool:
    """Tell whether this actor is entitled to this command on this incident."""
    return any(_ENTITLED[who](actor, state) for who in PERMISSIONS.get(verb, ()))


def check_represents(actor: Actor) -> None:
    """Raise Refused where the actor does not speak for her organization."""
    if not represents(actor):
        raise Refused(says("not_representative", organization=actor.organization), source="004 §4")


def check_known(actor: Actor, state: IncidentState) -> None:
    """Raise NotFound where the actor may not know of the incident: as if there were none."""
    if not knows_of(actor, state):
        raise NotFound(says("not_found.incident", incident=state.key))


def check_declared(state: IncidentState) -> None:
    """Raise NotFound where nobody declared the incident: the same words as where one may not know of it."""
    if state.declared_at is None:
        raise NotFound(says("not_found.incident", incident=state.key))


def check_no_guest(organization: OrganizationCode) -> None:
    """Raise Refused for a vendor's: what is not of an incident that she is admitted to is not hers to look at."""
    if is_vendor(organization):
        raise Refused(says("not_for_guests"), source="policy")


UNTRUSTED: Final = "untrusted"
"""The rule by which nothing that comes from a place in hostile hands is carried out."""


def check_trusted(actor: Actor, distrusted: Collection[ConnectionId]) -> None:
    """Raise Refused for what was said over a connection that may be in hostile hands: who said it is not known."""
    if actor.via is not None and actor.via in distrusted:
        raise Refused(says("untrusted"), source="policy")


def check_permission(actor: Actor, verb: str, state: IncidentState) -> None:
    """Raise NotFound where the actor may not know of the incident, Refused where the command is not for her."""
    if verb != "declare":
        check_known(actor, state)
    check_trusted(actor, state.distrusted)
    if not may(actor, verb, state):
        entitled = [who.name.lower() for who in PERMISSIONS.get(verb, ()) if who not in MACHINES]
        raise Refused(says("not_entitled", entitled=entitled or ["nobody"]), source="policy")
