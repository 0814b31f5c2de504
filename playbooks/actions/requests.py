"""Which action of the registry a command is: a request by its method (RFC 9110 §9.2), code by its executors."""

from collections.abc import Mapping

from playbooks.cacao.model import Command, CommandType
from playbooks.cacao.requests import request_of

ACT, REPEAT, OPENC2, EXECUTE = "http.act", "http.repeat", "openc2.command", "code.execute"
REQUESTS = (CommandType.HTTP_API, CommandType.OPENC2_HTTP)
CODE = tuple(each for each in CommandType if each not in (*REQUESTS, CommandType.MANUAL, CommandType.MUSTER))
"""What a machine runs, where an organization has one that does."""

_BY_METHOD = {
    "GET": "http.read",
    "HEAD": "http.read",
    "OPTIONS": "http.read",
    "PUT": "http.set",
    "POST": ACT,
    "PATCH": ACT,
    "DELETE": "http.delete",
}
"""Every method that is sent; any other is a person's."""


def action_of(command: Command, *, repeatable: bool = False) -> str | None:
    """The action that a command is; None for one that no request is made of.

    `repeatable` is the playbook's word that a repeat does no harm. It changes how often is tried, not who must agree.
    """
    if command.type not in REQUESTS:
        return EXECUTE if executors_of(command) else None
    method = method_of(command)
    if command.type == CommandType.OPENC2_HTTP:
        return OPENC2 if method == "POST" else None
    action = _BY_METHOD.get(method)
    return REPEAT if action == ACT and repeatable else action


def method_of(command: Command) -> str:
    """The method, of a command as written or of one of which the method alone was kept; empty for neither."""
    request = request_of(command)
    return request.method if request is not None else command.text


def executors_of(command: Command) -> Mapping[str, str]:
    """Of code as a run has it: the account of each organization that runs such code; of everything else none."""
    executors = command.arguments.get("executors") if command.type in CODE else None
    return {code: str(account) for code, account in executors.items()} if isinstance(executors, dict) else {}
