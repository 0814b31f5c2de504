"""`move`: the room of one's organization goes elsewhere, out of the reach of whoever may be in the old one."""

from typing import Final

from bot.commands.chat_command import ChatCommand, Target
from bot.commands.hearing import Hearing
from bot.commands.misread import Misread
from bot.commands.parameter import Args, Place, choice, text
from playbooks.domain.connection import PortName
from playbooks.domain.reaching import concerned
from playbooks.domain.rooms import CHAT, WEB, Because

_TO: Final = ("matrix", "slack", CHAT, WEB)
"""`chat` is where the organization's rooms are opened at first."""


async def _where(args: Args, hearing: Hearing) -> Args:
    """Which of her organization's chat systems is meant, and who is called there. Raises Misread where it has none."""
    organization, to = hearing.speaker.organization, args["to"]
    case = await hearing.case()
    people = [*concerned(case, organization), hearing.speaker.id]
    said = {**args, "organization": organization, "people": list(dict.fromkeys(people))}
    if to == WEB:
        return {**said, "connection": WEB}
    meant = [
        each.id
        for each in hearing.accounts(organization, PortName.CHAT)
        if to in (each.vendor, each.id.split("/")[1])
    ]
    if not meant:
        raise Misread("misread.no_such_chat", typed=to, organization=organization)
    now = case.state.room(organization).connection
    return {**said, "connection": next((id for id in meant if id != now), now)}


MOVE: Final = ChatCommand(
    words=("move",),
    verb="move",
    target=Target.INCIDENT,
    parameters=(
        choice("to", _TO),
        choice("because", tuple(Because), Place.OPTION, required=False),
        text("reason", required=False),
    ),
    complete=_where,
)
