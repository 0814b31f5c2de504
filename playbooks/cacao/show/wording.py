"""How the parts of a step are said to people."""

from collections.abc import Iterator

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
from playbooks.cacao.shorthand.durations import spoken
from playbooks.cacao.variables import replace_references


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
    parts = [_name(playbook, step.agent) if step.agent else "incident commander"]
    notes = _notes(step)
    if step.targets:
        parts.append("on " + ", ".join(_name(playbook, target) for target in step.targets))
    if notes.function is not None:
        parts.append(notes.function.replace("_", " "))
    if notes.due is not None:
        parts.append(f"due in {spoken(notes.due)}")
    if notes.approvals:
        parts.append(_after(notes.approvals))
    return ", ".join(parts)


def _after(approvals: int) -> str:
    return f"after {approvals} approval{'s' if approvals > 1 else ''}"


def beginning(playbook: Playbook) -> Iterator[str]:
    """What it waits for before it begins, if anything."""
    start = playbook.workflow.get(playbook.workflow_start)
    approvals = _notes(start).approvals if start is not None else 0
    if approvals:
        yield f"begins {_after(approvals)}"


def consent(step: Step) -> Iterator[str]:
    """In few words, for a picture: how many must agree before it acts, and whether it can be taken back."""
    notes = _notes(step)
    if notes.approvals:
        yield _after(notes.approvals)
    if notes.undo:
        yield "can be undone"


def _name(playbook: Playbook, identifier: str) -> str:
    agent = playbook.agent_or_target(identifier)
    return identifier if agent is None else plainly(agent.name)


def _notes(step: Step) -> StepNotes:
    return step_notes(step) if is_readable(step.step_extensions, StepNotes) else StepNotes()


def work(playbook: Playbook, step: Step) -> Iterator[str]:
    """What is done: description, commands, what is asked, waiting, undo."""
    if step.delay:
        yield f"Wait {spoken(step.delay)} first."
    if step.description:
        yield plainly(step.description)
    if isinstance(step, ActionStep):
        yield from (command(one) for one in step.commands)
        yield from _asked(playbook, step)
    if isinstance(step, PlaybookActionStep):
        yield f"Run the playbook “{_notes(step).runs or step.playbook_id}”."
    if step.timeout:
        yield f"Failed after {spoken(step.timeout)}."
    if _notes(step).undo:
        yield "To undo: " + " ".join(command(one) for one in _notes(step).undo)


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
    said = f"{name} “{_argument(one.arguments[main])}”" if main else name
    rest = [f"{key} {_argument(value)}" for key, value in one.arguments.items() if key != main]
    return f"{said} ({', '.join(rest)})" if rest else said


def _argument(value: JsonValue) -> str:
    return plainly(value) if isinstance(value, str) else str(value)


def _asked(playbook: Playbook, step: ActionStep) -> Iterator[str]:
    is_request = any(each.type in (CommandType.HTTP_API, CommandType.OPENC2_HTTP) for each in step.commands)
    filled = "What comes back fills" if is_request else "Answer"
    for name in step.out_args:
        variable = step.step_variables.get(name) or playbook.playbook_variables.get(name)
        about = f": {variable.description}" if variable is not None and variable.description else ""
        yield f"{filled} {name.strip('_')}{about}"


def opening(step: Step) -> str:
    """What decides between the branches of a step."""
    if isinstance(step, ParallelStep):
        return "All of these at once:"
    if isinstance(step, IfConditionStep):
        return f"If {condition(step.condition)}"
    if isinstance(step, WhileConditionStep):
        return f"As long as {condition(step.condition)}"
    return f"By {condition(step.switch)}" if isinstance(step, SwitchConditionStep) else ""


def branch_title(step: Step, link: str, index: int) -> str:
    """What a branch is called."""
    if isinstance(step, ParallelStep):
        streams = _notes(step).streams
        return streams[index] if index < len(streams) else f"Stream {index + 1}"
    if isinstance(step, SwitchConditionStep):
        return link.removeprefix("cases.")
    titles = {"on_true": "do" if isinstance(step, WhileConditionStep) else "then", "on_false": "else"}
    return titles.get(link, link)
