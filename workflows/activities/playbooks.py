"""What a run needs of its playbooks and of its past; people's words stay with the content."""

import asyncio

from pydantic import BaseModel, ConfigDict
from temporalio import activity

from playbooks.actions.approvals import ApprovalRule
from playbooks.cacao.course import Contents, PackedCourse, fold_course, pack
from playbooks.domain.entry import Entry
from playbooks.domain.errors import IncidentError
from playbooks.domain.ids import IncidentKey, RunId
from playbooks.domain.kinds import Kind
from playbooks.domain.run import move_of
from playbooks.domain.told import given_along
from playbooks.ports.record import Record
from workflows.activities.failures import as_failure
from workflows.activities.shelf import ReadPlaybook, Shelved, ToShelve, fill_shelf


class LostRun(BaseModel):
    """A run whose workflow is begun again over what stands in the record."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    incident: IncidentKey
    run: RunId
    content: str
    rule: ApprovalRule
    carried: dict[str, str] = {}


class PlaybookActivities:
    """Reads playbooks by the hash of their content, and how far a run had come."""

    def __init__(self, structure: ReadPlaybook, rule: ApprovalRule, record: Record) -> None:
        self._structure = structure
        self._rule = rule
        self._record = record

    @activity.defn(name="shelve_playbooks")
    async def shelve_playbooks(self, wanted: ToShelve) -> Shelved:
        """The same hashes, once each is found to be a playbook. Fails for content that is missing or is none."""
        shelved = Shelved(shelved=wanted.contents, rule=wanted.rule or self._rule)
        try:
            await fill_shelf(shelved, self._structure)
        except IncidentError as error:
            raise as_failure(error) from None
        return shelved

    @activity.defn(name="recall_run")
    async def recall_run(self, lost: LostRun) -> PackedCourse:
        """Where the moves recorded of a run lead."""
        try:
            hashes = dict.fromkeys((lost.content, *lost.carried.values()))
            playbooks = {sha256: await self._structure(sha256, lost.rule) for sha256 in hashes}
        except IncidentError as error:
            raise as_failure(error) from None
        contents = Contents(main=lost.content, playbooks=playbooks, carried=lost.carried)
        entries = [
            entry
            async for _position, entry in self._record.entries(lost.incident)
            if entry.data.get("run") == lost.run
        ]
        return await asyncio.to_thread(_recalled, contents, entries)


def _recalled(contents: Contents, entries: list[Entry]) -> PackedCourse:
    started = next(entry for entry in entries if entry.kind == Kind.RUN_START)
    moves = (move for entry in entries if (move := move_of(entry)) is not None)
    return pack(contents, fold_course(contents, started.at, moves, given_along(started)))
