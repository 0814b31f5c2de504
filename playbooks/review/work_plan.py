"""The work-plan: every working group and every action after incidents, in one list (document 004, §6-7)."""

from collections.abc import Iterable
from datetime import datetime

from pydantic import AwareDatetime, BaseModel, ConfigDict

from playbooks.domain.case import Case
from playbooks.domain.circle.working_group import WorkingGroup
from playbooks.domain.ids import IncidentKey
from playbooks.domain.marking import Marking
from playbooks.domain.review import Item


class Planned(BaseModel):
    """One line of the plan; its words stand in the case of its incident."""

    model_config = ConfigDict(frozen=True)

    incident: IncidentKey
    marking: Marking
    what: WorkingGroup | Item
    owed_at: AwareDatetime | None
    """When its lead reports next, or it is to be done; None once it is settled."""

    def is_overdue(self, at: datetime) -> bool:
        """Whether somebody is reminded of it."""
        return self.owed_at is not None and self.owed_at < at


def work_plan(cases: Iterable[Case]) -> tuple[Planned, ...]:
    """What is owed first stands first; what is settled comes last."""
    planned = [line for case in cases for line in (*_groups(case), *_actions(case))]
    open_ones = sorted((each.owed_at, each.incident, at) for at, each in enumerate(planned) if each.owed_at)
    settled = (each for each in planned if each.owed_at is None)
    return (*(planned[at] for _, _, at in open_ones), *settled)


def _groups(case: Case) -> Iterable[Planned]:
    for group in case.review.groups.values():
        yield Planned(
            incident=case.state.key,
            marking=case.state.marking,
            what=group,
            owed_at=None if group.is_settled else group.owed_at,
        )


def _actions(case: Case) -> Iterable[Planned]:
    for item in case.review.items.values():
        yield Planned(
            incident=case.state.key,
            marking=case.state.marking,
            what=item,
            owed_at=None if item.done else item.due_at,
        )
