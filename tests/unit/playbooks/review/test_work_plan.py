"""The work-plan: what is owed first stands first, and what is settled is there still."""

from datetime import timedelta

from playbooks.domain.case import Case
from playbooks.domain.circle.working_group import Stage, WorkingGroup
from playbooks.domain.ids import IncidentKey, PersonId
from playbooks.domain.incident import IncidentState
from playbooks.domain.review import Item, ReviewState
from playbooks.review.work_plan import work_plan
from tests.casts import NOON, UNHCR, WFP


def case(number: int, *, days: int, stage: Stage = Stage.KICKED_OFF, done: bool = False) -> Case:
    """An incident with a group that reported lately and an action that is due after so many days."""
    due_at = NOON + timedelta(days=days)
    group = WorkingGroup(
        id="WG-1", lead=UNHCR, members=(WFP,), entry="g", stage=stage, due_at=due_at, told_at=NOON
    )
    item = Item(id="A-1", organization=WFP, owner=PersonId("wfp-duty"), due_at=due_at, entry="a", done=done)
    review = ReviewState(opened_at=NOON, groups={"WG-1": group}, items={"A-1": item})
    return Case(state=IncidentState(key=IncidentKey(f"INC-2026-000{number}")), review=review)


def test_what_is_owed_first_stands_first_across_incidents() -> None:
    planned = work_plan([case(1, days=90), case(2, days=10)])
    told = [(each.incident[-1], each.what.id) for each in planned]
    assert told == [("2", "WG-1"), ("2", "A-1"), ("1", "WG-1"), ("1", "A-1")]
    assert planned[2].owed_at == NOON + timedelta(days=30), "a report is owed before the group is due"


def test_what_is_overdue_is_named_so_and_what_is_settled_never_is() -> None:
    late = NOON + timedelta(days=60)
    going_on = work_plan([case(1, days=10)])
    assert all(each.is_overdue(late) for each in going_on)
    settled = work_plan([case(1, days=10, stage=Stage.COMPLETE, done=True), case(2, days=90)])
    assert [each.is_overdue(late) for each in settled] == [True, False, False, False]
    assert [each.incident[-1] for each in settled] == ["2", "2", "1", "1"]
