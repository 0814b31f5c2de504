"""`oncall`: who is on call now, in one's own organization or in one that takes part in the incident spoken of."""

from typing import Final

from bot.commands.chat_command import ChatCommand, Inquiry, Target
from bot.commands.who import organization
from playbooks.domain.document import Bullets, Document, Heading, Inline, paragraph
from playbooks.domain.ids import OrganizationCode
from playbooks.domain.on_call import Rung
from playbooks.domain.policy import check_party
from playbooks.texts import Texts
from playbooks.texts.wording import sentence


async def _oncall(inquiry: Inquiry) -> Document:
    own, texts = inquiry.speaker.organization, inquiry.texts
    asked = OrganizationCode(inquiry.request.args.get("organization", own))
    if asked != own:
        state = (await inquiry.case()).state
        check_party(own, state)
        check_party(asked, state)
    now = await inquiry.on_call(asked)
    heading = Heading(text=texts.say("oncall.heading", organization=asked))
    source = paragraph(*texts.parts(f"oncall.{now.source}"))
    if not now.rungs:
        return Document(blocks=(heading, paragraph(*texts.parts("oncall.nobody"))))
    return Document(blocks=(heading, Bullets(items=tuple(_line(texts, rung) for rung in now.rungs)), source))


def _line(texts: Texts, rung: Rung) -> tuple[Inline, ...]:
    return sentence(texts, "oncall.rung", {"who": rung.who, "level": rung.level, "until_at": rung.until})


ONCALL: Final = ChatCommand(
    words=("oncall",),
    verb="oncall",
    target=Target.QUERY,
    parameters=(organization("organization", required=False),),
    answer=_oncall,
    aliases=(("on", "call"), ("on-call",)),
)
