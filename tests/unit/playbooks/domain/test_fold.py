"""Folding: the same state however the entries come, and no more work for a late entry than for an early one."""

import time
from itertools import pairwise

from playbooks.domain.fold import Case, carry_on, evolve, fold
from playbooks.domain.incident import IncidentState
from tests.worlds import RANSOMWARE, a_ransomware_incident, many_notes


def test_entries_folded_one_by_one_in_parts_or_at_once_tell_the_same_case() -> None:
    entries = a_ransomware_incident(closed=True)
    one_by_one = Case(state=IncidentState(key=RANSOMWARE))
    for entry in entries:
        one_by_one = evolve(one_by_one, entry)
    half = len(entries) // 2
    in_parts = carry_on(fold(RANSOMWARE, entries[:half]), entries[half:])
    assert one_by_one == in_parts == fold(RANSOMWARE, entries)


def test_a_case_that_is_carried_on_stays_as_it_was() -> None:
    entries = a_ransomware_incident()
    before = fold(RANSOMWARE, entries[:20])
    as_it_was = before.model_copy(deep=True)
    carry_on(before, entries[20:])
    assert before == as_it_was


def test_no_entry_leaves_the_very_same_case() -> None:
    case = fold(RANSOMWARE, a_ransomware_incident())
    assert carry_on(case, ()) is case


def test_an_entry_costs_the_same_however_long_the_story() -> None:
    """Ten times the entries take about ten times as long: copying what grows at each would make it a hundred."""
    entries = tuple(many_notes(20_000))

    def seconds(count: int) -> float:
        began = time.process_time()
        fold(RANSOMWARE, entries[:count])
        return time.process_time() - began

    shares = [min(seconds(count) for _ in range(3)) for count in (2_000, 20_000)]
    assert all(longer < shorter * 40 for shorter, longer in pairwise(shares))
