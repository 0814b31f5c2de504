"""From a step's commands to units of work: pure, so that it can be read and tested without a run."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from pydantic import BaseModel, ConfigDict

from playbooks.actions.asking import ON_DUTY, PAGER, TICKETS
from playbooks.actions.requests import ACT, EXECUTE, action_of, executors_of
from playbooks.actions.rooms import chat_of, room_of
from playbooks.cacao.extension import ActionName, AgentNotes, Circle, agent_notes, room_named
from playbooks.cacao.model import ActionStep, AgentTarget, AgentType, Command, CommandType, Playbook
from playbooks.cacao.next_step import ActionDue
from playbooks.cacao.shorthand.durations import milliseconds
from playbooks.domain.connection import connection_id
from playbooks.domain.consultation import Purpose
from playbooks.domain.function import Function
from playbooks.domain.ids import ConnectionId, OrganizationCode
from playbooks.domain.incident import Severity
from playbooks.domain.roles import Role
from playbooks.domain.rooms import NamedRoom
from playbooks.domain.situation import Situation
from workflows.playbook.answering import questions

_MINUTE_MS = 60_000
_DEFAULT_ANSWER_MINUTES = 60
_OF_PEOPLE = (CommandType.MANUAL, CommandType.MUSTER)
"""Whatever is of another type is meant for a machine, and where no machine does it people are told so."""
_SAID = 2
"""What is said in a room comes after it was opened and its people were brought in."""


class _Work(BaseModel):
    """One unit; those of one stage are done side by side, the next stage when all of them are done."""

    model_config = ConfigDict(frozen=True)

    stage: tuple[int, int] = (0, 0)
    """Which of the step's commands, and how far into it."""


class TaskWork(_Work):
    """A task for a person of one organization."""

    organization: OrganizationCode
    args: dict[str, Any]
    commands: tuple[int, ...] = ()
    """Which of the step's commands it is to carry out, from 0; all of them when none is named."""
    meanings: tuple[str, ...] = ()
    """The variables that it asks for by name, whose meaning is told along."""


class EffectWork(_Work):
    """An effect through one organization's connection."""

    action: str
    connection: ConnectionId
    args: dict[str, Any] = {}
    number: int | None = None
    """Of a request: which of the step's commands it is, from 0."""
    organization: OrganizationCode | None = None
    """Of a request: whose machine it goes to, whose part alone hears what that answers."""
    endpoint: int = 0
    """Of a request: to which of the places that the step names it goes."""
    otherwise: TaskWork | None = None
    """What a person does instead where the organization connected nothing that may do it."""


class AskWork(_Work):
    """A consultation of several organizations."""

    args: dict[str, Any]


class CommandWork(_Work):
    """A command to the incident, whose rules decide on it; it may wait there until somebody agrees."""

    verb: str
    args: dict[str, Any] = {}


Work = TaskWork | EffectWork | AskWork | CommandWork


def work_of(due: ActionDue, situation: Situation) -> tuple[Work, ...]:
    """What is to be done for a step, in the order of its commands (CACAO 2.0 §4.5).

    A step with nothing to run is a task for a person. So is code, of an organization without an executor for it;
    commands for people that follow one another are one task, which shows them all.
    """
    organizations = agents_organizations(due.agent, situation)
    commands = due.commands or (Command(type=CommandType.MANUAL),)
    work: list[Work] = []
    for stage, (for_people, numbers) in enumerate(_stages(commands, organizations)):
        found: tuple[Work, ...]
        if for_people:
            found = tuple(
                _task(due, code, situation, numbers if due.commands else ()) for code in organizations
            )
        else:
            found = _of_machine(commands[numbers[0]], numbers[0], due, organizations, situation)
        work += (
            each.model_copy(update={"stage": (stage, each.stage[1])}) for each in sorted(found, key=_stage)
        )
    return tuple(work)


def _stage(work: Work) -> tuple[int, int]:
    return work.stage


def _stages(
    commands: Sequence[Command], organizations: Sequence[OrganizationCode]
) -> Iterator[tuple[bool, tuple[int, ...]]]:
    """Each command of a machine by itself; commands of people together as long as they follow one another."""
    for for_people, group in groupby(
        enumerate(commands), key=lambda each: not _is_machines(each[1], organizations)
    ):
        numbers = tuple(number for number, _command in group)
        yield from ((True, numbers),) if for_people else ((False, (number,)) for number in numbers)


def _is_machines(command: Command, organizations: Sequence[OrganizationCode]) -> bool:
    if command.type == CommandType.MUSTER:
        return command.command in _ACTS
    action = action_of(command)
    return not executors_of(command).keys().isdisjoint(organizations) if action == EXECUTE else bool(action)


def approvals_needed(due: ActionDue, organization: OrganizationCode) -> int:
    """Persons of an organization who must agree before a step acts there: more where a machine of theirs runs code."""
    executed = (each for each in due.commands if organization in executors_of(each))
    return max(due.notes.approvals, *(int(str(each.arguments["approvals"])) for each in executed), 0)


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


def _of_machine(
    command: Command,
    number: int,
    due: ActionDue,
    organizations: Sequence[OrganizationCode],
    situation: Situation,
) -> tuple[Work, ...]:
    if command.type == CommandType.MUSTER:
        return _ACTS[command.command or ""](command, due, organizations, situation)
    if action_of(command) == EXECUTE:
        return tuple(_executed(command, number, due, code, situation) for code in organizations)
    account, places = str(command.arguments["account"]), int(str(command.arguments["endpoints"]))
    return tuple(
        EffectWork(
            action=action_of(command, repeatable=due.notes.repeatable) or ACT,
            connection=connection_id(code, account),
            number=number,
            organization=code,
            endpoint=endpoint,
            otherwise=_task(due, code, situation, (number,)) if endpoint == 0 else None,
        )
        for code in organizations
        for endpoint in range(places)
    )


def _executed(
    command: Command, number: int, due: ActionDue, code: OrganizationCode, situation: Situation
) -> Work:
    """Code where the organization has an executor for it; else a person's."""
    by_hand = _task(due, code, situation, (number,))
    account = executors_of(command).get(code)
    if account is None:
        return by_hand
    return EffectWork(
        action=EXECUTE,
        connection=connection_id(code, account),
        number=number,
        organization=code,
        otherwise=by_hand,
    )


def _page(
    command: Command, _due: ActionDue, organizations: Sequence[OrganizationCode], situation: Situation
) -> tuple[Work, ...]:
    is_low = command.arguments.get("urgency") == "low"
    severity = Severity.LOW if is_low else situation.incident.severity
    return tuple(
        EffectWork(
            action="page.trigger", connection=connection_id(code, PAGER), args={"severity": severity.value}
        )
        for code in organizations
    )


def _ticket(
    _command: Command, _due: ActionDue, organizations: Sequence[OrganizationCode], situation: Situation
) -> tuple[Work, ...]:
    args = {"severity": situation.incident.severity.value, "labels": [situation.key]}
    return tuple(
        EffectWork(action="ticket.create", connection=connection_id(code, TICKETS), args=args)
        for code in organizations
    )


def _message(
    command: Command, _due: ActionDue, organizations: Sequence[OrganizationCode], situation: Situation
) -> tuple[Work, ...]:
    """Said in the room of each; a room of its own name is opened first, and its people brought in."""
    name = room_named(command) or ""
    return tuple(
        work.model_copy(update={"stage": (0, stage)})
        for code in organizations
        for stage, work in enumerate(_room_opened(name, code, situation) if name else ())
    ) + tuple(each for code in organizations for each in _posted(code, situation, name))


def _posted(organization: OrganizationCode, situation: Situation, room: str) -> Iterator[EffectWork]:
    """What is said stands in the record, which Muster's own room shows."""
    chat = chat_of(situation.incident, organization)
    if chat is not None:
        args = {"room": room_of(situation.incident, organization, room)}
        yield EffectWork(stage=(0, _SAID), action="message.post", connection=chat, args=args)


def _room_opened(name: str, code: OrganizationCode, situation: Situation) -> Iterator[Work]:
    """The incident opens the room that it does not know yet, and ends it with the others."""
    state, seat = situation.incident, situation.incident.room(code)
    chat = seat.connection
    if not chat:
        return
    if NamedRoom(room=seat, name=name) not in state.rooms_named:
        args = {"organization": code, "connection": chat, "room": seat.occasion, "name": name}
        yield CommandWork(verb="room.open", args=args)
    yield EffectWork(
        action="room.invite",
        connection=chat,
        args={"room": room_of(state, code, name), "people": _called_in(code, situation)},
    )


def _called_in(code: OrganizationCode, situation: Situation) -> tuple[str, ...]:
    """Whoever of an organization holds a role, and who is on duty there; of a restricted incident the former alone."""
    state = situation.incident
    holders = tuple(
        dict.fromkeys(
            person for role, person in state.roles.items() if state.role_organizations[role] == code
        )
    )
    return holders if state.restricted else (ON_DUTY, *holders)


def _consult(
    command: Command, due: ActionDue, organizations: Sequence[OrganizationCode], _situation: Situation
) -> tuple[Work, ...]:
    return (_ask(command, due, organizations),)


def _share(
    command: Command, _due: ActionDue, organizations: Sequence[OrganizationCode], _situation: Situation
) -> tuple[Work, ...]:
    """What the step says is given to these; where that is wider than it was told, whoever told it is asked."""
    marking = command.arguments.get("marking")
    args = {"to": list(organizations)} | ({"marking": marking} if marking else {})
    return (CommandWork(verb="share", args=args),) if organizations else ()


def _retainer(
    _command: Command, _due: ActionDue, organizations: Sequence[OrganizationCode], situation: Situation
) -> tuple[Work, ...]:
    """The lead calls its vendor; nobody calls for another organization."""
    calls = situation.incident.lead in organizations
    return (CommandWork(verb="retainer.activate"),) if calls else ()


def _service(
    command: Command, _due: ActionDue, organizations: Sequence[OrganizationCode], situation: Situation
) -> tuple[Work, ...]:
    """The lead asks for itself, and bears what it costs; nobody asks for another organization."""
    args = {"service": str(command.arguments.get("code", ""))}
    asks = situation.incident.lead in organizations
    return (CommandWork(verb="service.request", args=args),) if asks else ()


def told_by(
    playbook: Playbook, due: ActionDue, situation: Situation
) -> dict[str, tuple[OrganizationCode, ...]]:
    """The steps that found what this one speaks of, and the organizations that answered there: whose it is."""
    spoken_of = set(due.in_args)
    return {
        id: agents_organizations(playbook.agent_or_target(step.agent) if step.agent else None, situation)
        for id, step in playbook.workflow.items()
        if isinstance(step, ActionStep) and spoken_of & set(step.out_args)
    }


_ACTS: Mapping[
    str,
    Callable[[Command, ActionDue, Sequence[OrganizationCode], Situation], tuple[Work, ...]],
] = {
    ActionName.PAGE: _page,
    ActionName.TICKET: _ticket,
    ActionName.ANNOUNCE: _message,
    ActionName.ROOM: _message,
    ActionName.INVITE: _message,
    ActionName.CONSULT: _consult,
    ActionName.SHARE: _share,
    ActionName.RETAINER: _retainer,
    ActionName.SERVICE: _service,
}
"""What Muster does of its own actions; the others are tasks for people, who are told what is wanted."""


def _task(
    due: ActionDue, organization: OrganizationCode, situation: Situation, commands: tuple[int, ...]
) -> TaskWork:
    notes = agent_notes(due.agent) if due.agent else AgentNotes(role=Role.INCIDENT_COMMANDER)
    role = notes.role
    state = situation.incident
    holder = state.roles.get(role) if role else None
    owned = holder if role and state.role_organizations.get(role) == organization else None
    args: dict[str, Any] = {
        "organization": organization,
        "function": (due.notes.function or Function.CYBER).value,
        **questions(due),
    }
    if any(due.commands[number].type not in _OF_PEOPLE for number in commands):
        args["by_hand"] = True
    if notes.office:
        args["office"] = notes.office
    if role and owned:
        args["owner"] = owned
        args["person_office"] = state.role_offices.get(role)
    if due.notes.due:
        args["due_minutes"] = max(1, due.notes.due // _MINUTE_MS)
    meanings = tuple(ask.name for ask in due.asks) if "asks" in args else ()
    return TaskWork(organization=organization, args=args, commands=commands, meanings=meanings)


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
