"""Joint rooms: opening one, and what is said, changed, taken back and signed in it.

What people say there is an entry as any other, so that `release` decides where it is carried.
"""

from playbooks.domain.command import Command
from playbooks.domain.connection import belongs_to
from playbooks.domain.errors import Conflict, Malformed, NotFound, Refused
from playbooks.domain.ids import ConnectionId, OrganizationCode
from playbooks.domain.incident import IncidentState
from playbooks.domain.joint import JointRoom
from playbooks.domain.judging.draft import Drafting, Judge, listed
from playbooks.domain.kinds import Kind
from playbooks.domain.policy import check_present
from playbooks.domain.rooms import WEB
from playbooks.domain.saying import says

_MOST = 10
"""Joint rooms of an incident; more are no help to anybody."""


def _open(state: IncidentState, command: Command, drafting: Drafting) -> None:
    args, name = command.args, str(command.args["name"])
    if name in state.joint or any(each.name == name for each in state.rooms_named):
        raise Conflict(says("joint_there", incident=state.key, name=name))
    if len(state.joint) >= _MOST:
        raise Conflict(says("too_many_joint", incident=state.key, most=_MOST))
    _check_unrestricted(state)
    organizations = tuple(map(OrganizationCode, listed(args.get("with", ()))))
    for organization in organizations:
        check_present(organization, state)
    if organizations and command.actor.organization not in organizations:
        organizations = (command.actor.organization, *organizations)
    also = tuple(map(ConnectionId, listed(args.get("also", ()))))
    if any(not belongs_to(each, command.actor.organization) for each in also):
        raise Malformed(says("malformed_command.joint"))
    unattributed = bool(args.get("unattributed"))
    drafting.draft(
        Kind.JOINT_OPEN,
        "incident",
        audience=JointRoom(name=name, opened_by="", organizations=organizations).audience,
        name=name,
        asked=list(organizations) or None,
        also=list(also) or None,
        unattributed=unattributed or None,
    )


def _says(kind: Kind) -> Judge:
    def judge(state: IncidentState, command: Command, drafting: Drafting) -> None:
        args = command.args
        _draft(state, command, drafting, kind, about=args.get("about"), about_at=args.get("about_at"))

    return judge


def _alters(kind: Kind) -> Judge:
    """What was said stays in the record; in the rooms, what came later stands in its place."""

    def judge(state: IncidentState, command: Command, drafting: Drafting) -> None:
        own = (command.actor.id, command.actor.organization)
        if own != (command.args["about_author"], command.args["about_organization"]):
            raise Refused(says("not_own_words"), source="policy")
        args = command.args
        _draft(state, command, drafting, kind, about=args["about"], about_at=args["about_at"])

    return judge


def _draft(
    state: IncidentState,
    command: Command,
    drafting: Drafting,
    kind: Kind,
    *,
    about: str | None,
    about_at: str | None,
) -> None:
    args, actor = command.args, command.actor
    joint = state.joint.get(str(args["joint"]))
    if joint is None or not joint.is_for(actor.organization):
        raise NotFound(says("not_found.joint_room", joint=args["joint"], incident=state.key))
    _check_unrestricted(state)
    said_in = {
        "message": args.get("message"),
        "below": args.get("about_said"),
    }
    drafting.draft(
        kind,
        "incident",
        audience=joint.audience,
        joint=joint.name,
        connection=actor.via or WEB,
        said_in={name: value for name, value in said_in.items() if value},
        about=about,
        about_at=about_at,
    )


def _check_unrestricted(state: IncidentState) -> None:
    if state.restricted:
        raise Refused(
            says("restricted.joint", incident=state.key),
            source="policy",
        )


SAYING: dict[str, Judge] = {
    "say": _says(Kind.WORDS_SAY),
    "say.sign": _says(Kind.WORDS_SIGN),
    "say.change": _alters(Kind.WORDS_CHANGE),
    "say.withdraw": _alters(Kind.WORDS_WITHDRAW),
}
"""What people do with words in a joint room."""

ABOUT_WORDS = ("say", "say.sign", "say.change", "say.withdraw")
"""Commands that may be about what was said before."""

JOINT: dict[str, Judge] = {"joint.open": _open, **SAYING}
