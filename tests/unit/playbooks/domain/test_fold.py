"""Folding: the same state however the entries come, and no more work for a late entry than for an early one."""

import time
from itertools import pairwise

import pytest

from playbooks.domain.case import Case
from playbooks.domain.entry import Entry, entry_id
from playbooks.domain.fold import carry_on, evolve, fold
from playbooks.domain.incident import IncidentState
from playbooks.domain.kinds import Kind
from tests.casts import NOON, actor
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


@pytest.mark.parametrize("story", ["notes", "steps"])
def test_an_entry_costs_the_same_however_long_the_story(story: str) -> None:
    """Ten times the entries take about ten times as long: copying what grows at each would make it a hundred."""
    entries = tuple(many_notes(20_000)) if story == "notes" else _run_of(10_000)

    def seconds(count: int) -> float:
        began = time.process_time()
        fold(RANSOMWARE, entries[:count])
        return time.process_time() - began

    shares = [min(seconds(count) for _ in range(3)) for count in (2_000, 20_000)]
    assert all(longer < shorter * 40 for shorter, longer in pairwise(shares))


def test_a_run_folded_at_once_is_the_run_folded_entry_by_entry() -> None:
    """What grows is copied once for all entries, and still nothing of the case before them is changed."""
    paused, ended = _of_run(Kind.RUN_PAUSE), _of_run(Kind.RUN_END, outcome="aborted")
    entries = (*_run_of(5), _of_run(Kind.STEP_START, step="action--5#1"), paused, ended)
    cases = [fold(RANSOMWARE, ())]
    for entry in entries:
        cases.append(evolve(cases[-1], entry))

    assert cases[-1] == fold(RANSOMWARE, entries)
    run = cases[-1].runs["R-1"]
    assert [step.outcome for step in run.steps.values()] == ["success"] * 5 + ["running"]
    assert len(run.moves) == 12
    assert [len(case.runs["R-1"].moves) for case in cases[1:]] == [*range(13), 12]


def _run_of(steps: int) -> tuple[Entry, ...]:
    """A run so far, each of its steps begun and done."""
    return (
        _of_run(Kind.RUN_START, playbook="ransomware"),
        *(
            entry
            for step in (f"action--{number}#1" for number in range(steps))
            for entry in (
                _of_run(Kind.STEP_START, step=step),
                _of_run(Kind.STEP_SETTLE, step=step, outcome="success"),
            )
        ),
    )


def _of_run(kind: Kind, **data: object) -> Entry:
    return Entry(
        id=entry_id(f"{kind}/{data}"),
        incident=RANSOMWARE,
        kind=kind,
        at=NOON,
        actor=actor("playbook of UNHCR"),
        subject="run/R-1",
        data={"run": "R-1", **data},
    )
