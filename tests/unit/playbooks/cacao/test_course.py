"""A whole run: playbooks in playbooks, what comes out by itself in time, pause and abort (CACAO 2.0 §4)."""

from datetime import UTC, datetime, timedelta

import pytest

from playbooks.cacao import limits
from playbooks.cacao.course import (
    Contents,
    Course,
    Standing,
    begin_course,
    check_carried,
    evolve_course,
    keys_in_flight,
    moment,
    ready_now,
    reference,
    references,
    standings,
    undo_course,
)
from playbooks.cacao.model import Playbook, PlaybookActionStep
from playbooks.cacao.next_step import ActionDue, Result
from playbooks.cacao.reading import read
from playbooks.domain.errors import Malformed
from playbooks.domain.kinds import Kind
from playbooks.domain.run import Move
from tests.workflows.nested import INNER, OUTER

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def playbook(text: bytes) -> Playbook:
    found = read(text).playbook
    assert found is not None
    return found


def contents(outer: bytes = OUTER, inner: bytes = INNER) -> Contents:
    main = playbook(outer)
    carried = {reference(*named): "inner" for named in references(main)}
    return Contents(main="outer", playbooks={"outer": main, "inner": playbook(inner)}, carried=carried)


class Told:
    """A run to which things are told by the names of its steps."""

    def __init__(self, contents: Contents) -> None:
        self.contents = contents
        self.course: Course = begin_course(contents, NOON)
        self.at = NOON

    def key(self, name: str) -> str:
        return next(due.key for due in ready_now(self.contents, self.course) if due.name == name)

    def tell(self, kind: Kind, key: str = "", **said: object) -> None:
        move = Move.model_validate({"kind": kind, "at": self.at, "step": key, **said})
        self.course = evolve_course(self.contents, self.course, move)

    def ends(self, name: str, outcome: Result = Result.SUCCESS, **out_args: str) -> None:
        self.tell(Kind.STEP_SETTLE, self.key(name), outcome=outcome.value, out_args=out_args)

    def standing(self, name: str) -> Standing:
        return next(each.standing for each in standings(self.contents, self.course) if each.name == name)


def test_a_variable_goes_in_and_what_is_asked_for_comes_back() -> None:
    run = Told(contents())
    inner = next(frame for path, frame in run.course.frames.items() if path)
    assert inner.progress.values["__system__"] == "mail"
    run.ends("Look at the system", __found__="true")
    run.ends("Write it down")
    assert run.course.progress.values["__found__"] == "true"
    assert run.key("Wait").endswith(".delay"), "the branch that the value calls for"


def test_a_playbook_that_ends_as_failed_fails_the_step_that_runs_it() -> None:
    run = Told(contents())
    run.ends("Look at the system", Result.FAILURE)
    run.ends("Look at the system", Result.FAILURE)  # the commander lets it fail
    assert run.key("Look inside").endswith(".decision"), "the failure reached the step, and stopped it there"
    assert run.standing("Look inside") is Standing.FAILED


def test_a_step_that_times_out_withdraws_the_playbook_inside() -> None:
    run = Told(contents())
    inside = run.key("Look at the system")
    run.tell(Kind.STEP_START, inside)
    run.ends("Look inside", Result.TIMEOUT)
    assert inside not in keys_in_flight(run.contents, run.course)
    assert run.standing("Look at the system") is Standing.WITHDRAWN


def test_a_delay_is_no_part_of_the_time_out_which_counts_from_the_recorded_beginning() -> None:
    timed = OUTER.replace(b"delay: 1 second", b"delay: 5 minutes\n        timeout: 1 hour")
    run = Told(contents(timed))
    run.ends("Look at the system", __found__="true")
    run.ends("Write it down")
    (delay,) = ready_now(run.contents, run.course)
    passes = moment(run.course, delay)
    assert passes is not None
    assert passes.at == NOON + timedelta(minutes=5)
    run.at = passes.at
    run.tell(Kind.STEP_WAIT, delay.key, outcome="success")
    (action,) = ready_now(run.contents, run.course)
    assert moment(run.course, action) is None, "it has not begun"
    run.at = NOON + timedelta(minutes=30)
    run.tell(Kind.STEP_START, action.key)
    ends = moment(run.course, action)
    assert ends is not None
    assert (ends.at, ends.outcome.result) == (NOON + timedelta(minutes=90), Result.TIMEOUT)


def test_a_step_without_time_out_has_the_engines_longest() -> None:
    run = Told(contents())
    due = next(due for due in ready_now(run.contents, run.course) if isinstance(due, ActionDue))
    run.tell(Kind.STEP_START, due.key)
    ends = moment(run.course, due)
    assert ends is not None
    assert ends.at == NOON + limits.LONGEST_STEP


def test_an_aborted_run_is_over_with_all_that_is_inside() -> None:
    run = Told(contents())
    run.tell(Kind.RUN_ABORT)
    assert run.course.outcome == "aborted"
    assert not keys_in_flight(run.contents, run.course)
    assert {run.standing("Look inside"), run.standing("Look at the system")} == {Standing.WITHDRAWN}
    before = run.course
    run.tell(Kind.RUN_PAUSE)
    assert run.course is before


def test_while_it_is_paused_what_is_due_waits() -> None:
    run = Told(contents())
    run.tell(Kind.RUN_PAUSE)
    assert run.standing("Look at the system") is Standing.WAITING
    run.tell(Kind.RUN_RESUME)
    run.tell(Kind.STEP_START, run.key("Look at the system"))
    assert run.standing("Look at the system") is Standing.RUNNING


def test_an_output_of_another_type_is_refused_and_nothing_moves() -> None:
    run = Told(contents())
    with pytest.raises(Malformed):
        run.ends("Look at the system", __found__="perhaps")
    assert run.standing("Look at the system") is Standing.WAITING


def test_a_playbook_inside_is_taken_back_in_its_place() -> None:
    undone = INNER.replace(
        b"    function: cyber\n", b"    function: cyber\n    undo: {task: Take it back.}\n"
    )
    run = Told(contents(inner=undone))
    run.ends("Look at the system", __found__="false")
    run.ends("Write it down")
    assert [due.name for due in undo_course(run.contents, run.course)] == [
        "Write it down",
        "Look at the system",
    ]


def test_values_that_do_not_fit_are_refused_before_it_starts() -> None:
    found = contents(inner=INNER.replace(b"  system: {type: string, external: true}\n", b""))
    with pytest.raises(Malformed) as error:
        check_carried(found.main, found.playbooks, found.carried)
    assert error.value.code == "playbook_unfit"
    assert "__system__" in error.value.sentence


def test_playbooks_run_one_another_only_so_deep() -> None:
    inner = playbook(OUTER)
    chain = {str(number): inner for number in range(limits.NESTING + 1)}
    playbooks, carried = {}, {}
    for number, each in chain.items():
        steps = {
            id: step.model_copy(update={"playbook_id": f"p{int(number) + 1}", "in_args": (), "out_args": ()})
            if isinstance(step, PlaybookActionStep)
            else step
            for id, step in each.workflow.items()
        }
        playbooks[number] = each.model_copy(update={"workflow": steps})
        carried[f"p{number}"] = number
    with pytest.raises(Malformed) as error:
        check_carried("0", playbooks, carried)
    assert error.value.code == "playbook_too_deep"
    del carried[f"p{limits.NESTING}"]
    check_carried("0", {key: playbooks[key] for key in list(playbooks)[:-1]}, carried)
