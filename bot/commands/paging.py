"""`page`: an organization or whoever holds a role is paged; a page is given to others, others called in, noted."""

from typing import Final

from bot.commands.chat_command import ChatCommand, Target
from bot.commands.hearing import Hearing
from bot.commands.lookup import find_organization, find_person
from bot.commands.misread import Misread
from bot.commands.parameter import Args, Parameter, Place, Takes, choice, text
from bot.commands.roles import ALSO
from bot.commands.who import people
from playbooks.domain.judging.page_orders import is_page_of
from playbooks.domain.roles import Role
from playbooks.domain.seen import SeenAs


async def _newest(args: Args, hearing: Hearing) -> Args:
    """The page of one's own organization that went out last and is not resolved; else the last there was."""
    case = await hearing.case()
    own = [
        effect
        for effect in case.effects.values()
        if effect.action == "page.trigger"
        and effect.state == "done"
        and is_page_of(effect.id, hearing.speaker.organization)
    ]
    if not own:
        raise Misread("misread.no_page", organization=hearing.speaker.organization)
    latest = max(own, key=lambda effect: (effect.heard_as is not SeenAs.OVER, effect.at))
    return {**args, "page": latest.id}


def _asking(word: str, verb: str, *parameters: Parameter) -> ChatCommand:
    return ChatCommand(
        words=("page", word),
        verb=f"page.{verb}",
        target=Target.INCIDENT,
        parameters=parameters,
        complete=_newest,
    )


_ROLE: Final = choice("role", tuple(Role), also=ALSO)


def _read_whom(typed: str, hearing: Hearing) -> Args:
    try:
        return _ROLE.read(typed, hearing)
    except Misread:
        return {"organization": find_organization(hearing.directory, typed).code}


async def _whose(args: Args, hearing: Hearing) -> Args:
    """A role is paged with whoever holds it, over the pager of her organization."""
    if "role" not in args:
        return args
    role = Role(args["role"])
    holder = (await hearing.case()).state.roles.get(role)
    if holder is None:
        raise Misread("misread.nobody_holds", role=role)
    known = find_person(hearing.directory, holder, hearing.speaker)
    return {**args, "people": [known.id], "organization": known.organization}


PAGES: Final = (
    _asking("reassign", "reassign", people("people")),
    _asking("add", "respond", people("people")),
    _asking("note", "note", text("words")),
    ChatCommand(
        words=("page", "call"),
        verb="page.wake",
        target=Target.INCIDENT,
        parameters=(
            Parameter("whom", Place.WORD, Takes.NAME, _read_whom),
            text("reason", required=False),
        ),
        complete=_whose,
    ),
)
