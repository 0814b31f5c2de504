"""Joint rooms: `room open` makes one, `say` speaks in one from anywhere; in its rooms people just talk."""

from dataclasses import replace
from typing import Final

from bot.commands.chat_command import ChatCommand, Request, Target
from bot.commands.hearing import Hearing
from bot.commands.misread import Misread
from bot.commands.parameter import Args, Place, codes, flag, name, text
from bot.commands.who import organizations
from playbooks.domain.connection import PortName
from playbooks.domain.naming_nobody import naming_nobody


async def _with_whom(args: Args, hearing: Hearing) -> Args:
    """Every party, where none is named; further chat systems are those of one's own organization."""
    named = [] if "all" in args.get("with", ()) else list(args.get("with", ()))
    chats = {
        each.id.split("/")[1]: each.id
        for each in hearing.accounts(hearing.speaker.organization, PortName.CHAT)
    }
    wanted = args.get("on") or ()
    if unknown := next((each for each in wanted if each not in chats), None):
        raise Misread("misread.no_such_chat", typed=unknown, organization=hearing.speaker.organization)
    said = {label: value for label, value in args.items() if label != "on"}
    return {**said, "with": named, "also": [chats[each] for each in wanted]}


async def _where(args: Args, hearing: Hearing) -> Args:
    """The one joint room that there is, unless one is named. Raises Misread."""
    case = await hearing.case()
    own = hearing.speaker.organization
    there = [joint.name for joint in case.state.joint.values() if joint.is_for(own)]
    to = args.get("to") or (there[0] if len(there) == 1 else None)
    if to is None:
        raise Misread("misread.which_joint_room", choices=", ".join(there) or "-")
    return {"joint": to}


async def _as_it_may_be_told(request: Request, hearing: Hearing) -> Request:
    """Where the Chatham House Rule holds, words mention nobody, as those that are said in its rooms."""
    joint = (await hearing.case()).state.joint.get(str(request.args["joint"]))
    if joint is None or not joint.unattributed:
        return request
    return replace(request, texts={label: naming_nobody(text) for label, text in request.texts.items()})


JOINT: Final = (
    ChatCommand(
        words=("room", "open"),
        verb="joint.open",
        target=Target.INCIDENT,
        parameters=(
            name("name"),
            replace(organizations("with"), required=False),
            flag("unattributed"),
            codes("on"),
        ),
        complete=_with_whom,
    ),
    ChatCommand(
        words=("say",),
        verb="say",
        target=Target.INCIDENT,
        parameters=(name("to", Place.OPTION, required=False), text("words")),
        complete=_where,
        reword=_as_it_may_be_told,
    ),
)
