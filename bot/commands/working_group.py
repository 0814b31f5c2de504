"""Working groups of the review: the work-plan of what more than one organization is to do (document 004, §5-7)."""

from typing import Final

from bot.commands.chat_command import ChatCommand, Inquiry, Target
from bot.commands.hearing import Hearing
from bot.commands.parameter import Args, Parameter, Place, Takes, choice, span, text
from playbooks.domain.case import Case
from playbooks.domain.circle.working_group import Stage, WorkingGroup
from playbooks.domain.document import Banner, Bullets, Document, Heading, Inline, paragraph
from playbooks.domain.words import words_of
from playbooks.texts import Texts
from playbooks.texts.wording import quoted, sentence

_REPORTED: Final = tuple(stage for stage in Stage if stage is not Stage.FORMED)


async def _shown(inquiry: Inquiry) -> Document:
    case, texts = await inquiry.case(), inquiry.texts
    groups = case.review.groups
    if not groups:
        return Document(blocks=(paragraph(*texts.parts("working_group.none", incident=case.state.key)),))
    heading = Heading(text=texts.say("working_group.heading", incident=case.state.key))
    lines = tuple(_line(texts, case, group) for group in groups.values())
    return Document(blocks=(Banner(marking=case.state.marking), heading, Bullets(items=lines)))


def _line(texts: Texts, case: Case, group: WorkingGroup) -> tuple[Inline, ...]:
    said = {
        **group.model_dump(include={"lead", "members", "due_at", "told_at"}),
        "working_group": group.id,
        "stage": group.stage.value,
        "owed_at": None if group.is_settled else group.owed_at,
    }
    words = words_of(case, group.entry, "text")
    told = words_of(case, group.told_in, "text")
    return (*sentence(texts, "working_group.line", said), *quoted(texts, words), *quoted(texts, told))


def _group() -> Parameter:
    """A working group of the incident's review, `WG-1`."""

    def read(typed: str, _hearing: Hearing) -> Args:
        return {"working_group": typed.upper()}

    return Parameter("working_group", Place.WORD, Takes.NAME, read)


WORKING_GROUPS: Final = (
    ChatCommand(words=("working-group",), verb="working_group", target=Target.QUERY, answer=_shown),
    ChatCommand(
        words=("working-group", "form"),
        verb="working_group.form",
        target=Target.REVIEW,
        parameters=(span("due", "due_minutes"), text("text")),
    ),
    ChatCommand(
        words=("working-group", "join"),
        verb="working_group.join",
        target=Target.REVIEW,
        parameters=(_group(),),
    ),
    ChatCommand(
        words=("working-group", "leave"),
        verb="working_group.leave",
        target=Target.REVIEW,
        parameters=(_group(), text("reason", required=False)),
    ),
    ChatCommand(
        words=("working-group", "report"),
        verb="working_group.report",
        target=Target.REVIEW,
        parameters=(_group(), choice("stage", _REPORTED), text("text")),
    ),
)
