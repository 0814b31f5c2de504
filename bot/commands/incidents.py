"""`list`: the incidents one may know of; `timeline`: the last of what was recorded of one."""

from collections.abc import Sequence
from typing import Final

from bot.commands.chat_command import ChatCommand, Inquiry, Target
from bot.commands.parameter import flag, number
from playbooks.actions.routine import is_routine
from playbooks.domain.document import Banner, Bullets, Document, Heading, Inline, Text, paragraph
from playbooks.domain.release import Shown
from playbooks.domain.telling import story_line
from playbooks.domain.trace import Trace
from playbooks.ports.views import IncidentLine
from playbooks.texts import Texts
from playbooks.texts.wording import sentence

_LAST: Final = 20
_AT_ONCE: Final = 100
"""So many entries are read at once while those that are not routine are looked for."""


async def _list(inquiry: Inquiry) -> Document:
    everything = "all" in inquiry.request.args
    lines = await inquiry.views.incidents(inquiry.reader, open_only=not everything)
    if not lines:
        return Document(blocks=(paragraph(*inquiry.texts.parts("list.none")),))
    heading = inquiry.texts.say("list.heading.all" if everything else "list.heading", count=len(lines))
    items = tuple(incident_line(inquiry.texts, line) for line in lines)
    return Document(blocks=(Heading(text=heading), Bullets(items=items)))


def incident_line(texts: Texts, line: IncidentLine) -> tuple[Inline, ...]:
    """An incident in a line: what it is, how bad, how far it has come, who commands."""
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
    texts, args = inquiry.texts, inquiry.request.args
    outline = await inquiry.views.outline(inquiry.reader, inquiry.key)
    case, everything = outline.case, "all" in args
    last = await _last(inquiry, outline.traces, args.get("last", _LAST), everything=everything)
    heading = texts.say("timeline.heading", incident=inquiry.key, title=case.title)
    lines = tuple((*_number(texts, shown), *story_line(shown, texts)) for shown in last)
    left_out = len(outline.traces) - len(last)
    aside = "timeline.earlier" if everything else "timeline.left_out"
    return Document(
        blocks=(
            Banner(marking=case.state.marking),
            Heading(text=heading),
            *((paragraph(*texts.parts(aside, count=left_out)),) if left_out else ()),
            Bullets(items=lines),
        )
    )


async def _last(
    inquiry: Inquiry, traces: Sequence[Trace], count: int, *, everything: bool
) -> Sequence[Shown]:
    """The last so many entries; unless everything is wanted, those that are not routine."""
    found: list[Shown] = []
    end = len(traces)
    while end and len(found) < count:
        start = max(end - max(count, _AT_ONCE), 0)
        told = await inquiry.views.told(inquiry.reader, inquiry.key, traces[start:end])
        found[:0] = [shown for shown in told if everything or not is_routine(shown)]
        end = start
    return found[-count:]


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
        parameters=(number("last", most=500), flag("all")),
        answer=_timeline,
    ),
)
