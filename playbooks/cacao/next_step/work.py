"""What kind of work a command is, so that whoever drives a run knows where to send it."""

from enum import StrEnum

from playbooks.cacao.model import AgentTarget, Command, CommandType
from playbooks.cacao.next_step.due import ActionDue
from playbooks.cacao.requests import request_of


class Work(StrEnum):
    """Where a command goes."""

    TASK = "task"
    """To a person: it says what to do, or is nothing that a machine understands."""
    ACTION = "action"
    """To Muster: a page, a ticket, a consultation."""
    REQUEST = "request"
    """Over HTTP, through the one door, if its address is allowed."""
    CODE = "code"
    """To the executor configured for the agent; to a person, who sees the exact command, where there is none."""


def work_of(due: ActionDue, command: Command) -> Work:
    """The kind of work; a doubt in the playbook itself makes everything a task."""
    if (
        due.doubt
        or command.type == CommandType.MANUAL
        or command.type not in list(CommandType)
        or not _is_there(command)
    ):
        return Work.TASK
    if command.type == CommandType.MUSTER:
        return Work.ACTION
    if command.type in (CommandType.HTTP_API, CommandType.OPENC2_HTTP):
        return Work.REQUEST if _is_request(due, command) else Work.TASK
    return Work.CODE


def _is_there(command: Command) -> bool:
    return bool(command.text or command.content_b64)


def _is_request(due: ActionDue, command: Command) -> bool:
    request = request_of(command)
    if request is None or (
        command.type == CommandType.OPENC2_HTTP and not (command.content or command.content_b64)
    ):
        return False
    return request.target.startswith(("http://", "https://")) or any(
        map(_has_address, (due.agent, *due.targets))
    )


def _has_address(agent: AgentTarget | None) -> bool:
    return agent is not None and any(agent.address.get(kind) for kind in ("url", "dname", "ipv4", "ipv6"))
