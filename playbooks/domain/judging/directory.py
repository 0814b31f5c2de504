"""Changing the directory by command: each organization tells of its own team, the Secretary what was entrusted.

Judged without an incident; each change stands in the installation's log.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from playbooks.domain.actor import ActorKind
from playbooks.domain.command import Command, Outcome, Verdict
from playbooks.domain.community import Community
from playbooks.domain.entry import Entry, entry_id
from playbooks.domain.errors import Conflict, NotFound, Refused
from playbooks.domain.ids import OrganizationCode
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
        audience=("community",),
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
    team = community.team(actor.organization)
    if with_fact(team, fact, value) == team:
        raise Conflict(says("same_fact", organization=actor.organization))
    unknown = set(with_fact(team, fact, value).services) - set(command.args.get("known_services", ()))
    if fact == "services" and unknown:
        raise NotFound(says("no_service.directory", unknown=min(unknown)))
    return {"organization": actor.organization, "fact": fact, "value": value}


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


_JUDGES: Final[dict[str, tuple[Kind, Callable[[Community, Command], _Said]]]] = {
    "directory.set": (Kind.TEAM_CHANGE, _set),
    "directory.entrust": (Kind.NOTICE_ENTRUST, _entrust),
    "directory.revoke": (Kind.NOTICE_REVOKE, _revoke),
}

DIRECTORY_VERBS: Final = tuple(_JUDGES)
"""The commands that change the directory."""
