"""`page`: what one's own organization's page is asked: given to others, others called in, noted."""

from typing import Final

from bot.commands.chat_command import ChatCommand, Target
from bot.commands.hearing import Hearing
from bot.commands.misread import Misread
from bot.commands.parameter import Args, Parameter, text
from bot.commands.who import people
from playbooks.actions.asking import ROTA
from playbooks.domain.judging.page_orders import is_page_of
from playbooks.domain.seen import SeenAs


async def _newest(args: Args, hearing: Hearing) -> Args:
    """The page of one's own organization that went out last and is not resolved; else the last there was.

    Muster's own pager calls by its rota and has nobody to hand a page to.
    """
    case = await hearing.case()
    own = [
        effect
        for effect in case.effects.values()
        if effect.action == "page.trigger"
        and effect.state == "done"
        and not effect.connection.endswith(f"/{ROTA}")
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


PAGES: Final = (
    _asking("reassign", "reassign", people("people")),
    _asking("add", "respond", people("people")),
    _asking("note", "note", text("words")),
)
