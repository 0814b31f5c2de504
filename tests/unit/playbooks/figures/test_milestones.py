"""One definition of an incident's moments: its page and the figures tell the same times."""

from datetime import timedelta

import pytest

from bot.web.page.moments import moments
from playbooks.domain.entry import Entry
from playbooks.domain.ids import OrganizationCode
from playbooks.domain.kinds import Kind
from playbooks.domain.release import Reader, show
from playbooks.domain.trace import traces_of
from playbooks.figures.facts import facts_of
from playbooks.figures.milestones import Milestone, milestones
from tests.worlds import RANSOMWARE, a_ransomware_incident

READER = Reader(organization=OrganizationCode("UNHCR"), person="unhcr-ciso", party_to=(RANSOMWARE,))


def _told(*more: Entry, closed: bool = True) -> list[Entry]:
    return [*a_ransomware_incident(closed=closed), *more]


def _after(hours: int, kind: Kind) -> Entry:
    last = a_ransomware_incident(closed=True)[-1]
    at = last.at + timedelta(hours=hours)
    return last.model_copy(update={"id": f"{kind}/{hours}", "kind": kind, "at": at, "data": {}})


@pytest.mark.parametrize("again", [(), (Kind.REOPEN,), (Kind.REOPEN, Kind.CLOSE)])
def test_the_page_and_the_figures_tell_the_same_times(again: tuple[Kind, ...]) -> None:
    more = [_after(hours, kind) for hours, kind in enumerate(again, start=1)]
    story = [show(entry, READER) for entry in _told(*more)]
    page = {moment.name: moment.at for moment in moments(traces_of(story))}
    facts = facts_of(RANSOMWARE, story)
    assert facts is not None
    assert page["alerted"] == facts.alerted_at
    assert page["declared"] == facts.declared_at
    assert page["acknowledged"] == facts.person_at
    assert page["contained"] == facts.contained_at
    assert page["closed"] == facts.closed_at
    assert (facts.closed_at is None) is (again == (Kind.REOPEN,))


def test_what_was_entered_late_says_when_it_began() -> None:
    late = _after(1, Kind.NOTE_ADD)
    began_at = late.at - timedelta(days=3)
    told = late.model_copy(update={"data": {"happened_at": began_at.isoformat()}})
    traces = traces_of([show(entry, READER) for entry in _told(told)])
    assert milestones(traces)[Milestone.BEGAN] == began_at
