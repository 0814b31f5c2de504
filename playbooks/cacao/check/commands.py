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
_OPENC2 = '{"action": …, "target": …}'
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
            yield warn(("workflow", identifier), "CACAO 2.0 §4.5", "no_command")
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
            yield refuse((*path, name), "RFC 4648 §4", "base64", named=name)
    for name in ("command", "content"):
        if getattr(command, name) and getattr(command, f"{name}_b64"):
            yield warn((*path, f"{name}_b64"), RULE, "both_forms", named=name)
    if command.type == CommandType.MUSTER:
        yield from _action(path, command)
    elif command.type not in list(CommandType):
        yield warn((*path, "type"), RULE, "command_type", remedy="to_a_person", typed=command.type[:60])
    elif not command.text and not (command.type == CommandType.OPENC2_HTTP and command.content_b64):
        yield warn(path, RULE, "empty_command", remedy="to_a_person", typed=command.type)
    elif command.type in (CommandType.HTTP_API, CommandType.OPENC2_HTTP):
        yield from _request(path, command)
    elif command.type in _ONLY_BASE64 and not command.command_b64:
        yield warn((*path, "command"), RULE, "only_base64", typed=command.type)


def _codes(path: Path, command: Command, rule: str) -> Iterator[Finding]:
    """What is called by a code: a room, a shared service."""
    if room_named(command) is None:
        yield refuse((*path, "arguments"), rule, "room")
    code = command.arguments.get("code")
    if code and not _SERVICE.fullmatch(str(code)):
        yield refuse((*path, "arguments", "code"), rule, "service_code", typed=str(code)[:60])


def _of_cyber_work(path: Path, step: ActionStep, command: Command) -> Iterator[Finding]:
    """The catalogue is of cyber work (003 §144): a step of another function asks for none of it."""
    if command.command != ActionName.SERVICE or not is_readable(step.step_extensions, StepNotes):
        return
    function = step_notes(step).function
    if function not in (None, Function.CYBER):
        yield refuse(path, "Muster extension", "not_cyber", function=function)


def _request(path: Path, command: Command) -> Iterator[Finding]:
    request = request_of(command)
    if request is None:
        yield warn((*path, "command"), RULE, "request_form", remedy="to_a_person")
    elif request.method not in METHODS:
        yield warn(
            (*path, "command"), "RFC 9110 §9", "method", remedy="to_a_person", typed=request.method[:20]
        )
    elif not request.is_complete:
        yield warn((*path, "command"), RULE, "request_end")
    if not _is_json(command):
        yield warn((*path, "content"), "RFC 8259", "not_json")
    if command.type == CommandType.OPENC2_HTTP:
        if request is not None and request.method != "POST":
            yield warn((*path, "command"), RULE, "openc2_post", remedy="to_a_person")
        if not command.content_b64:
            yield warn((*path, "content_b64"), RULE, "openc2_missing", remedy="to_a_person")
        elif not _is_openc2(decoded(command.content_b64) or ""):
            yield warn((*path, "content_b64"), RULE, "openc2_action", form=_OPENC2)


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
        yield refuse(
            (*path, "command"),
            rule,
            "unknown_action",
            typed=str(command.command)[:60],
            known=", ".join(ACTIONS),
        )
        return
    for name in form.needs:
        if not command.arguments.get(name):
            yield refuse(
                (*path, "arguments"),
                rule,
                "needs_argument",
                remedy="add",
                named=command.command,
                lacking=name,
            )
    strange = [name for name in command.arguments if name not in (*form.needs, *form.takes)]
    if strange:
        yield refuse(
            (*path, "arguments"),
            rule,
            "strange_argument",
            named=command.command,
            typed=strange[0][:60],
            known=", ".join((*form.needs, *form.takes)),
        )
    yield from _codes(path, command, rule)
    for name in ("within", "remind"):
        if name in command.arguments and span(command.arguments[name]) is None:
            yield refuse((*path, "arguments", name), rule, "no_span", named=name)
    if not str(command.arguments.get("needed", 1)).isdecimal():
        yield refuse((*path, "arguments", "needed"), rule, "needed")
    purpose = command.arguments.get("purpose")
    if command.command == ActionName.CONSULT and purpose and purpose not in list(Purpose):
        yield refuse((*path, "arguments"), rule, "unknown_purpose", known=", ".join(Purpose))
