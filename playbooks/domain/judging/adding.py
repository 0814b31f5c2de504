"""What people add to the record after the fact: late entries, corrections, pins, evidence.

Nothing of it changes what the incident is, and nothing of it takes anything away: a correction stands beside what it
supersedes.
"""

from datetime import datetime

from playbooks.domain.command import Command
from playbooks.domain.errors import Malformed, NotFound, Refused
from playbooks.domain.evidence import check_sha256, next_evidence
from playbooks.domain.ids import EvidenceId, PersonId
from playbooks.domain.incident import IncidentState
from playbooks.domain.judging.draft import Drafting, Judge, listed
from playbooks.domain.kinds import Kind
from playbooks.domain.marking import Marking
from playbooks.domain.policy import check_holder
from playbooks.domain.roles import Role
from playbooks.domain.saying import says

_EDITORS = (Role.INCIDENT_COMMANDER, Role.DEPUTY_INCIDENT_COMMANDER, Role.SCRIBE)
_LARGEST = 2**53 - 1
"""The largest whole number that canonical JSON keeps exactly (RFC 8785, section 3.2.2.3)."""


def happened_at(command: Command) -> str | None:
    """When it happened, where that was said; when it was entered is the entry's own time. Raises Malformed."""
    said = command.args.get("happened_at")
    if said is None:
        return None
    at = datetime.fromisoformat(said)
    if at > command.received_at:
        raise Malformed(says("future_time"))
    return at.isoformat()


def _correct(state: IncidentState, command: Command, drafting: Drafting) -> None:
    """As marked, and for whom, as what it corrects; an entry for named persons stays theirs alone."""
    args, actor = command.args, command.actor
    author = str(args["entry_organization"])
    if author != actor.organization and not _holds(command, state, *_EDITORS):
        raise Refused(
            says("not_own_entry", number=args["number"], author=author),
            source="policy",
        )
    meant = listed(args["entry_audience"])
    by_name = bool(meant) and all(who.startswith("person:") for who in meant)
    drafting.draft(
        Kind.ENTRY_CORRECT,
        "incident",
        audience=state.audience
        if state.restricted
        else meant
        if by_name
        else tuple(dict.fromkeys((*meant, author))),
        marked=Marking(args["entry_marking"]),
        entry=str(args["entry"]),
        number=int(args["number"]),
    )


def _pin(_state: IncidentState, command: Command, drafting: Drafting) -> None:
    """Whose words they are is what the one who pins says; the pin is hers."""
    args = command.args
    drafting.draft(
        Kind.MESSAGE_PIN,
        "incident",
        happened_at=happened_at(command),
        person=args.get("person"),
        organization=args.get("person_organization"),
        url=args.get("url"),
    )


def _received(state: IncidentState, command: Command, drafting: Drafting) -> None:
    evidence = next_evidence(state)
    size = command.args.get("size")
    if size is not None and not 0 <= int(size) <= _LARGEST:
        raise Malformed(says("bad_size"))
    drafting.draft(
        Kind.EVIDENCE_RECEIVE,
        f"evidence/{evidence}",
        evidence=evidence,
        sha256=check_sha256(command.args["sha256"]),
        size=None if size is None else int(size),
    )


def _with_holders(state: IncidentState, *people: str) -> tuple[str, ...]:
    """A guest reads that she holds it, and that she holds it no more."""
    guests = (state.guests.get(PersonId(person)) for person in people)
    return tuple(dict.fromkeys((*state.audience, *(guest.vendor for guest in guests if guest))))


def _hand_over(state: IncidentState, command: Command, drafting: Drafting) -> None:
    args = command.args
    evidence = EvidenceId(args["evidence"])
    holder = state.evidence.get(evidence)
    if holder is None:
        raise NotFound(says("not_found.evidence", evidence=evidence, incident=state.key))
    if holder != command.actor.id and not _holds(command, state, Role.INCIDENT_COMMANDER):
        raise Refused(
            says("not_holder", evidence=evidence, holder=holder),
            source="ISO/IEC 27037, chain of custody",
        )
    check_holder(args["person"], args["person_organization"], state)
    drafting.draft(
        Kind.EVIDENCE_HAND_OVER,
        f"evidence/{evidence}",
        audience=_with_holders(state, args["person"], holder),
        evidence=evidence,
        sha256=state.hashes.get(evidence),
        person=args["person"],
        organization=args["person_organization"],
        was_person=holder,
    )


def _holds(command: Command, state: IncidentState, *roles: Role) -> bool:
    return any(state.roles.get(role) == command.actor.id for role in roles)


ADDING: dict[str, Judge] = {
    "correct": _correct,
    "pin": _pin,
    "evidence.add": _received,
    "evidence.hand_over": _hand_over,
}
"""The commands that add to the record, beside notes; a closed incident takes them too."""
