"""Playbooks from the room: start one, see how far it has come, steer it."""

from collections import Counter
from collections.abc import Iterator
from typing import Final

from bot.commands.chat_command import Asks, ChatCommand, Inquiry, Target
from bot.commands.hearing import Hearing
from bot.commands.misread import Misread
from bot.commands.parameter import Args, playbook, text
from bot.commands.which import run, step
from bot.commands.who import person
from playbooks.cacao.course import Standing, StepStanding
from playbooks.domain.case import Case
from playbooks.domain.document import Block, Bullets, Document, Heading, paragraph
from playbooks.domain.task import Task
from playbooks.ports.views import RunShown
from playbooks.texts import Texts
from playbooks.texts.spoken import name_as_read
from playbooks.texts.wording import label, sentence

_MOST_STEPS: Final = 60
"""A checklist that is longer shows what is at hand, and counts the rest."""
_AT_HAND: Final = (Standing.RUNNING, Standing.WAITING, Standing.FAILED)
_OVER: Final = (Standing.DONE, Standing.SKIPPED)


async def _status(inquiry: Inquiry) -> Document:
    case = await inquiry.case()
    runs = await inquiry.views.runs(inquiry.reader, inquiry.key)
    return Document(blocks=tuple(_blocks(inquiry.texts, case, runs)))


def _blocks(texts: Texts, case: Case, runs: tuple[RunShown, ...]) -> Iterator[Block]:
    yield Heading(text=texts.say("runs.heading", incident=case.state.key))
    if not runs:
        yield paragraph(*texts.parts("runs.none"))
    for shown in runs:
        yield from _run(texts, case, shown)


def _run(texts: Texts, case: Case, shown: RunShown) -> Iterator[Block]:
    run = shown.run
    said = {
        "run": run.id,
        "playbook": run.playbook,
        "outcome": "paused" if shown.is_paused else run.outcome,
        "started_at": run.started_at,
        "over": sum(1 for each in shown.steps if each.standing in _OVER),
        "count": len(shown.steps),
    }
    yield paragraph(*sentence(texts, "runs.run", said))
    steps = shown.steps if len(shown.steps) <= _MOST_STEPS else _at_hand(shown.steps)
    if steps:
        yield Bullets(items=tuple(sentence(texts, "runs.step", _said(texts, case, run.id, s)) for s in steps))
    if len(steps) < len(shown.steps):
        counts = Counter(label(texts, "standing", step.standing) for step in shown.steps)
        listed = ", ".join(f"{count} {standing}" for standing, count in counts.items())
        yield paragraph(*texts.parts("runs.counts", counts=listed))


def _at_hand(steps: tuple[StepStanding, ...]) -> tuple[StepStanding, ...]:
    return tuple(step for step in steps if step.standing in _AT_HAND)[:_MOST_STEPS]


def _said(texts: Texts, case: Case, run: str, step: StepStanding) -> dict[str, object]:
    tasks = tasks_of(case, run, step)
    return {
        "mark": texts.say(f"mark.{step.standing}"),
        "number": step.number,
        "name": name_as_read(step.name),
        "standing": label(texts, "standing", step.standing),
        "tasks": ", ".join(task.id for task in tasks) or None,
    }


def tasks_of(case: Case, run: str, step: StepStanding) -> tuple[Task, ...]:
    """The open tasks that a step waits for."""
    origins = tuple(f"playbook/{case.state.key}/{run}|{key}" for key in step.keys)
    return tuple(
        task
        for task in case.open_tasks
        if task.origin.rpartition(":")[0] in origins or task.origin in origins
    )


async def _which_run(args: Args, hearing: Hearing) -> Args:
    """The run that was said, or the one that goes on. Raises Misread for none, and for several."""
    if "run" in args:
        return args
    going_on = [shown.run.id for shown in await hearing.runs() if shown.run.outcome == "running"]
    if len(going_on) != 1:
        raise Misread("misread.which_run" if going_on else "misread.no_run", runs=", ".join(going_on))
    return {**args, "run": going_on[0]}


async def _whose_task(args: Args, hearing: Hearing) -> Args:
    """The task that the step waits for in the speaker's own organization: its people alone decide on it (004 §7)."""
    complete = await _which_run(args, hearing)
    wanted, number = complete.pop("run"), complete.pop("step")
    steps = [each for shown in await hearing.runs() if shown.run.id == wanted for each in shown.steps]
    at_hand = next((each for each in steps if each.number == number), None)
    tasks = tasks_of(await hearing.case(), wanted, at_hand) if at_hand else ()
    own = [task.id for task in tasks if task.organization == hearing.speaker.organization]
    if not own:
        raise Misread("misread.no_task_of_step", number=number, run=wanted)
    return {**complete, "task": own[0]}


def _steering(word: str, *, of_a_step: bool = False, reason: bool = False) -> ChatCommand:
    return ChatCommand(
        words=("playbook", word),
        verb=f"playbook.{word}",
        target=Target.RUN,
        parameters=(*((step(),) if of_a_step else ()), run(), *((text("reason"),) if reason else ())),
        complete=_which_run,
    )


PLAYBOOK: Final = (
    ChatCommand(
        words=("playbook", "run"),
        verb="playbook.run",
        target=Target.INCIDENT,
        parameters=(playbook(),),
        asks=Asks.PLAYBOOK,
    ),
    ChatCommand(words=("playbook", "status"), verb="playbook.status", target=Target.QUERY, answer=_status),
    _steering("pause"),
    _steering("resume"),
    _steering("skip", of_a_step=True, reason=True),
    _steering("retry", of_a_step=True),
    _steering("abort", reason=True),
    ChatCommand(
        words=("playbook", "reassign"),
        verb="task.assign",
        target=Target.PART,
        parameters=(step(), person(), run()),
        complete=_whose_task,
    ),
)
