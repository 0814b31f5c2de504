"""Mandates: an organization without a team hands its part to a shared service provider, and takes it back (003)."""

from typing import Final

from bot.commands.chat_command import ChatCommand, Inquiry, Target
from bot.commands.hearing import Hearing
from bot.commands.misread import Missing
from bot.commands.parameter import Args, Place, text
from bot.commands.who import organization
from playbooks.domain.circle.mandate import Mandate
from playbooks.domain.document import Banner, Bullets, Document, Heading, Inline, paragraph
from playbooks.texts import Texts
from playbooks.texts.wording import sentence


async def _to_the_provider(args: Args, hearing: Hearing) -> Args:
    """To whom it is said, else to the one service provider of the directory; whether it is one is judged."""
    providers = [each.code for each in hearing.directory.organizations if each.service_provider]
    to = args.pop("organization", None) or (providers[0] if len(providers) == 1 else None)
    if to is None:
        raise Missing("provider")
    return {**args, "to": to, "is_provider": to in providers}


async def _shown(inquiry: Inquiry) -> Document:
    state, texts = (await inquiry.case()).state, inquiry.texts
    if not state.mandates:
        return Document(blocks=(paragraph(*texts.parts("mandate.none", incident=state.key)),))
    lines = tuple(_line(texts, each) for each in state.mandates.values())
    heading = Heading(text=texts.say("mandate.heading", incident=state.key))
    return Document(blocks=(Banner(marking=state.marking), heading, Bullets(items=lines)))


def _line(texts: Texts, mandate: Mandate) -> tuple[Inline, ...]:
    said = {
        "mandate": mandate.id,
        "organization": mandate.organization,
        "to": mandate.to,
        "given_by": mandate.given_by,
        "given_at": mandate.given_at,
        "mandate_status": mandate.status.value,
        "changed_by": mandate.changed_by,
        "changed_at": mandate.changed_at,
    }
    return sentence(texts, "mandate.line", said)


MANDATES: Final = (
    ChatCommand(words=("mandate",), verb="mandate", target=Target.QUERY, answer=_shown),
    ChatCommand(
        words=("mandate", "give"),
        verb="mandate.give",
        target=Target.INCIDENT,
        parameters=(organization("provider", Place.OPTION, required=False), text("reason", required=False)),
        complete=_to_the_provider,
    ),
    ChatCommand(
        words=("mandate", "accept"),
        verb="mandate.accept",
        target=Target.INCIDENT,
        parameters=(organization("organization"), text("words", required=False)),
    ),
    ChatCommand(
        words=("mandate", "decline"),
        verb="mandate.decline",
        target=Target.INCIDENT,
        parameters=(organization("organization"), text("reason")),
    ),
    ChatCommand(
        words=("mandate", "withdraw"),
        verb="mandate.withdraw",
        target=Target.INCIDENT,
        parameters=(organization("of", Place.OPTION, required=False), text("reason", required=False)),
    ),
)
