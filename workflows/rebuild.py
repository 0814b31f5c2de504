"""From the record back to running workflows: for a first start, for reopening, for a lost Temporal.

What a workflow begins with is the fold of the record, and what is still owed: effects that were never concluded. To
ask for one a second time is nothing, since the door knows every effect by its id.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from playbooks.actions.effect import EffectRequest
from playbooks.actions.follow_ups import follow_ups
from playbooks.actions.rooms import posted
from playbooks.domain.case import Case
from playbooks.domain.entry import Entry
from playbooks.domain.fold import fold
from playbooks.domain.folding.incident import evolve_incident
from playbooks.domain.ids import ConsultationId, EntryId, IncidentKey, OrganizationCode, RunId
from playbooks.domain.incident import IncidentState
from playbooks.domain.kinds import Kind
from playbooks.domain.run import SETTLING
from playbooks.domain.situation import Situation
from playbooks.domain.task import PartState
from playbooks.ports.record import Record
from workflows import names
from workflows.consult.messages import ConsultInput
from workflows.incident.messages import IncidentInput
from workflows.messages import Settled, Wanted, agreed
from workflows.part.messages import FOLLOWED, TOLD, PartInput
from workflows.playbook.messages import RunInput
from workflows.playbook.occasions import step_of
from workflows.retainer.messages import RetainerInput
from workflows.review.messages import ReviewInput

_OWN = ("incident:", "effect:", "record:", "retainer:")
"""Of the kinds that the incident itself decides: also what vendors told, what was compared, and holds and erasures."""
_CHASING = (Kind.QUESTION_REMIND, Kind.QUESTION_ESCALATE, Kind.QUESTION_REFER)
_GIVEN_OUT = (Kind.ASSESSMENT_AGREE, Kind.SERVICE_REQUEST)
"""What became tasks; asked for a second time they are the same tasks."""
_STARTING = (Kind.RUN_START, Kind.QUESTION_OPEN)


@dataclass(frozen=True)
class Account:
    """What the record tells of an incident."""

    case: Case
    entries: tuple[Entry, ...]
    """In order, without people's words."""
    decided: Mapping[str, int]
    """How many decisions each of its workflows has taken."""

    @property
    def situation(self) -> Situation:
        """The incident as its parts, runs and consultations see it."""
        return Situation(incident=self.case.state)


async def account_of(record: Record, key: IncidentKey) -> Account:
    """The whole record of an incident, read while nothing was decided."""
    while True:
        decided = await record.decided(key)
        entries = [entry async for _position, entry in record.entries(key)]
        if decided == await record.decided(key):
            bare = tuple(entry.without_words() for entry in entries)
            return Account(fold(key, entries), bare, decided)


def incident_input(account: Account) -> IncidentInput:
    """What an incident workflow begins with, so that it stands where the record stands."""
    state = account.case.state
    owed = dict(_owed_by_incident(account))
    return IncidentInput(
        state=state,
        decided=account.decided.get(names.incident_id(state.key), 0),
        undone=tuple(request for requests in owed.values() for request in requests),
        wanted=tuple(_agreed_and_not_done(account)),
        due=tuple(entry for entry in account.entries if entry.id in owed),
    )


def _agreed_and_not_done(account: Account) -> Iterator[Wanted]:
    """What somebody agreed to and nothing came of yet; what was judged already gets the verdict it got."""
    state = account.case.state
    done = {entry.data.get("agreed") for entry in account.entries}
    for consultation, held in state.awaited.items():
        if state.consultations[consultation] == "approved" and consultation not in done:
            yield agreed(state.key, consultation, held)


def part_input(account: Account, organization: OrganizationCode) -> PartInput:
    """What a part workflow begins with. Raises Refused when the organization does not take part."""
    case, situation = account.case, account.situation
    situation.check_party(organization)
    tasks = {id: task for id, task in case.tasks.items() if task.organization == organization}
    return PartInput(
        part=PartState(organization=organization, lead=case.state.lead, tasks=tasks),
        situation=situation,
        decided=account.decided.get(names.part_id(case.state.key, organization), 0),
        due=tuple(_owed_by_part(account, organization)),
    )


def consult_input(account: Account, consultation: ConsultationId) -> ConsultInput:
    """What the workflow of an open consultation begins with, the answers so far included."""
    found = account.case.consultations[consultation]
    entries = {entry.id: entry for entry in account.entries}
    return ConsultInput(
        question=found.question,
        situation=account.situation,
        opened=entries[EntryId(found.question.entry)],
        answers=found.answers,
        chased=tuple(
            entry.kind
            for entry in account.entries
            if entry.kind in _CHASING and entry.data["consultation"] == consultation
        ),
    )


def run_input(account: Account, run: RunId) -> RunInput:
    """What a run that was under way begins with: it stands where the moves recorded of it lead.

    Tasks and effects have the ids they had, so what was done is not done again, and what is open is waited for.
    """
    (started,) = (
        entry for entry in account.entries if entry.kind == Kind.RUN_START and entry.data["run"] == run
    )
    return RunInput(
        run=run,
        content=started.data["content"],
        carried=started.data.get("carried", {}),
        situation=account.situation,
        started=started,
        settled=tuple(_settled_for(account.case, run)),
        decided=account.decided.get(names.run_id(account.case.state.key, run), 0),
        is_again=True,
    )


def retainer_inputs(account: Account) -> Iterator[RetainerInput]:
    """What the clocks of each open call begin with; what was told of them is not told again."""
    told: dict[str, list[str]] = {}
    for entry in account.entries:
        if entry.kind in (Kind.RETAINER_WARN, Kind.RETAINER_MISS):
            how = "missed" if entry.kind == Kind.RETAINER_MISS else "soon"
            told.setdefault(entry.data["call"], []).append(f"{entry.data['clock']}/{how}")
    for entry in account.entries:
        if entry.kind == Kind.RETAINER_CALL and account.case.state.calls[entry.data["call"]].is_open:
            id = str(entry.data["call"])
            yield RetainerInput(
                call=id, situation=account.situation, called=entry, told=tuple(told.get(id, ()))
            )


def review_input(account: Account) -> ReviewInput:
    """What a review begins with; what is not concluded of the effects that it led to is asked for again."""
    case, key = account.case, account.case.state.key
    requests = (
        follow_ups(entry, case.state) for entry in account.entries if entry.kind.startswith("review:")
    )
    return ReviewInput(
        review=case.review,
        situation=account.situation,
        decided=account.decided.get(names.review_id(key), 0),
        undone=tuple(request for each in requests if not _all_concluded(case, each) for request in each),
    )


def _owed_by_incident(account: Account) -> Iterator[tuple[EntryId, tuple[EffectRequest, ...]]]:
    """Entries with what is not concluded of the effects that they lead to, given the state after each.

    Also every agreement of the network and every service asked for: whose tasks are there already answers a second
    request as the first.
    """
    state = IncidentState(key=account.case.state.key)
    for entry in account.entries:
        state = evolve_incident(state, entry)
        is_own = entry.kind.startswith(_OWN) or entry.kind in _STARTING
        requests = follow_ups(entry, state) if is_own else ()
        if entry.kind in _GIVEN_OUT or not _all_concluded(account.case, requests):
            yield entry.id, requests


def _owed_by_part(account: Account, organization: OrganizationCode) -> Iterator[Entry]:
    """Also every task that was handed over: whoever has it already answers a second request as the first."""
    for entry in account.entries:
        if str(entry.data.get("task", "")).rpartition("-")[0] != organization:
            continue
        told = tuple(posted(account.case, organization, entry.id))
        is_owed = entry.kind in TOLD and (not told or any(message.state == "intended" for message in told))
        follow = follow_ups(entry, account.case.state) if entry.kind in FOLLOWED else ()
        if entry.kind == Kind.TASK_HAND_OVER or is_owed or not _all_concluded(account.case, follow):
            yield entry


def _all_concluded(case: Case, requests: tuple[EffectRequest, ...]) -> bool:
    effects = [case.effects.get(request.effect_id) for request in requests]
    return all(effect is not None and effect.state != "intended" for effect in effects)


def _settled_for(case: Case, run: RunId) -> Iterator[Settled]:
    """What came to its end for a step whose own end is not recorded."""
    ended = dict.fromkeys(move.step for move in case.runs[run].moves if move.kind in SETTLING)
    origin = f"{names.run_id(case.state.key, run)}|"

    def is_waited_for(other: str) -> bool:
        return other.startswith(origin) and step_of(other.removeprefix(origin)) not in ended

    for task in case.tasks.values():
        if task.is_settled and task.status != "handed_over" and is_waited_for(task.origin):
            yield Settled(origin=task.origin, status=task.status.value, answer=task.answer)
    for consultation in case.consultations.values():
        question, outcome = consultation.question, consultation.outcome
        if outcome != "open" and is_waited_for(question.origin):
            yield Settled(origin=question.origin, status=outcome, counts=consultation.tally.counts)
