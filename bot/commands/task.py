"""Tasks: work for one's own organization stands at once, for another it is a request (004 §7)."""

from typing import Final

from bot.commands.chat_command import Asks, ChatCommand, Target
from bot.commands.hearing import Hearing
from bot.commands.misread import Misread
from bot.commands.parameter import Args, Place, choice, name, span, text
from bot.commands.spelling import meant
from bot.commands.which import task
from bot.commands.who import organization, owner, person
from playbooks.domain.function import Function
from playbooks.domain.ids import TaskId


async def _for_whom(args: Args, hearing: Hearing) -> Args:
    """Said, or the owner's organization, or the speaker's own. Raises Misread for an owner of another."""
    complete = {"function": Function.CYBER.value, **args}
    of_owner = complete.pop("owner_organization", None)
    organization = complete.setdefault("organization", of_owner or hearing.speaker.organization)
    if of_owner not in (None, organization):
        raise Misread("misread.owner_elsewhere", owner=args["owner"], organization=organization)
    return complete


async def _answered(args: Args, hearing: Hearing) -> Args:
    """The answer as the task calls it, whatever the speaker's language; what it does not know is judged."""
    if "answer" not in args:
        return args
    asked = (await hearing.case()).tasks.get(TaskId(args["task"]))
    if asked is None:
        return args
    choices = asked.answers or next((each.choices for each in asked.asks if each.choices), ())
    return {**args, "answer": meant(args["answer"], "", choices) or args["answer"]}


TASKS: Final = (
    ChatCommand(
        words=("task", "add"),
        verb="task.add",
        target=Target.PART,
        parameters=(
            organization("for", Place.OPTION, required=False),
            owner("owner"),
            choice("function", tuple(Function), Place.OPTION, required=False),
            span("due", "due_minutes"),
            text("text"),
        ),
        complete=_for_whom,
    ),
    ChatCommand(
        words=("task", "assign"), verb="task.assign", target=Target.PART, parameters=(task(), person())
    ),
    ChatCommand(words=("task", "accept"), verb="task.accept", target=Target.PART, parameters=(task(),)),
    ChatCommand(
        words=("task", "decline"),
        verb="task.decline",
        target=Target.PART,
        parameters=(task(), text("reason")),
    ),
    ChatCommand(
        words=("task", "done"),
        verb="task.done",
        target=Target.PART,
        parameters=(task(), name("answer", Place.OPTION, required=False), text("note", required=False)),
        complete=_answered,
        asks=Asks.TASK,
    ),
)
