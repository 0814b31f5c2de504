"""What people do about what is asked of them: from an entry of the record to their acts. Pure."""

from datetime import datetime, timedelta
from typing import Any

from pydantic import BaseModel, ConfigDict

from playbooks.cacao.model import Identifier
from playbooks.cacao.variables import fits
from playbooks.domain.actor import Actor, ActorKind
from playbooks.domain.consultation import OPTIONS, Purpose
from playbooks.domain.entry import Entry
from playbooks.domain.function import Office
from playbooks.domain.ids import OrganizationCode
from playbooks.domain.kinds import Kind
from playbooks.domain.organization import Duty
from playbooks.domain.task import Question
from playbooks.domain.told import is_word
from playbooks.rehearsal.manner import Decision, Does, Manner
from playbooks.rehearsal.script import Script

ASKING = (Kind.TASK_ADD, Kind.TASK_REQUEST, Kind.QUESTION_OPEN)
"""The kinds of entries that ask something of people."""

_ENOUGH = 50
"""Times; whoever was asked the same so often declines: a loop that nothing ends is not gone through to its limit."""


class Act(BaseModel):
    """One command by one person, some time after she was asked."""

    model_config = ConfigDict(frozen=True)

    after: timedelta
    actor: Actor
    verb: str
    args: dict[str, Any] = {}
    texts: dict[str, str] = {}


class Cast(BaseModel):
    """The script, and what of the playbook the people must know: how long a step may take, what conditions turn on."""

    model_config = ConfigDict(frozen=True)

    script: Script
    timeouts: dict[Identifier, timedelta] = {}
    deciding: dict[str, tuple[str, ...]] = {}
    """By question, values that a condition compares its answer with, or that lie beside one."""


def person_of(organization: OrganizationCode, office: str | None = None) -> Actor:
    """Who acts for an organization, or for an office of it: one person with every duty, called after it."""
    return Actor(
        id=f"{(office or organization).casefold()}-duty",
        kind=ActorKind.PERSON,
        organization=organization,
        office=Office(office) if office else None,
        duties=(Duty.CISO, Duty.ON_CALL, Duty.RESPONDER),
    )


def step_of(origin: str) -> Identifier:
    """The step from which something comes; `<workflow id>|<step that runs it>#1/<step id>#1.2`, or empty."""
    return origin.partition("|")[2].rpartition("/")[2].partition("#")[0]


def occasion_of(entry: Entry) -> str:
    """What is asked of whom, the same each time that it is asked again: by a step tried again, or in a loop."""
    origin = str(entry.data.get("origin", ""))
    what = next((mark for mark in (".decision", ".question") if mark in origin.rpartition("#")[2]), "")
    return f"{step_of(origin)}{what}/{entry.data.get('organization', '')}"


def acts_on(entry: Entry, cast: Cast, earlier: int = 0) -> tuple[tuple[Act, ...], ...]:
    """Who does what about an entry, each person's acts in order; `earlier` is how often this was asked before."""
    if entry.kind == Kind.QUESTION_OPEN:
        return _on_question(entry, cast, earlier)
    return (_on_task(entry, cast, earlier),)


def _on_task(entry: Entry, cast: Cast, earlier: int) -> tuple[Act, ...]:
    data = entry.data
    organization, origin = OrganizationCode(data["organization"]), str(data["origin"])
    step = step_of(origin)
    manner = cast.script.manner(step, organization)
    what = origin.rpartition("#")[2]
    is_decision = ".decision" in what
    if ".undo" in what:
        manner = cast.script.everybody
    does = _decides(manner) if is_decision else manner.does
    has_enough = earlier >= _ENOUGH and not is_decision
    if does is Does.NOTHING:
        return ()
    person = person_of(organization, data.get("office"))
    after = manner.delay(_given(entry, data.get("due_at"), cast.timeouts.get(step)))
    task = {"task": data["task"]}
    if does is Does.DECLINE or (does is Does.DECLINE_ONCE and not earlier) or has_enough:
        return (Act(after=after, actor=person, verb="task.decline", args=task),)
    accepted = Act(after=timedelta(), actor=person, verb="task.accept", args=task)
    options = tuple(data["answers"])
    answer = _decided(manner, earlier) if is_decision else _chosen(manner.answer, options, earlier)
    asks = tuple(map(Question.model_validate, data.get("asks") or ()))
    given = {each.name: _answered(manner, each, cast, earlier) for each in asks}
    said = {"given": {name: one for name, one in given.items() if one}} if asks else {"answer": answer}
    done = Act(after=after, actor=person, verb="task.done", args={**task, **said})
    return (accepted, done) if entry.kind == Kind.TASK_REQUEST else (done,)


def _on_question(entry: Entry, cast: Cast, earlier: int) -> tuple[tuple[Act, ...], ...]:
    data = entry.data
    step = step_of(str(data.get("origin", "")))
    purpose = Purpose(data["purpose"])
    options = OPTIONS[purpose]
    again = earlier if purpose is Purpose.STATUS_CALL else 0
    given = _given(entry, data["deadline_at"], cast.timeouts.get(step))
    answers: list[tuple[Act, ...]] = []
    for code in data["asked"]:
        manner = cast.script.manner(step, code)
        if manner.does is Does.DO:
            option = _chosen(manner.answer, options, again)
            args = {"consultation": data["consultation"], "option": option}
            people = _approvers(code, int(data["needed"])) if data.get("by_person") else (person_of(code),)
            answers += (
                (Act(after=manner.delay(given), actor=who, verb="answer", args=args),) for who in people
            )
    return tuple(answers)


def _approvers(organization: OrganizationCode, needed: int) -> tuple[Actor, ...]:
    """As many as must agree to an act; none of them had the playbook run."""
    person = person_of(organization)
    return tuple(
        person.model_copy(update={"id": f"{organization.casefold()}-approver-{number}"})
        for number in range(1, needed + 1)
    )


def _given(entry: Entry, due_at: str | None, timeout: timedelta | None) -> timedelta | None:
    """The time that is given: until it is due, or until the step's own time is over."""
    due = datetime.fromisoformat(due_at) - entry.at if due_at else None
    spans = [span for span in (due, timeout) if span is not None]
    return min(spans, default=None)


def _chosen(answer: str, options: tuple[str, ...], earlier: int) -> str:
    """What the script says, where it is one of the options; else each time the next of them, so that loops end."""
    if answer in options or not options:
        return answer
    return options[min(earlier, len(options) - 1)]


def _answered(manner: Manner, question: Question, cast: Cast, earlier: int) -> str:
    """What the script says of this question, or of all; where it is silent, of what may be anything first nothing.

    Asked again it is answered with what a condition turns on, one value after the other, so that loops end.
    """
    own = manner.answers.get(question.name)
    if own is not None or question.choices:
        return _chosen(manner.answer if own is None else own, question.choices, earlier)
    if _may_say(manner.answer, question):
        return manner.answer
    values = [value for value in cast.deciding.get(question.name, ()) if _may_say(value, question)]
    return values[(earlier - 1) % len(values)] if earlier and values else ""


def _may_say(value: str, question: Question) -> bool:
    return is_word(value) and fits(value, question.type)


def _decides(manner: Manner) -> Does:
    return Does.NOTHING if manner.decision is Decision.NEVER else Does.DO


def _decided(manner: Manner, earlier: int) -> str:
    """Once more, then no more: a step that failed twice has failed."""
    return Decision.FAILURE if manner.decision is Decision.RETRY and earlier else manner.decision
