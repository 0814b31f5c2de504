"""`work-plan`: what was planned after incidents, across all that one knows of (document 004, §6-7)."""

from typing import Final

from bot.commands.chat_command import ChatCommand, Inquiry, Target
from bot.reading.work_plan import told_work_plan
from playbooks.domain.document import Document


async def _told(inquiry: Inquiry) -> Document:
    return await told_work_plan(inquiry.views, inquiry.texts, inquiry.reader, inquiry.asked_at)


WORK_PLAN: Final = ChatCommand(words=("work-plan",), verb="work_plan", target=Target.QUERY, answer=_told)
