"""From a step's commands to units of work: pure, so that it can be read and tested without a run."""

from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict

from playbooks.actions.follow_ups import CHAT, PAGER, TICKETS, room_of
from playbooks.cacao.extension import ActionName, AgentNotes, Circle, agent_notes
from playbooks.cacao.model import AgentTarget, AgentType, Command, CommandType
from playbooks.cacao.next_step import ActionDue, Ask, Outcome, Result
from playbooks.cacao.shorthand.durations import milliseconds
from playbooks.domain.connection import connection_id
from playbooks.domain.consultation import Purpose
from playbooks.domain.function import Function
from playbooks.domain.ids import ConnectionId, OrganizationCode
from playbooks.domain.incident import Severity
from playbooks.domain.roles import Role
from playbooks.domain.situation import Situation

_MINUTE_MS = 60_000
_DEFAULT_ANSWER_MINUTES = 60


class TaskWork(BaseModel):
    """A task for a person of one organization."""

    model_config = ConfigDict(frozen=True)

    organization: OrganizationCode
    args: dict[str, Any]


class EffectWork(BaseModel):
    """An effect through one organization's connection."""

    model_config = ConfigDict(frozen=True)

    action: str
    connection: ConnectionId
    args: dict[str, Any]


class AskWork(BaseModel):
    """A consultation of several organizations."""

    model_config = ConfigDict(frozen=True)

    args: dict[str, Any]


Work = TaskWork | EffectWork | AskWork


class Done(BaseModel):
    """How one unit of work ended."""

    model_config = ConfigDict(frozen=True)

    succeeded: bool
    answer: str = ""
    counts: dict[str, int] = {}


def work_of(due: ActionDue, situation: Situation) -> tuple[Work, ...]:
    """What is to be done for a step; a step with nothing to run, or with code, is a task for a person."""
    organizations = agents_organizations(due.agent, situation)
    commands = due.commands or (Command(type=CommandType.MANUAL),)
    return tuple(work for command in commands for work in _of_command(command, due, organizations, situation))


def agents_organizations(agent: AgentTarget | None, situation: Situation) -> tuple[OrganizationCode, ...]:
    """Whom an agent stands for now: a role for the organization of whoever holds it, the lead where nobody does."""
    state = situation.incident
    if agent is None:
        return (state.lead,)
    notes = agent_notes(agent)
    if notes.role is not None and notes.organization is None:
        return (state.role_organizations.get(notes.role, state.lead),)
    match notes.organization:
        case Circle.EACH:
            return state.active_parties
        case Circle.OTHERS:
            return tuple(code for code in state.active_parties if code != state.lead)
        case None | Circle.LEAD:
            return (_by_name(agent, situation) or state.lead,)
        case code:
            return (OrganizationCode(code),)


def _by_name(agent: AgentTarget, situation: Situation) -> OrganizationCode | None:
    """An organization agent of a playbook from elsewhere may name a party by its code."""
    named = agent.type == AgentType.ORGANIZATION
    found = (code for code in situation.incident.parties if code.casefold() == agent.name.casefold())
    return next(found, None) if named else None


def _of_command(
    command: Command, due: ActionDue, organizations: Sequence[OrganizationCode], situation: Situation
) -> tuple[Work, ...]:
    if command.type != CommandType.MUSTER:
        return tuple(_task(due, code, situation) for code in organizations)
    match command.command:
        case ActionName.CONSULT:
            return (_ask(command, due, organizations),)
        case ActionName.PAGE:
            severity = (
                situation.incident.severity if command.arguments.get("urgency") != "low" else Severity.LOW
            )
            return tuple(
                EffectWork(
                    action="page.trigger",
                    connection=connection_id(code, PAGER),
                    args={"severity": severity.value},
                )
                for code in organizations
            )
        case ActionName.TICKET:
            severity, key = situation.incident.severity, situation.key
            return tuple(
                EffectWork(
                    action="ticket.create",
                    connection=connection_id(code, TICKETS),
                    args={"severity": severity.value, "labels": [key]},
                )
                for code in organizations
            )
        case ActionName.ANNOUNCE | ActionName.INVITE:
            return tuple(
                EffectWork(
                    action="message.post",
                    connection=connection_id(code, CHAT),
                    args={"room": room_of(situation.incident, code)},
                )
                for code in organizations
            )
        case _:
            return tuple(_task(due, code, situation) for code in organizations)


def _task(due: ActionDue, organization: OrganizationCode, situation: Situation) -> TaskWork:
    notes = agent_notes(due.agent) if due.agent else AgentNotes(role=Role.INCIDENT_COMMANDER)
    role = notes.role
    state = situation.incident
    holder = state.roles.get(role) if role else None
    owned = holder if role and state.role_organizations.get(role) == organization else None
    args: dict[str, Any] = {
        "organization": organization,
        "function": (due.notes.function or Function.CYBER).value,
        "answers": list(asked.choices) if (asked := _asked(due)) else [],
    }
    if notes.office:
        args["person_office"] = notes.office
    if role and owned:
        args["owner"] = owned
        args["person_office"] = state.role_offices.get(role)
    if due.notes.due:
        args["due_minutes"] = max(1, due.notes.due // _MINUTE_MS)
    return TaskWork(organization=organization, args=args)


def _ask(command: Command, due: ActionDue, organizations: Sequence[OrganizationCode]) -> AskWork:
    purpose = Purpose(str(command.arguments.get("purpose", Purpose.STATUS_CALL)).replace("-", "_"))
    within = milliseconds(command.arguments.get("within"))
    minutes = max(1, within // _MINUTE_MS) if isinstance(within, int) else _DEFAULT_ANSWER_MINUTES
    return AskWork(
        args={
            "purpose": purpose.value,
            "asked": list(organizations),
            "deadline_minutes": minutes,
            "needed": int(str(command.arguments.get("needed") or due.notes.approvals or 0)),
        }
    )


def combined(due: ActionDue, done: Sequence[Done]) -> Outcome:
    """The outcome of a step from how all of its work ended; what it asked for is filled from the answers."""
    if not all(each.succeeded for each in done):
        return Outcome(result=Result.FAILURE, reason="work_failed")
    asked = _asked(due) or next(iter(due.asks), None)
    value = _filled(asked, done) if asked else ""
    return Outcome(result=Result.SUCCESS, out_args={asked.name: value} if asked and value else {})


def _asked(due: ActionDue) -> Ask | None:
    """The one thing that whoever does it chooses; what is asked in free words is written as a note."""
    return next((ask for ask in due.asks if ask.choices), None)


def _filled(ask: Ask, done: Sequence[Done]) -> str:
    """A yes or no, a number or a word: approvals by their outcome, status calls by how many are affected."""
    for each in done:
        if each.counts:
            affected = each.counts.get("affected", each.counts.get("approve", 0))
            if ask.type in ("integer", "long"):
                return str(affected)
            if ask.type == "bool":
                return str(each.answer == "approved" or each.counts.get("affected", 0) > 0).lower()
            return each.answer
        if each.answer:
            return each.answer
    return ""
