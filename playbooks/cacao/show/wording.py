"""How the parts of a step are said to people, in the language of whoever is spoken to."""

from collections.abc import Iterator
from datetime import timedelta

from pydantic import JsonValue

from playbooks.cacao.extension import ACTIONS, StepNotes, is_readable, step_notes
from playbooks.cacao.model import (
    ActionStep,
    Command,
    CommandType,
    IfConditionStep,
    ParallelStep,
    Playbook,
    PlaybookActionStep,
    Step,
    SwitchConditionStep,
    WhileConditionStep,
)
from playbooks.cacao.shorthand.durations import span, unit_of
from playbooks.cacao.variables import replace_references
from playbooks.domain.tongue import colon, lasting
from playbooks.texts.catalogue import load_texts
from playbooks.texts.spoken import name_as_read
from playbooks.texts.wording import label

_SPANS = ("within", "remind")


def say(what: str, /, **args: object) -> str:
    """A text about playbooks, `show.…` of the catalogue."""
    return load_texts().say(f"show.{what}", **args)


def plainly(text: str) -> str:
    """The text with variables by their plain names, as `<system>`."""
    return replace_references(text, lambda reference: f"<{reference.name.strip('_').replace('_', ' ')}>")


def condition(text: str) -> str:
    """A condition with variables by their plain names."""
    return replace_references(text, lambda reference: reference.name.strip("_"))


def who(playbook: Playbook, step: Step) -> str:
    """Who does it, upon what, of which function and by when; empty where there is nothing to say."""
    if not isinstance(step, ActionStep):
        return ""
    parts = [_name(playbook, step.agent) if step.agent else label(load_texts(), "role", "incident_commander")]
    notes = _notes(step)
    if step.targets:
        parts.append(say("on", targets=", ".join(_name(playbook, target) for target in step.targets)))
    if notes.function is not None:
        parts.append(label(load_texts(), "function", notes.function))
    if notes.due is not None:
        parts.append(say("due", span=_span(notes.due)))
    if notes.approvals:
        parts.append(say("agreed", count=notes.approvals))
    return ", ".join(parts)


def _span(milliseconds: int) -> str:
    return lasting(*unit_of(milliseconds))


def beginning(playbook: Playbook) -> Iterator[str]:
    """What it waits for before it begins, if anything."""
    start = playbook.workflow.get(playbook.workflow_start)
    approvals = _notes(start).approvals if start is not None else 0
    if approvals:
        yield say("begins", count=approvals)


def consent(step: Step) -> Iterator[str]:
    """In few words, for a picture: how many must agree before it acts, and whether it can be taken back."""
    notes = _notes(step)
    if notes.approvals:
        yield say("agreed", count=notes.approvals)
    if notes.undo:
        yield say("reversible")


def _name(playbook: Playbook, identifier: str) -> str:
    agent = playbook.agent_or_target(identifier)
    return identifier if agent is None else plainly(agent.name)


def _notes(step: Step) -> StepNotes:
    return step_notes(step) if is_readable(step.step_extensions, StepNotes) else StepNotes()


def work(playbook: Playbook, step: Step) -> Iterator[str]:
    """What is done: description, commands, what is asked, waiting, undo."""
    if step.delay:
        yield say("delay", span=_span(step.delay))
    if step.description:
        yield plainly(step.description)
    if isinstance(step, ActionStep):
        commands = [command(one) for one in step.commands]
        yield from commands
        yield from _asked(playbook, step, " ".join(commands))
    if isinstance(step, PlaybookActionStep):
        yield say("run", name=name_as_read(_notes(step).runs or step.playbook_id))
    if step.timeout:
        yield say("timeout", span=_span(step.timeout))
    if _notes(step).undo:
        yield say("undo", what=" ".join(command(one) for one in _notes(step).undo))


def command(one: Command) -> str:
    """A command in one sentence or line."""
    if one.type == CommandType.MANUAL:
        return plainly(one.text)
    if one.type == CommandType.MUSTER:
        return _action(one)
    return f"{one.type}: {plainly(one.text)}"


def _action(one: Command) -> str:
    """The action, the first of what it needs between quotes, and the rest after it."""
    name = one.command or ""
    main = (
        next((need for need in ACTIONS[name].needs[::-1] if need in one.arguments), None)
        if name in ACTIONS
        else None
    )
    said = say(f"action.{name}", main=_argument(main, one.arguments[main])) if main else name
    rest = [
        say(f"argument.{key}", value=_argument(key, value))
        for key, value in one.arguments.items()
        if key != main
    ]
    return f"{said} ({'; '.join(rest)})" if rest else said


def _argument(name: str, value: JsonValue) -> str:
    """An argument in words: a span, a purpose, or what people wrote."""
    length = span(value) if name in _SPANS else None
    if length is not None:
        return _span(length // timedelta(milliseconds=1))
    return label(load_texts(), name, plainly(value)) if isinstance(value, str) else str(value)


def _asked(playbook: Playbook, step: ActionStep, said: str) -> Iterator[str]:
    """What the step asks for; what it means where that was not said a line above."""
    is_request = any(each.type in (CommandType.HTTP_API, CommandType.OPENC2_HTTP) for each in step.commands)
    filled = "filled" if is_request else "answer"
    for name in step.out_args:
        variable = step.step_variables.get(name) or playbook.playbook_variables.get(name)
        about = (variable.description if variable is not None else None) or ""
        asked = say(filled, name=name.strip("_"))
        yield f"{asked}{colon()} {about}" if about and about not in said else f"{asked}."


def opening(step: Step) -> str:
    """What decides between the branches of a step."""
    if isinstance(step, ParallelStep):
        return say("parallel")
    if isinstance(step, IfConditionStep):
        return say("if", condition=condition(step.condition))
    if isinstance(step, WhileConditionStep):
        return say("while", condition=condition(step.condition))
    return say("switch", variable=condition(step.switch)) if isinstance(step, SwitchConditionStep) else ""


def branch_title(step: Step, link: str, index: int) -> str:
    """What a branch is called."""
    if isinstance(step, ParallelStep):
        streams = _notes(step).streams
        return streams[index] if index < len(streams) else say("stream", number=index + 1)
    if isinstance(step, SwitchConditionStep):
        return link.removeprefix("cases.")
    titles = {"on_true": "do" if isinstance(step, WhileConditionStep) else "then", "on_false": "else"}
    return say(titles[link]) if link in titles else link
