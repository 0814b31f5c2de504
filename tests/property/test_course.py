"""Properties of a whole run over generated playbooks that run one another."""

from datetime import UTC, datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from playbooks.cacao.course import (
    Contents,
    Course,
    PackedCourse,
    Standing,
    begin_course,
    evolve_course,
    fold_course,
    keys_in_flight,
    pack,
    ready_now,
    standings,
    unpack,
)
from playbooks.cacao.model import Playbook
from playbooks.cacao.next_step import QuestionDue, SubPlaybookDue
from playbooks.cacao.show.numbering import numbered
from playbooks.cacao.show.outline import Entry, outline
from playbooks.domain.kinds import Kind
from playbooks.domain.run import Move
from tests.property.test_next_step import MOST_SETTLED, playbooks, some_outcome, worlds

quickly = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
BEGAN = datetime(2026, 11, 22, 8, tzinfo=UTC)
RUN_BY_A_STEP = "playbook--b7020da1-4298-47c4-9234-bb3203b7fc5d"


@st.composite
def nests(draw: st.DrawFn) -> Contents:
    """A playbook, the one that its steps run, and the one that those of that run; the last may be unknown."""
    deep = draw(st.integers(1, 3))
    found = {str(number): _renamed(draw(playbooks()), number, deep) for number in range(deep)}
    carried = {f"{RUN_BY_A_STEP}@{number}": str(number) for number in range(1, deep)}
    return Contents(main="0", playbooks=found, carried=carried)


def _renamed(playbook: Playbook, number: int, deep: int) -> Playbook:
    """Its steps run the next one, and nobody knows what the last ones run."""
    workflow = {
        id: step.model_copy(update={"playbook_version": str(number + 1) if number + 1 < deep else "?"})
        if step.type == "playbook-action"
        else step
        for id, step in playbook.workflow.items()
    }
    return playbook.model_copy(update={"workflow": workflow})


def told(contents: Contents, choices: list[int]) -> list[tuple[Move, Course]]:
    """The history of a run in which the world chooses what comes out first, and how."""
    course = begin_course(contents, BEGAN)
    history: list[tuple[Move, Course]] = []
    for number in range(MOST_SETTLED):
        if course.is_finished:
            return history
        chosen = choices[number % len(choices)]
        dues = ready_now(contents, course)
        due = dues[chosen % len(dues)]
        outcome = some_outcome(due, chosen // 7)
        move = Move(
            kind=Kind.STEP_SETTLE,
            at=BEGAN + timedelta(minutes=number + 1),
            step=due.key,
            outcome=outcome.result.value,
            answer=outcome.answer,
        )
        course = evolve_course(contents, course, move)
        history.append((move, course))
    raise AssertionError("it comes to no end")


@quickly
@given(nests(), worlds)
def test_a_run_of_playbooks_in_playbooks_ends_or_waits(contents: Contents, world: list[int]) -> None:
    history = told(contents, world)
    for _move, course in history:
        keys = keys_in_flight(contents, course)
        assert course.is_finished or keys, "an unfinished run waits for something"
        assert len(set(keys)) == len(keys)
        assert tuple(course.since) == keys
        assert tuple(due.key for due in ready_now(contents, course)) == keys
    assert all(frame.progress.is_finished for frame in _last(contents, history).frames.values())


@quickly
@given(nests(), worlds)
def test_a_course_is_a_function_of_its_moves(contents: Contents, world: list[int]) -> None:
    history = told(contents, world)
    again = fold_course(contents, BEGAN, (move for move, _course in history))
    assert again.model_dump_json() == _last(contents, history).model_dump_json()
    twice = (move for move, _course in history for _ in range(2))
    assert fold_course(contents, BEGAN, twice) == again, "what is told twice moves once"


@quickly
@given(nests(), worlds, st.integers(0, 1_000))
def test_a_course_that_was_carried_goes_on_as_if_it_had_not_been(
    contents: Contents, world: list[int], when: int
) -> None:
    history = told(contents, world)
    before, after = history[: when % (len(history) + 1)], history[when % (len(history) + 1) :]
    packed = pack(contents, before[-1][1] if before else begin_course(contents, BEGAN)).model_dump_json()
    course = unpack(contents, PackedCourse.model_validate_json(packed))
    for move, expected in after:
        course = evolve_course(contents, course, move)
        assert course == expected


@quickly
@given(nests(), worlds)
def test_what_stands_is_told_of_every_step_once(contents: Contents, world: list[int]) -> None:
    for _move, course in told(contents, world):
        steps = standings(contents, course)
        assert len({step.number for step in steps}) == len(steps)
        waiting = {key for step in steps for key in step.keys}
        assert waiting == {key for key in keys_in_flight(contents, course) if not key.endswith(".deadline")}
        own = [step.step_id for step in steps if not step.path]
        assert own == [each.step_id for each in numbered(contents.playbooks[contents.main])]
        if course.is_finished:
            assert not {Standing.RUNNING, Standing.WAITING} & {step.standing for step in steps}


@quickly
@given(nests())
def test_without_failures_each_step_on_the_path_runs_once_also_of_the_playbooks_inside(
    contents: Contents,
) -> None:
    course = begin_course(contents, BEGAN)
    done: dict[str, None] = {}
    while not course.is_finished:
        due = next(each for each in ready_now(contents, course) if each.key not in course.frames)
        assert due.key not in done
        assert not isinstance(due, SubPlaybookDue) or contents.playbooks, (
            "only what nobody knows is put to people"
        )
        done[due.key] = None
        answer = due.choices[0] if isinstance(due, QuestionDue) and due.choices else "default"
        move = Move(kind=Kind.STEP_SETTLE, at=BEGAN, step=due.key, outcome="success", answer=answer)
        course = evolve_course(contents, course, move)
    assert course.outcome == "successful"
    for frame in course.frames.values():
        assert all(len(statuses) == 1 for statuses in frame.progress.statuses.values())


@quickly
@given(playbooks())
def test_steps_are_numbered_as_they_are_shown(playbook: Playbook) -> None:
    def flat(entries: list[Entry]) -> list[tuple[str, str]]:
        return [
            pair
            for entry in entries
            for pair in (
                (entry.number, entry.step_id),
                *(p for _, inner in entry.branches for p in flat(inner)),
            )
        ]

    assert [(each.number, each.step_id) for each in numbered(playbook)] == flat(outline(playbook))


def _last(contents: Contents, history: list[tuple[Move, Course]]) -> Course:
    return history[-1][1] if history else begin_course(contents, BEGAN)
