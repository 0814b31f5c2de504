"""Reporting duties: the board of clocks, and what each organization decides on its own."""

from typing import Final

from bot.commands.chat_command import ChatCommand, Inquiry, Target
from bot.commands.owed import duty_line
from bot.commands.parameter import past_moment, text
from bot.commands.which import duty
from playbooks.domain.document import Banner, Bullets, Document, Heading, Inline, paragraph
from playbooks.domain.duties import ReportingDuty
from playbooks.texts import Texts
from playbooks.texts.wording import sentence


async def _board(inquiry: Inquiry) -> Document:
    """Every clock that the reader may know of: what is owed by when it is due, then what is settled."""
    state, texts = (await inquiry.case()).state, inquiry.texts
    if not state.duties:
        return Document(blocks=(paragraph(*texts.parts("duties.none", incident=state.key)),))
    settled = (each for each in state.duties.values() if not each.is_owed)
    lines = (
        *(duty_line(texts, each) for each in state.owed_duties),
        *(_settled(texts, each) for each in settled),
    )
    heading = Heading(text=texts.say("duties.heading", incident=state.key))
    return Document(blocks=(Banner(marking=state.marking), heading, Bullets(items=lines)))


def _settled(texts: Texts, each: ReportingDuty) -> tuple[Inline, ...]:
    said = {
        "duty": each.id,
        "organization": each.organization,
        "receiver": each.receiver,
        "duty_status": each.status.value,
        "settled_at": each.settled_at,
        "due_at": each.due_at,
        "late": each.is_late,
    }
    return sentence(texts, "duties.settled", said)


DUTIES: Final = (
    ChatCommand(words=("duties",), verb="duties", target=Target.QUERY, answer=_board),
    ChatCommand(
        words=("duty", "approve"),
        verb="duty.approve",
        target=Target.INCIDENT,
        parameters=(duty(), text("note", required=False)),
    ),
    ChatCommand(
        words=("duty", "meet"),
        verb="duty.meet",
        target=Target.INCIDENT,
        parameters=(duty(), past_moment("at", "met_at"), text("note", required=False)),
    ),
    ChatCommand(
        words=("duty", "waive"),
        verb="duty.waive",
        target=Target.INCIDENT,
        parameters=(duty(), text("reason")),
    ),
)
