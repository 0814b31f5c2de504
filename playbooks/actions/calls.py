"""From a command of a playbook to the call that is sent: pure, and made anew at the door each time."""

import json
from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

from playbooks.actions.answers import usual_place
from playbooks.actions.effect import CommandAt
from playbooks.actions.requests import CODE
from playbooks.cacao.extension import step_notes
from playbooks.cacao.filling import fill_agent, fill_command, scope_of
from playbooks.cacao.model import ActionStep, AgentTarget, Command, Playbook
from playbooks.cacao.model.command import decoded
from playbooks.cacao.requests import request_of
from playbooks.cacao.secrets import is_secret_header
from playbooks.cacao.variables import CannotSubstitute, Scope, references
from playbooks.domain.errors import Malformed
from playbooks.domain.saying import saying
from playbooks.ports.http import Call, Fill

_OURS = ("host", "content-length", "transfer-encoding", "connection", "upgrade", "te", "trailer", "expect")
"""Headers that belong to the connection and never to what is sent over it (RFC 9110 §7.6.1)."""
_KINDS = ("url", "dname", "ipv4", "ipv6")
_LONGEST_PORT = 5


def call_of(playbook: Playbook, at: CommandAt) -> Call:
    """The call of a command with its values, each escaped for its place. Raises Malformed (CannotSubstitute among it).

    Headers that carry credentials are left out: those are the connection's.
    """
    step = playbook.workflow.get(at.step)
    if not isinstance(step, ActionStep):
        raise Malformed(f"The playbook has no action {at.step}.")
    scope = scope_of(playbook, step, at.values)
    commands = step_notes(step).undo if at.is_undo else step.commands
    fills = () if at.is_undo else tuple(_fills(step, scope))
    if commands[at.number].type in CODE:
        return _execution(playbook, step, commands[at.number], at.values).model_copy(update={"fills": fills})
    command = fill_command(commands[at.number], scope)
    request = request_of(command)
    if request is None:
        raise Malformed("With its values the command is no request; write METHOD target HTTP/1.1.")
    places = endpoints(playbook, step)
    place = fill_agent(places[at.endpoint], scope) if at.endpoint < len(places) else None
    scheme, authority, base = _place(place)
    whole = urlsplit(request.target)
    if whole.netloc:
        scheme, authority, base = whole.scheme, whole.netloc, ""
    path = base.rstrip("/") + "/" + whole.path.lstrip("/")
    return Call(
        method=request.method,
        scheme=scheme,
        authority=authority,
        target=f"{path}?{whole.query}" if whole.query else path,
        headers=tuple(_headers(command)),
        content=command.content if command.content is not None else decoded(command.content_b64) or "",
        fills=fills,
    )


def _execution(
    playbook: Playbook, step: ActionStep, command: Command, values: Mapping[str, str | None]
) -> Call:
    """Code for an executor, to the connection's own address: the command as written, and its values beside it.

    No value is put into code here; the executor binds them, which knows the language and the machine.
    """
    scope = scope_of(playbook, step, values)
    agent = playbook.agent_or_target(step.agent) if step.agent is not None else None
    targets = (playbook.agent_or_target(target) for target in step.targets)
    content = command.content if command.content is not None else decoded(command.content_b64)
    said = {
        "type": command.type,
        "command": command.text,
        "content": content,
        "variables": dict(_bound(f"{command.text}\n{content or ''}", values)),
        "agent": _party(agent, scope) if agent is not None else None,
        "targets": [_party(target, scope) for target in targets if target is not None],
    }
    return Call(
        method="POST", target="", headers=(("Content-Type", "application/json"),), content=json.dumps(said)
    )


def _bound(code: str, values: Mapping[str, str | None]) -> Iterator[tuple[str, str]]:
    """As they stood when the step became due, and in no other way: a value that was not given along is none."""
    for name in dict.fromkeys(references(code)):
        value = values.get(name)
        if value is None:
            raise CannotSubstitute(saying("variable.empty", named=name))
        yield name, value


def _party(party: AgentTarget, scope: Scope) -> dict[str, object]:
    """An agent or a target as an executor needs it; how one signs in there is the executor's own affair."""
    filled = fill_agent(party, scope)
    return {"type": filled.type, "name": filled.name, "address": filled.address, "port": filled.port}


def endpoints(playbook: Playbook, step: ActionStep) -> tuple[AgentTarget, ...]:
    """The places that a step calls: its targets with an address, else its agent if that has one."""
    targets = (playbook.agent_or_target(target) for target in step.targets)
    addressed = tuple(target for target in targets if target is not None and target.address)
    agent = playbook.agent_or_target(step.agent) if step.agent is not None else None
    return addressed or ((agent,) if agent is not None and agent.address else ())


def _fills(step: ActionStep, scope: Scope) -> Iterator[Fill]:
    found_at = step_notes(step).found_at
    for name in step.out_args:
        if name in scope:
            pointer = found_at.get(name, usual_place(name))
            yield Fill(name=name, type=scope[name].type, pointer=pointer)


def _place(place: AgentTarget | None) -> tuple[str, str, str]:
    """Scheme, authority and path of an address (CACAO 2.0 §7): each empty where the playbook does not say it."""
    if place is None:
        return "", "", ""
    kind = next((kind for kind in _KINDS if place.address.get(kind)), None)
    if kind is None:
        raise Malformed(f"“{place.name}” has no address that can be called.")
    address = str(place.address[kind][0])
    if kind == "url":
        parts = urlsplit(address)
        return parts.scheme, parts.netloc, parts.path
    host = f"[{address}]" if kind == "ipv6" else address
    port = place.port or ""
    if port and not (port.isdecimal() and len(port) <= _LONGEST_PORT):
        raise Malformed(f"“{place.name}” has a port that is no number.")
    return "", f"{host}:{port}" if port else host, ""


def _headers(command: Command) -> Iterator[tuple[str, str]]:
    for name, values in command.headers.items():
        if name.lower() not in _OURS and not is_secret_header(name):
            for value in values:
                yield name, value
