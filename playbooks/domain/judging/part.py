"""What each command on an organization's part leads to: its tasks, and the work that others ask of it."""

from collections.abc import Callable
from datetime import datetime

from playbooks.domain.actor import ActorKind
from playbooks.domain.case import Case
from playbooks.domain.circle.mandate import acts_under, held_of
from playbooks.domain.command import Command
from playbooks.domain.entry import Entry
from playbooks.domain.errors import Conflict, Malformed, NotFound, Refused
from playbooks.domain.function import Function, Office, check_function
from playbooks.domain.ids import TaskId
from playbooks.domain.judging.answers import check_answers
from playbooks.domain.judging.draft import Drafting, check_fit, listed, span
from playbooks.domain.kinds import Kind
from playbooks.domain.saying import says
from playbooks.domain.situation import Situation
from playbooks.domain.task import PartState, Task, TaskStatus

Judge = Callable[[PartState, Situation, Command, Drafting], None]


def judge_part(part: PartState, situation: Situation, command: Command, at: datetime) -> tuple[Entry, ...]:
    """The entries that a command on this organization's part leads to. Raises Refused, Conflict or NotFound."""
    judge = _JUDGES.get(command.verb)
    if judge is None:
        raise Malformed(says("unknown_command.part", verb=command.verb))
    situation.check_permission(command.actor, command.verb)
    if not situation.is_open and not _outlasts(part, command):
        raise Conflict(
            says("incident_closed", incident=situation.key),
        )
    audience = _heard_by(part, situation, command)
    drafting = Drafting(command, at, situation.key, situation.marking, audience)
    judge(part, situation, command, drafting)
    entries = _under_mandate(part, situation, command, drafting.entries)
    check_fit(Case(state=situation.incident, tasks=part.tasks), entries)
    return entries


def _heard_by(part: PartState, situation: Situation, command: Command) -> tuple[str, ...]:
    """Whoever asked for a task hears that it is accepted, declined or done, beside those who know of the part."""
    audience = situation.audience_of_part(part.organization)
    task = part.tasks.get(TaskId(str(command.args.get("task", ""))))
    asks = task.requested_by if task else None
    hears = command.verb in _HEARD and situation.incident.takes_part(asks)
    return (
        audience
        if situation.incident.restricted or not hears
        else tuple(dict.fromkeys((*audience, str(asks))))
    )


_HEARD = ("task.accept", "task.decline", "task.done")


def _under_mandate(
    part: PartState, situation: Situation, command: Command, entries: list[Entry]
) -> tuple[Entry, ...]:
    """What is done in a part under a mandate says so, and under which; what is added there is shown with it."""
    held = held_of(situation.incident.mandates, part.organization)
    if held is None:
        return tuple(entries)
    shown = {"shown_under": held.id} if command.verb == "task.add" else {}
    done = {"mandate": held.id} if command.actor.organization == held.to else {}
    return tuple(each.model_copy(update={"data": {**each.data, **shown, **done}}) for each in entries)


def works(organization: str, part: PartState, situation: Situation) -> bool:
    """Whether an organization decides on this part's tasks: its own, or whoever holds its mandate (004 §7)."""
    mandates = situation.incident.mandates
    return organization == part.organization or bool(acts_under(mandates, organization, part.organization))


def _check_mandate(part: PartState, organization: str, function: Function) -> None:
    """Raise Refused for physical security under a mandate: it is for cyber work, as whoever holds it is."""
    if organization != part.organization and function is Function.PHYSICAL_SECURITY:
        raise Refused(
            says("mandate_is_for_cyber", organization=organization, organization2=part.organization),
            source="002 §15-16",
        )


def _add(part: PartState, situation: Situation, command: Command, drafting: Drafting) -> None:
    """Work for one's own organization stands at once; work for another is a request that it accepts (004 §7)."""
    situation.check_party(part.organization)
    args = command.args
    function = Function(args.get("function", Function.CYBER))
    office = Office(args["office"]) if args.get("office") else None
    for each in (office, Office(args["person_office"]) if args.get("person_office") else None):
        check_function(each, function)
    own = works(command.actor.organization, part, situation)
    if own:
        _check_mandate(part, command.actor.organization, function)
    task = TaskId(f"{part.organization}-{len(part.tasks) + 1}")
    minutes = args.get("due_minutes")
    drafting.draft(
        Kind.TASK_ADD if own else Kind.TASK_REQUEST,
        f"task/{task}",
        task=task,
        organization=part.organization,
        function=function.value,
        office=office,
        hand_to=list(listed(args["hand_to"])) if args.get("hand_to") else None,
        station=args.get("station"),
        outlasts=bool(args.get("outlasts")) or None,
        by_hand=bool(args.get("by_hand")) or None,
        owner=args.get("owner"),
        due_at=None if minutes is None else (command.received_at + span(minutes)).isoformat(),
        requested_by=command.actor.organization,
        origin=args.get("origin", ""),
        answers=list(listed(args.get("answers", ()))),
        asks=list(args["asks"]) if args.get("asks") else None,
    )


def _outlasts(part: PartState, command: Command) -> bool:
    """What both sides of the network agreed on is done or declined also after the incident is closed."""
    task = part.tasks.get(TaskId(str(command.args.get("task", ""))))
    return task is not None and task.outlasts


def _check_office(task: Task, office: Office | None) -> None:
    """Raise Refused for work that is not for this office, or is another office's."""
    check_function(office, task.function)
    if task.office not in (None, office):
        raise Refused(
            says("other_office", task=task.id, office=task.office),
            source="002 §16",
        )


def _own(part: PartState, situation: Situation, command: Command) -> Task:
    task = part.tasks.get(TaskId(command.args["task"]))
    if task is None:
        raise NotFound(says("not_found.task", task=command.args["task"]))
    if not works(command.actor.organization, part, situation):
        raise Refused(
            says("own_part_only.part", task=task.id, organization=part.organization),
            source="004 §7",
        )
    _check_mandate(part, command.actor.organization, task.function)
    if task.is_settled:
        raise Conflict(says("task_settled", task=task.id, status=task.status))
    return task


def _accept(part: PartState, situation: Situation, command: Command, drafting: Drafting) -> None:
    task = _own(part, situation, command)
    if task.status is not TaskStatus.REQUESTED:
        owner = task.owner
        raise Conflict(
            says("task_open.by", task=task.id, owner=owner) if owner else says("task_open", task=task.id)
        )
    _check_office(task, command.actor.office)
    drafting.draft(Kind.TASK_ACCEPT, f"task/{task.id}", task=task.id, owner=task.owner or command.actor.id)


def _decline(part: PartState, situation: Situation, command: Command, drafting: Drafting) -> None:
    task = _own(part, situation, command)
    _check_office(task, command.actor.office)
    drafting.draft(Kind.TASK_DECLINE, f"task/{task.id}", task=task.id)


def _assign(part: PartState, situation: Situation, command: Command, drafting: Drafting) -> None:
    """Within the organization: a new owner. To somebody of another: that part is asked, and this task waits for it."""
    task = _own(part, situation, command)
    args = command.args
    office = Office(args["person_office"]) if args.get("person_office") else None
    _check_office(task, office)
    if not works(args["person_organization"], part, situation):
        situation.check_party(args["person_organization"])
        drafting.draft(
            Kind.TASK_HAND_OVER,
            f"task/{task.id}",
            task=task.id,
            to=args["person_organization"],
            owner=args["person"],
        )
        return
    _check_mandate(part, args["person_organization"], task.function)
    drafting.draft(Kind.TASK_ASSIGN, f"task/{task.id}", task=task.id, owner=args["person"])


def _done(part: PartState, situation: Situation, command: Command, drafting: Drafting) -> None:
    task = _own(part, situation, command)
    if task.status is TaskStatus.REQUESTED:
        raise Conflict(
            says("task_requested", task=task.id, organization=part.organization),
        )
    if command.actor.kind is ActorKind.PERSON:
        _check_office(task, command.actor.office)
    answer = str(command.args.get("answer", ""))
    if task.answers and answer not in task.answers:
        raise Malformed(
            says("answer_needed.part", task=task.id, answers=list(task.answers), first=task.answers[0]),
        )
    given = check_answers(task, command.args)
    said = "" if task.asks else answer
    drafting.draft(Kind.TASK_DONE, f"task/{task.id}", task=task.id, answer=said, given=given or None)


def _withdraw(part: PartState, _situation: Situation, command: Command, drafting: Drafting) -> None:
    """Whoever asked for a task wants it no longer, as a playbook's step that was skipped or took too long."""
    origin = command.args["origin"]
    wanted = (task for task in part.tasks.values() if task.origin == origin and not task.is_settled)
    task = next(wanted, None)
    if task is None:
        raise Conflict(says("task_settled.part"))
    drafting.draft(Kind.TASK_WITHDRAW, f"task/{task.id}", task=task.id)


_JUDGES: dict[str, Judge] = {
    "task.add": _add,
    "task.accept": _accept,
    "task.decline": _decline,
    "task.assign": _assign,
    "task.done": _done,
    "task.withdraw": _withdraw,
}

PART_VERBS: tuple[str, ...] = tuple(_JUDGES)
"""The commands that an organization's own part judges."""
