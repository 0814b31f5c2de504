"""Changing the directory by command: each organization tells of its own team, each person how she is spoken to.

The Secretary tells what was entrusted, a co-Chair who is a further representative of her organization.

Judged without an incident; each change stands in the installation's log.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from playbooks.domain.actor import ActorKind
from playbooks.domain.circle.guest import is_vendor
from playbooks.domain.classification import check_not_classified
from playbooks.domain.command import Command, Outcome, Verdict
from playbooks.domain.community import Community, spoken_by
from playbooks.domain.entry import Entry, entry_id
from playbooks.domain.errors import Conflict, NotFound, Refused
from playbooks.domain.function import Function, Office, check_function
from playbooks.domain.ids import OrganizationCode, PersonId
from playbooks.domain.kinds import Kind
from playbooks.domain.marking import Marking
from playbooks.domain.organization import Duty
from playbooks.domain.policy import represents
from playbooks.domain.saying import says
from playbooks.domain.team import FACTS, with_fact

_Said = dict[str, Any]


def judge_directory(community: Community, command: Command, at: datetime) -> tuple[Entry, Verdict]:
    """The entry of a change, and what is answered. Raises Refused, Conflict, NotFound or Malformed."""
    if command.actor.kind is not ActorKind.PERSON:
        raise Refused(says("not_entitled.directory"), source="policy")
    kind, judge = _JUDGES[command.verb]
    data = judge(community, command)
    entry = Entry(
        id=entry_id(command.id),
        incident=None,
        kind=kind,
        at=at,
        actor=command.actor,
        subject=f"directory/{data['organization']}",
        data=data,
        texts=command.texts,
        marking=Marking.GREEN,
        audience=(data["organization"],) if kind is Kind.PERSON_CHANGE else ("community",),
        cause=command.id,
    )
    verdict = Verdict(outcome=Outcome.DONE, code=f"{command.verb}.done", args=data, entries=(entry.id,))
    return entry, verdict


def _set(community: Community, command: Command) -> _Said:
    """Each organization tells of itself alone (document 004, §4)."""
    actor, fact, value = command.actor, str(command.args["fact"]), str(command.args.get("value", ""))
    if fact not in FACTS:
        raise NotFound(says("no_such_fact", fact=fact, takes=list(FACTS)))
    if not represents(actor):
        raise Refused(
            says("not_representative.directory", organization=actor.organization),
            source="004 §4",
        )
    team, told = (
        community.team(actor.organization),
        with_fact(community.team(actor.organization), fact, value),
    )
    check_not_classified(*told.labels)  # here alone: what was recorded stays readable
    if told == team:
        raise Conflict(says("same_fact", organization=actor.organization))
    unknown = set(told.services) - set(command.args.get("known_services", ()))
    if fact == "services" and unknown:
        raise NotFound(says("no_service.directory", unknown=min(unknown)))
    return {"organization": actor.organization, "fact": fact, "value": value}


def _language(community: Community, command: Command) -> _Said:
    """Each for herself; that she reads another language, or where she is, is for her own organization to know."""
    actor, said = command.actor, spoken_by(command.args)
    known = dict(community.spoken.get(PersonId(actor.id), {}))
    if known | said == known:
        raise Conflict(says("same_tongue"))
    return {"organization": actor.organization, "person": actor.id, **said}


def _entrust(community: Community, command: Command) -> _Said:
    """`is_provider` is what the directory says of whom it is entrusted to."""
    organization = OrganizationCode(command.args["organization"])
    _check_secretary(command)
    if not command.args.get("is_provider"):
        raise Refused(
            says("no_service_provider.directory", organization=organization),
            source="003 §163",
        )
    if community.entrusted is not None:
        raise Conflict(
            says(
                "entrusted_already",
                organization=community.entrusted.organization,
                reference=community.entrusted.reference,
            ),
        )
    return {"organization": organization, "reference": str(command.args["reference"])}


def _revoke(community: Community, command: Command) -> _Said:
    _check_secretary(command)
    if community.entrusted is None:
        raise NotFound(says("not_entrusted.directory"))
    return {"organization": community.entrusted.organization, "reference": community.entrusted.reference}


def _check_secretary(command: Command) -> None:
    if Duty.SECRETARY not in command.actor.duties:
        raise Refused(
            says("not_secretary"),
            source="004 §3",
        )


def _clear(community: Community, command: Command) -> _Said:
    """Further representatives need a co-Chair's clearance, which is recorded; nobody clears herself (004 §4)."""
    said = _representative(command)
    if is_vendor(said["organization"]):
        raise Refused(says("not_of_the_community", person=said["person"]), source="004 §4")
    office = command.args.get("person_office")
    check_function(Office(office) if office else None, Function.CYBER)
    if said["person"] == command.actor.id:
        raise Refused(says("own_clearance"), source="004 §4")
    if said["person"] in community.cleared:
        raise Conflict(says("cleared_already", person=said["person"]))
    return said


def _withdraw(community: Community, command: Command) -> _Said:
    said = _representative(command)
    if said["person"] not in community.cleared:
        raise NotFound(says("not_cleared.representative", person=said["person"]))
    return said


def _representative(command: Command) -> _Said:
    if Duty.CO_CHAIR not in command.actor.duties:
        raise Refused(says("not_co_chair"), source="004 §4")
    organization = OrganizationCode(command.args["person_organization"])
    return {"organization": organization, "person": str(command.args["person"])}


_JUDGES: Final[dict[str, tuple[Kind, Callable[[Community, Command], _Said]]]] = {
    "directory.set": (Kind.TEAM_CHANGE, _set),
    "directory.language": (Kind.PERSON_CHANGE, _language),
    "directory.entrust": (Kind.NOTICE_ENTRUST, _entrust),
    "directory.revoke": (Kind.NOTICE_REVOKE, _revoke),
    "directory.clear": (Kind.REPRESENTATIVE_CLEAR, _clear),
    "directory.withdraw": (Kind.REPRESENTATIVE_WITHDRAW, _withdraw),
}

DIRECTORY_VERBS: Final = tuple(_JUDGES)
"""The commands that change the directory."""
