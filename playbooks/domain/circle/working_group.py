"""Working groups: what a lesson asks of more than one organization, on the community's work-plan (document 004, §5-7).

A lead organization volunteers, others opt in and out; the lead reports to the Management Committee: the kick-off, how
it goes, that it is complete, or that it declares its inability.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from pydantic import AwareDatetime, BaseModel, ConfigDict

from playbooks.domain.entry import Entry
from playbooks.domain.ids import OrganizationCode
from playbooks.domain.kinds import Kind


class Stage(StrEnum):
    """How far a group has come, as its lead reports it."""

    FORMED = "formed"
    KICKED_OFF = "kicked_off"
    """It has met, and has a documented plan (004 §6)."""
    COMPLETE = "complete"
    UNABLE = "unable"
    """The lead declared that the group cannot do what it was formed for (004 §6)."""


SETTLED: Final = (Stage.COMPLETE, Stage.UNABLE)
REPORTED_EVERY: Final = timedelta(days=30)
"""How soon after it was formed a group has its kick-off, and how often its lead reports from then on."""
REMINDED_EVERY: Final = timedelta(days=7)


class WorkingGroup(BaseModel):
    """One working group; what it is for stands in the record at `entry`."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: str
    """`WG-1`."""
    lead: OrganizationCode
    members: tuple[OrganizationCode, ...] = ()
    """Those that opted in, the lead apart."""
    entry: str
    stage: Stage = Stage.FORMED
    due_at: AwareDatetime
    """When it is to be complete."""
    told_at: AwareDatetime
    """When its lead last reported; when it was formed, before."""
    told_in: str = ""
    """The entry of the last report."""
    reminded_at: AwareDatetime | None = None

    @property
    def is_settled(self) -> bool:
        """Complete, or given up with a word to the co-Chairs."""
        return self.stage in SETTLED

    @property
    def owed_at(self) -> datetime:
        """When the next report is owed: after a while, and when the group is due."""
        after = self.told_at + REPORTED_EVERY
        return min(after, self.due_at) if self.told_at < self.due_at else after

    @property
    def chased_at(self) -> datetime:
        """When its lead is reminded next."""
        chased = self.reminded_at if self.reminded_at and self.reminded_at >= self.owed_at else None
        return chased + REMINDED_EVERY if chased else self.owed_at


Groups = Mapping[str, WorkingGroup]


def evolve_groups(groups: Groups, entry: Entry) -> dict[str, WorkingGroup]:
    """The groups after one more entry."""
    data: dict[str, Any] = entry.data
    if entry.kind == Kind.WORKING_GROUP_FORM:
        formed = {
            "id": data["working_group"],
            "lead": data["lead"],
            "entry": entry.id,
            "told_at": data["formed_at"],
        }
        group = WorkingGroup.model_validate({**data, **formed})
        return {**groups, group.id: group}
    known = groups.get(data["working_group"])
    if known is None:
        return dict(groups)
    return {**groups, known.id: known.model_copy(update=_change(known, entry))}


def _change(group: WorkingGroup, entry: Entry) -> dict[str, Any]:
    match entry.kind:
        case Kind.WORKING_GROUP_JOIN:
            return {"members": (*group.members, OrganizationCode(entry.data["organization"]))}
        case Kind.WORKING_GROUP_LEAVE:
            return {"members": tuple(code for code in group.members if code != entry.data["organization"])}
        case Kind.WORKING_GROUP_REPORT:
            return {"stage": Stage(entry.data["stage"]), "told_at": entry.at, "told_in": entry.id}
        case _:
            return {"reminded_at": entry.at}


GROUP_KINDS: Final = (
    Kind.WORKING_GROUP_FORM,
    Kind.WORKING_GROUP_JOIN,
    Kind.WORKING_GROUP_LEAVE,
    Kind.WORKING_GROUP_REPORT,
    Kind.WORKING_GROUP_REMIND,
)
"""The kinds that change them."""
