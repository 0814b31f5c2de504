"""What a decision of an incident asks of others: a part of it, or the incident that goes on in it. Pure."""

from collections.abc import Iterator

from playbooks.domain.circle.hybrid import SECRETARIAT
from playbooks.domain.circle.hybrid_tasks import tasks_of
from playbooks.domain.circle.service import task_for
from playbooks.domain.command import Command
from playbooks.domain.entry import Entry
from playbooks.domain.ids import EntryId, OrganizationCode
from playbooks.domain.incident import IncidentState
from playbooks.domain.judging.merging import ending
from playbooks.domain.kinds import Kind
from workflows.activities.recording import WordsFrom
from workflows.messages import Wanted, WantedOf

ASKING_ELSEWHERE = (Kind.ASSESSMENT_AGREE, Kind.SERVICE_REQUEST, Kind.MERGE)
"""The kinds of entries that do."""


def wanted_elsewhere(state: IncidentState, entry: Entry) -> Iterator[WantedOf]:
    """In order; asked again, it is the same command, which is judged once."""
    match entry.kind:
        case Kind.ASSESSMENT_AGREE:
            for task in tasks_of(state.hybrid, entry) if state.hybrid else ():
                yield _wanted(task.command, task.words, SECRETARIAT)
        case Kind.SERVICE_REQUEST:
            request = state.services[str(entry.data["request"])]
            yield _wanted(task_for(request, entry), entry.id, request.service.provider)
        case Kind.MERGE if entry.data["into"] == state.key:
            yield _wanted(ending(entry), entry.id)
        case _:
            pass


def passed_on(state: IncidentState, wanted: Wanted) -> WantedOf | None:
    """What a step of a playbook takes back, where it became a task of somebody's part; None for all else."""
    command = wanted.command
    if command.verb != "ask.withdraw":
        return None
    origin = command.args["origin"]
    request = next((each for each in state.services.values() if each.waits == origin), None)
    if request is None:
        return None
    withdrawal = wanted.model_copy(update={"command": command.model_copy(update={"verb": "task.withdraw"})})
    return WantedOf(wanted=withdrawal, organization=request.service.provider)


def _wanted(command: Command, words: str, organization: OrganizationCode | None = None) -> WantedOf:
    wanted = Wanted(command=command, words=WordsFrom(entry=EntryId(words)))
    return WantedOf(wanted=wanted, organization=organization)
