"""`waiting`: what waits for one person, over all incidents, each with the command that settles it."""

from collections.abc import Iterator
from typing import Final

from bot.commands.answering import is_answered_by_form
from bot.commands.chat_command import ChatCommand, Inquiry, Target
from bot.commands.owed import duty_line, owed, question_line, task_line
from bot.commands.spelling import word
from playbooks.domain.actor import Actor
from playbooks.domain.case import Case, Consultation
from playbooks.domain.circle.cost import Cost, Share, ShareStatus
from playbooks.domain.circle.hybrid import Network
from playbooks.domain.circle.mandate import acts_under
from playbooks.domain.circle.retainer import plain
from playbooks.domain.consultation import OPTIONS
from playbooks.domain.document import Block, Button, Document, Heading, Inline, paragraph
from playbooks.domain.duties import DutyStatus, ReportingDuty
from playbooks.domain.function import Function, may_do
from playbooks.domain.ids import IncidentKey, OrganizationCode
from playbooks.domain.incident import Standing
from playbooks.domain.judging.answer import answers_for
from playbooks.domain.judging.hybrid import SPEAK
from playbooks.domain.organization import Person
from playbooks.domain.policy import represents
from playbooks.domain.roles import Role
from playbooks.domain.task import Task, TaskStatus
from playbooks.texts import Texts
from playbooks.texts.wording import label


async def _waiting(inquiry: Inquiry) -> Document:
    nothing = paragraph(*inquiry.texts.parts("waiting.nothing"))
    return Document(blocks=await waits(inquiry) or (nothing,))


async def waits(inquiry: Inquiry) -> tuple[Block, ...]:
    """What waits for whoever asks: a paragraph for each, under its incident, with the buttons that settle it."""
    texts, person = inquiry.texts, inquiry.speaker
    blocks: list[Block] = []
    for line in await inquiry.views.incidents(inquiry.reader, open_only=True):
        case = await inquiry.views.case(inquiry.reader, line.key)
        found = tuple(_of(texts, case, person))
        blocks += (
            (Heading(text=texts.say("status.heading", incident=line.key, title=case.title)), *found)
            if found
            else ()
        )
    triage = len(await inquiry.views.triage(inquiry.reader))
    if triage:
        blocks.append(paragraph(*texts.parts("waiting.triage", count=triage)))
    return tuple(blocks)


def _of(texts: Texts, case: Case, person: Person) -> Iterator[Block]:
    yield from _invitation(texts, case, person)
    yield from _duties(texts, case, person)
    yield from _tasks(texts, case, person)
    yield from _questions(texts, case, person)
    key = case.state.key
    if network := to_sign(case, person):
        yield paragraph(words_of_assessment(texts, network))
        said = texts.say("button.hybrid.sign", version=network.version)
        yield _button(said, key, "hybrid", "sign", f"version={network.version}")
    for cost, share in to_confirm(case, person):
        yield paragraph(words_of_share(texts, cost, share))
        yield _button(texts.say("button.cost.confirm", cost=cost.id), key, "cost", "confirm", cost.id)
    if case.state.roles.get(Role.INCIDENT_COMMANDER) == person.id:
        yield from (paragraph(*line) for line in _of_others(texts, case, person))


def _invitation(texts: Texts, case: Case, person: Person) -> Iterator[Block]:
    if is_invited(case, person):
        organization = person.organization
        yield paragraph(*texts.parts("waiting.invited", organization=organization))
        yield _button(texts.say("page.waits.join", organization=organization), case.state.key, "join")


def _duties(texts: Texts, case: Case, person: Person) -> Iterator[Block]:
    for duty in case.state.owed_duties:
        if act := owes_duty(duty, person):
            yield paragraph(*duty_line(texts, duty))
            said = texts.say(f"button.duty.{act}", duty=duty.id)
            yield _button(said, case.state.key, "duty", act, duty.id)


def _tasks(texts: Texts, case: Case, person: Person) -> Iterator[Block]:
    for task in case.open_tasks:
        if is_for(case, task, person):
            yield paragraph(*task_line(texts, case, task))
            yield from _task_buttons(texts, case.state.key, task)


def _questions(texts: Texts, case: Case, person: Person) -> Iterator[Block]:
    for consultation in case.open_consultations:
        if codes := owes_answers(case, consultation, person):
            yield paragraph(*question_line(texts, case, consultation))
            for said, words in answer_buttons(texts, consultation, person, codes):
                yield _button(said, case.state.key, *words)


def _of_others(texts: Texts, case: Case, person: Person) -> Iterator[tuple[Inline, ...]]:
    """What the incident commander looks after beside her own: the others' duties and what all owe together."""
    return owed(
        texts,
        case,
        task=lambda _task: False,
        question=lambda _question: False,
        duty=lambda duty: not owes_duty(duty, person),
    )


def is_invited(case: Case, person: Person) -> bool:
    """Whether her organization is asked to take part."""
    return case.state.is_open and case.state.parties.get(person.organization) is Standing.INVITED


def is_for(case: Case, task: Task, person: Person) -> bool:
    """Hers, or her organization's, or her office's, while nobody has it; also of a part that hers works for another."""
    works = task.organization == person.organization or acts_under(
        case.state.mandates, person.organization, task.organization
    )
    may = may_do(person.office, task.function)
    is_ours = bool(works) and may and task.office in (None, person.office)
    return task.owner == person.id or (task.owner is None and is_ours)


def owes_duty(duty: ReportingDuty, person: Person) -> str:
    """What she does next about a report of her organization: `approve` what is told, `meet` it; empty for nothing."""
    if person.organization != duty.organization or not may_do(person.office, Function.CYBER):
        return ""
    if duty.status is DutyStatus.APPROVED:
        return "meet"
    return "approve" if duty.approves.value in [each.value for each in person.duties] else ""


def owes_answers(case: Case, consultation: Consultation, person: Person) -> tuple[OrganizationCode, ...]:
    """The organizations that have not answered and for which she may; where persons count, hers until she has."""
    question, actor = consultation.question, Actor.of(person)
    if question.by_person:
        heard = any(each.person == person.id for each in consultation.answers)
        return () if heard else answers_for(case.state, question, actor)
    missing = consultation.tally.missing
    return tuple(code for code in answers_for(case.state, question, actor) if code in missing)


def answer_buttons(
    texts: Texts, consultation: Consultation, person: Person, codes: tuple[OrganizationCode, ...]
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """What each button says and the words of its command: a set for each organization that she may answer for."""
    question = consultation.question
    for code in codes:
        own = code == person.organization
        whose, says = ((), "button.answer") if own else ((f'for="{code}"',), "button.answer_for")
        for option in OPTIONS[question.purpose]:
            said = texts.say(says, option=label(texts, "option", option), organization=code)
            yield said, ("answer", question.id, option, *whose)


def to_sign(case: Case, person: Person) -> Network | None:
    """The network whose newest version her office has not signed, where she answers for her office."""
    network = case.state.hybrid
    unsigned = network is not None and network.is_active and network.assessments
    speaks = person.office is not None and any(duty in SPEAK for duty in person.duties)
    return network if network and unsigned and speaks and person.office not in network.signed else None


def to_confirm(case: Case, person: Person) -> Iterator[tuple[Cost, Share]]:
    """What her organization is to bear and has not confirmed, where she answers for it."""
    for cost in case.state.costs.values():
        share = cost.shares.get(person.organization)
        if share and share.status is ShareStatus.WAITING and represents(Actor.of(person)):
            yield cost, share


def words_of_share(texts: Texts, cost: Cost, share: Share) -> str:
    """Which share it is: of which cost, and how much."""
    amount = f"{plain(share.amount)} {cost.currency}" if share.amount else f"{plain(share.hours)} h"
    return texts.say("waiting.share", organization=share.organization, cost=cost.id, amount=amount)


def words_of_assessment(texts: Texts, network: Network) -> str:
    """Which version of the joint assessment it is."""
    station = network.assessments[-1].station
    return texts.say("waiting.assessment", station=station, version=network.version)


def _task_buttons(texts: Texts, key: IncidentKey, task: Task) -> Iterator[Button]:
    if task.status is TaskStatus.REQUESTED:
        yield _button(texts.say("button.accept", task=task.id), key, "task", "accept", task.id)
    elif is_answered_by_form(task):
        yield _button(texts.say("button.answer_task", task=task.id), key, "task", "done", task.id)
    elif task.answers:
        for answer in task.answers:
            said = texts.say("button.done_with", task=task.id, answer=word("", answer))
            yield _button(said, key, "task", "done", task.id, f"answer={answer}")
    else:
        yield _button(texts.say("button.done", task=task.id), key, "task", "done", task.id)


def _button(said: str, key: IncidentKey, *words: str) -> Button:
    return Button(label=said, command=" ".join(("/incident", key, *words)))


WAITING: Final = ChatCommand(words=("waiting",), verb="waiting", target=Target.QUERY, answer=_waiting)
