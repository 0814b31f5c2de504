"""Commands: each has what its type needs (CACAO 2.0 §5). What no machine can run is a task for a person."""

import json
import re
from collections.abc import Iterator

from playbooks.cacao.escaping import Place
from playbooks.cacao.extension import ACTIONS, ActionName, StepNotes, is_readable, room_named, step_notes
from playbooks.cacao.filling import content_place
from playbooks.cacao.finding import Finding, Path, refuse, warn
from playbooks.cacao.model import Command, CommandType, Playbook
from playbooks.cacao.model.command import decoded
from playbooks.cacao.model.step import ActionStep
from playbooks.cacao.requests import METHODS, request_of
from playbooks.cacao.shorthand.durations import span
from playbooks.cacao.variables import references, replace_references
from playbooks.domain.consultation import Purpose
from playbooks.domain.function import Function

RULE = "CACAO 2.0 §5"
_SERVICE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_TO_A_PERSON = "It becomes a task for a person, who sees what stands here."
_ONLY_BASE64 = (
    CommandType.ELASTIC,
    CommandType.JUPYTER,
    CommandType.KESTREL,
    CommandType.SIGMA,
    CommandType.YARA,
)


def rules(playbook: Playbook) -> Iterator[Finding]:
    """Every command of every action, and actions without any."""
    for identifier, step in playbook.workflow.items():
        if not isinstance(step, ActionStep):
            continue
        if not step.commands:
            problem = "The action has no command; its name and description become a task for a person."
            yield warn(
                ("workflow", identifier),
                "CACAO 2.0 §4.5",
                problem,
                "Add a command; `manual` if a person does it.",
            )
        for index, command in enumerate(step.commands):
            yield from _command(("workflow", identifier, "commands", index), command)
            yield from _of_cyber_work(("workflow", identifier, "commands", index), step, command)
        if is_readable(step.step_extensions, StepNotes):
            for index, command in enumerate(step_notes(step).undo):
                yield from _command(("workflow", identifier, "step_extensions", "undo", index), command)


def _command(path: Path, command: Command) -> Iterator[Finding]:
    for name in ("command_b64", "content_b64"):
        text = getattr(command, name)
        if text and decoded(text) is None:
            yield refuse((*path, name), "RFC 4648 §4", f"{name} is not text in base64.", "Encode it again.")
    for name in ("command", "content"):
        if getattr(command, name) and getattr(command, f"{name}_b64"):
            problem = f"{name} stands beside {name}_b64."
            yield warn(
                (*path, f"{name}_b64"), RULE, problem, f"Keep one of them; {name} is the one that counts."
            )
    if command.type == CommandType.MUSTER:
        yield from _action(path, command)
    elif command.type not in list(CommandType):
        problem = f"“{command.type[:60]}” is no type of command that the standard names."
        yield warn((*path, "type"), RULE, problem, _TO_A_PERSON)
    elif not command.text and not (command.type == CommandType.OPENC2_HTTP and command.content_b64):
        yield warn(path, RULE, f"The {command.type} command is empty.", _TO_A_PERSON)
    elif command.type in (CommandType.HTTP_API, CommandType.OPENC2_HTTP):
        yield from _request(path, command)
    elif command.type in _ONLY_BASE64 and not command.command_b64:
        problem = f"A command of type {command.type} stands in command_b64."
        yield warn((*path, "command"), RULE, problem, "Encode it in base64; it is read as it is.")


def _codes(path: Path, command: Command, rule: str) -> Iterator[Finding]:
    """What is called by a code: a room, a shared service."""
    if room_named(command) is None:
        problem = "A room's name is a code: small letters, digits and hyphens, 30 signs at most."
        yield refuse(
            (*path, "arguments"), rule, problem, "Write it like “war-room”; say the rest in purpose."
        )
    code = command.arguments.get("code")
    if code and not _SERVICE.fullmatch(str(code)):
        problem = f"“{str(code)[:60]}” is no code of a shared service."
        yield refuse(
            (*path, "arguments", "code"),
            rule,
            problem,
            "Write one of the catalogue, like “incident-response”.",
        )


def _of_cyber_work(path: Path, step: ActionStep, command: Command) -> Iterator[Finding]:
    """The catalogue is of cyber work (003 §144): a step of another function asks for none of it."""
    if command.command != ActionName.SERVICE or not is_readable(step.step_extensions, StepNotes):
        return
    function = step_notes(step).function
    if function not in (None, Function.CYBER):
        problem = f"A shared service is cyber work, and the step is of {function}."
        yield refuse(path, "Muster extension", problem, "Write `function: cyber`, or leave it out.")


def _request(path: Path, command: Command) -> Iterator[Finding]:
    request = request_of(command)
    if request is None:
        problem = "The command is not of the form METHOD target HTTP/1.1."
        yield warn((*path, "command"), RULE, problem, _TO_A_PERSON)
    elif request.method not in METHODS:
        problem = f"“{request.method[:20]}” is no method that is sent."
        yield warn((*path, "command"), "RFC 9110 §9", problem, _TO_A_PERSON)
    elif not request.is_complete:
        problem = "The command does not end in HTTP/1.1; it is read as if it did."
        yield warn((*path, "command"), RULE, problem, "Write METHOD target HTTP/1.1.")
    if not _is_json(command):
        problem = "The content is to be JSON and is none."
        yield warn((*path, "content"), "RFC 8259", problem, "Correct it; whoever gets it will not take it.")
    if command.type == CommandType.OPENC2_HTTP:
        if request is not None and request.method != "POST":
            yield warn((*path, "command"), RULE, "OpenC2 over HTTP is sent with POST.", _TO_A_PERSON)
        if not command.content_b64:
            yield warn((*path, "content_b64"), RULE, "The OpenC2 command itself is missing.", _TO_A_PERSON)
        elif not _is_openc2(decoded(command.content_b64) or ""):
            problem = "What is to be sent is no OpenC2 command: it has no action."
            yield warn((*path, "content_b64"), RULE, problem, 'Write {"action": …, "target": …}, in base64.')


def _is_json(command: Command) -> bool:
    """Whether what is sent as JSON could be it once its variables have values; other content is not judged."""
    if not command.content or content_place(command, command.content) is not Place.JSON:
        return True
    try:
        json.loads(replace_references(command.content, lambda _reference: "0"))
    except (ValueError, RecursionError):
        return False
    return True


def _is_openc2(text: str) -> bool:
    """A command, or a message that holds one."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return any(references(text))
    return isinstance(found, dict) and ("action" in found or "body" in found)


def _action(path: Path, command: Command) -> Iterator[Finding]:
    """Our own actions: a name we know, and the arguments it takes."""
    rule = "Muster extension"
    form = ACTIONS.get(command.command or "")
    if form is None:
        problem = f"Muster has no action “{str(command.command)[:60]}”."
        yield refuse((*path, "command"), rule, problem, f"Choose from {', '.join(ACTIONS)}.")
        return
    for name in form.needs:
        if not command.arguments.get(name):
            yield refuse((*path, "arguments"), rule, f"{command.command} needs “{name}”.", "Add it.")
    strange = [name for name in command.arguments if name not in (*form.needs, *form.takes)]
    if strange:
        problem = f"{command.command} takes no “{strange[0][:60]}”."
        yield refuse(
            (*path, "arguments"), rule, problem, f"It takes {', '.join((*form.needs, *form.takes))}."
        )
    yield from _codes(path, command, rule)
    for name in ("within", "remind"):
        if name in command.arguments and span(command.arguments[name]) is None:
            yield refuse(
                (*path, "arguments", name), rule, f"{name} is no span of time.", "Write it like “30 minutes”."
            )
    if not str(command.arguments.get("needed", 1)).isdecimal():
        yield refuse(
            (*path, "arguments", "needed"), rule, "needed is no whole number.", "Say how many must approve."
        )
    purpose = command.arguments.get("purpose")
    if command.command == ActionName.CONSULT and purpose and purpose not in list(Purpose):
        yield refuse((*path, "arguments"), rule, "Unknown purpose.", f"Choose from {', '.join(Purpose)}.")
