"""`list`: the incidents one may know of; `timeline`: the last of what was recorded of one."""

from typing import Final

from bot.commands.chat_command import ChatCommand, Inquiry, Target
from bot.commands.parameter import flag, number
from playbooks.domain.document import Banner, Bullets, Document, Heading, Inline, Text, paragraph
from playbooks.domain.release import Shown
from playbooks.domain.telling import story_line
from playbooks.ports.views import IncidentLine
from playbooks.texts import Texts
from playbooks.texts.wording import sentence

_LAST: Final = 20


async def _list(inquiry: Inquiry) -> Document:
    everything = "all" in inquiry.request.args
    lines = await inquiry.views.incidents(inquiry.reader, open_only=not everything)
    if not lines:
        return Document(blocks=(paragraph(*inquiry.texts.parts("list.none")),))
    heading = inquiry.texts.say("list.heading.all" if everything else "list.heading", count=len(lines))
    items = tuple(_line(inquiry.texts, line) for line in lines)
    return Document(blocks=(Heading(text=heading), Bullets(items=items)))


def _line(texts: Texts, line: IncidentLine) -> tuple[Inline, ...]:
    said = {
        "incident": line.key,
        "title": line.title,
        "severity": line.severity.value,
        "phase": line.phase.value,
        "commander": line.commander,
        "count": line.waiting,
    }
    return sentence(texts, "list.line", said)


async def _timeline(inquiry: Inquiry) -> Document:
    texts, key = inquiry.texts, inquiry.key
    outline = await inquiry.views.outline(inquiry.reader, key)
    case, traces = outline.case, outline.traces[-inquiry.request.args.get("last", _LAST) :]
    last = await inquiry.views.told(inquiry.reader, key, traces)
    heading = texts.say("timeline.heading", incident=key, title=case.title)
    lines = tuple((*_number(texts, shown), *story_line(shown, texts)) for shown in last)
    left_out = len(outline.traces) - len(traces)
    return Document(
        blocks=(
            Banner(marking=case.state.marking),
            Heading(text=heading),
            *((paragraph(*texts.parts("timeline.earlier", count=left_out)),) if left_out else ()),
            Bullets(items=lines),
        )
    )


def _number(texts: Texts, shown: Shown) -> tuple[Inline, ...]:
    """By which an entry is called, to correct it; none until it is integrated."""
    return (
        ()
        if shown.position is None
        else (*texts.parts("timeline.number", number=shown.position), Text(text="  "))
    )


INCIDENTS: Final = (
    ChatCommand(words=("list",), verb="list", target=Target.QUERY, parameters=(flag("all"),), answer=_list),
    ChatCommand(
        words=("timeline",),
        verb="timeline",
        target=Target.QUERY,
        parameters=(number("last", most=500),),
        answer=_timeline,
    ),
)
