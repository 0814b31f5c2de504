"""Playbooks from the room: start one, and see how far it has come."""

from collections.abc import Iterator
from typing import Final

from bot.commands.chat_command import ChatCommand, Inquiry, Target
from bot.commands.parameter import name
from playbooks.domain.document import Block, Bullets, Document, Heading, paragraph
from playbooks.domain.fold import Case, Run
from playbooks.texts import Texts
from playbooks.texts.wording import sentence


async def _status(inquiry: Inquiry) -> Document:
    case = await inquiry.case()
    return Document(blocks=tuple(_blocks(inquiry.texts, case)))


def _blocks(texts: Texts, case: Case) -> Iterator[Block]:
    yield Heading(text=texts.say("runs.heading", incident=case.state.key))
    if not case.runs:
        yield paragraph(*texts.parts("runs.none"))
    for run in case.runs.values():
        yield from _run(texts, run)


def _run(texts: Texts, run: Run) -> Iterator[Block]:
    said = {"run": run.id, "playbook": run.playbook, "outcome": run.outcome, "started_at": run.started_at}
    yield paragraph(*sentence(texts, "runs.run", said))
    if run.steps:
        steps = (
            sentence(texts, "runs.step", {"name": step.name or step.key, "outcome": step.outcome})
            for step in run.steps.values()
        )
        yield Bullets(items=tuple(steps))


PLAYBOOK: Final = (
    ChatCommand(
        words=("playbook", "run"), verb="playbook.run", target=Target.INCIDENT, parameters=(name("playbook"),)
    ),
    ChatCommand(words=("playbook", "status"), verb="playbook.status", target=Target.QUERY, answer=_status),
)
