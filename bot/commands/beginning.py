"""`/incident` and no more: what goes on, what waits for whoever asks, what one does first, and where the rest is."""

from collections.abc import Iterator, Sequence
from typing import Final

from bot.commands.chat_command import ChatCommand, Inquiry, Target
from bot.commands.incidents import incident_line
from bot.commands.waiting import waits
from playbooks.domain.document import Block, Bullets, Button, Document, Paragraph, paragraph
from playbooks.domain.ids import IncidentKey
from playbooks.ports.views import IncidentLine

_MOST: Final = 3
"""Incidents that are named; `list` has them all."""
_HERE: Final = (("status",), ("update",), ("task", "add"), ("waiting",))
_ANYWHERE: Final = (("declare",), ("list",), ("waiting",), ("oncall",))
"""What one does first, in an incident and elsewhere."""


async def _begin(inquiry: Inquiry) -> Document:
    lines = await inquiry.views.incidents(inquiry.reader, open_only=True)
    here = [line for line in lines if line.key == inquiry.incident]
    waiting = sum(isinstance(block, Paragraph) for block in await waits(inquiry))
    code = "begin.waits" if waiting else "waiting.nothing"
    return Document(
        blocks=(
            *_going_on(inquiry, here or lines),
            paragraph(*inquiry.texts.parts(code, **({"count": waiting} if waiting else {}))),
            *_first(inquiry, here[0].key if here else None),
            paragraph(*inquiry.texts.parts("begin.help")),
        )
    )


def _going_on(inquiry: Inquiry, lines: Sequence[IncidentLine]) -> Iterator[Block]:
    """The room's incident alone where it has one."""
    if not lines:
        yield paragraph(*inquiry.texts.parts("list.none"))
        return
    yield Bullets(items=tuple(incident_line(inquiry.texts, line) for line in lines[:_MOST]))
    if more := len(lines[_MOST:]):
        yield paragraph(*inquiry.texts.parts("begin.more", count=more))


def _first(inquiry: Inquiry, here: IncidentKey | None) -> Iterator[Button]:
    """Buttons of commands that are open to whoever asks."""
    open_to_her = {command.words: command for command in inquiry.commands}
    for words in _HERE if here else _ANYWHERE:
        if command := open_to_her.get(words):
            label = inquiry.texts.say(f"begin.{'.'.join(words)}")
            yield Button(label=label, command=" ".join(filter(None, ("/incident", here, command.spelled))))


BEGIN: Final = ChatCommand(words=(), verb="begin", target=Target.QUERY, answer=_begin)
"""No command by its name: what a line without words is answered with."""
