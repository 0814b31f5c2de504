"""Properties of the interpreter over playbooks of every shape and worlds of every kind."""

import json
from itertools import count
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from playbooks.cacao.check import check
from playbooks.cacao.export import export
from playbooks.cacao.finding import Verdict, verdict
from playbooks.cacao.model import Playbook
from playbooks.cacao.next_step import (
    DecisionDue,
    DelayDue,
    Due,
    Outcome,
    Progress,
    QuestionDue,
    Result,
    StepStatus,
    begin,
    keys,
    ready,
    settle,
)
from playbooks.cacao.reading import read
from playbooks.cacao.shorthand import abbreviate, expand, to_yaml

MOST_SETTLED = 2_000
Blocks = list[Any]

conditions = st.sampled_from(["flag = true", "flag = false", "count > 1", "unset = 'x'", "is it bad?"])


def blocks(children: st.SearchStrategy[Blocks]) -> st.SearchStrategy[Blocks]:
    action = st.fixed_dictionaries(
        {"task": st.just("do it")},
        optional={
            "delay": st.just("5 minutes"),
            "timeout": st.just("1 hour"),
            "on_failure": st.just("Handler"),
            "undo": st.just({"task": "take it back"}),
        },
    )
    branch = children
    opener = st.one_of(
        st.fixed_dictionaries({"parallel": st.lists(branch, min_size=2, max_size=3)}),
        st.fixed_dictionaries({"if": conditions, "then": branch}, optional={"else": branch}),
        st.fixed_dictionaries(
            {
                "switch": st.sampled_from(["count", "unset"]),
                "cases": st.dictionaries(st.sampled_from("012"), branch),
            }
        ),
        st.fixed_dictionaries({"run": st.just("playbook--b7020da1-4298-47c4-9234-bb3203b7fc5d")}),
    )
    return st.lists(st.one_of(action, opener), min_size=1, max_size=3)


shapes = st.recursive(blocks(st.just([{"task": "do it"}])), blocks, max_leaves=6)


def numbered(shape: Blocks, numbers: "count[int]") -> Blocks:
    """The same with a name and an agent on every step."""
    named = []
    for block in shape:
        step = {"step": f"Step {next(numbers)}", **block}
        if "task" in step:
            step["by"] = "responder"
        for word in ("then", "else"):
            if word in step:
                step[word] = numbered(step[word], numbers)
        if "parallel" in step:
            step["parallel"] = [numbered(branch, numbers) for branch in step["parallel"]]
        if "cases" in step:
            step["cases"] = {case: numbered(branch, numbers) for case, branch in step["cases"].items()}
        named.append(step)
    return named


@st.composite
def playbooks(draw: st.DrawFn) -> Playbook:
    shape = numbered(draw(shapes), count(1))
    document: dict[str, Any] = {
        "playbook": "Generated",
        "created": "2026-01-10T08:00:00.000Z",
        "variables": {"flag": {"type": "bool", "value": draw(st.sampled_from(["true", "false"]))},
                      "count": {"type": "integer", "value": str(draw(st.integers(0, 3)))}, "unset": "string"},
        "agents": {"responder": "group"},
        **({"on_exception": "Handler"} if draw(st.booleans()) else {}),
        "steps": [*shape, "end", {"step": "Handler", "task": "handle it", "by": "responder"}],
    }  # fmt: skip
    expanded = expand(document)
    playbook = Playbook.model_validate(expanded.playbook)
    findings = (*expanded.findings, *check(playbook))
    assert verdict(findings) is not Verdict.REFUSED, "\n".join(map(str, findings))
    return playbook


def some_outcome(due: Due, chosen: int) -> Outcome:
    if isinstance(due, QuestionDue):
        choices = due.choices or ("default",)
        return Outcome(answer=choices[chosen % len(choices)])
    if isinstance(due, DecisionDue):
        # Retrying for ever would be a choice of the world, not of the playbook.
        return Outcome(result=(Result.SKIP, Result.FAILURE)[chosen % 2])
    if isinstance(due, DelayDue):
        return Outcome()
    return Outcome(result=(Result.SUCCESS, Result.SUCCESS, Result.FAILURE, Result.TIMEOUT)[chosen % 4])


def settled(playbook: Playbook, choices: list[int]) -> list[tuple[str, Progress]]:
    """The whole history of a run in which the world chooses what comes out first, and how."""
    progress = begin(playbook)
    history = [("", progress)]
    for number in range(MOST_SETTLED):
        dues = ready(playbook, progress)
        if progress.is_finished:
            return history
        chosen = choices[number % len(choices)]
        due = dues[chosen % len(dues)]
        progress = settle(playbook, progress, due.key, some_outcome(due, chosen // 7))
        history.append((due.key, progress))
    return history


worlds = st.lists(st.integers(0, 10_000), min_size=1, max_size=40)
quickly = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@quickly
@given(playbooks(), worlds)
def test_every_run_comes_to_an_end_and_never_waits_for_nothing(playbook: Playbook, world: list[int]) -> None:
    history = settled(playbook, world)
    last = history[-1][1]
    assert last.is_finished
    assert not last.active
    for _, progress in history[:-1]:
        assert keys(playbook, progress), "an unfinished run waits for something"


@quickly
@given(playbooks(), worlds)
def test_the_same_inputs_give_the_same_run_also_after_json(playbook: Playbook, world: list[int]) -> None:
    first = settled(playbook, world)
    again = Playbook.model_validate_json(json.dumps(playbook.as_json()))
    assert [(key, p.model_dump_json()) for key, p in settled(again, world)] == [
        (key, p.model_dump_json()) for key, p in first
    ]
    for _, progress in first:
        assert Progress.model_validate_json(progress.model_dump_json()) == progress


@quickly
@given(playbooks(), worlds)
def test_a_key_is_due_without_a_gap_and_settled_once(playbook: Playbook, world: list[int]) -> None:
    gone: dict[str, None] = {}
    before: tuple[str, ...] = ()
    for key, progress in settled(playbook, world):
        now = keys(playbook, progress)
        assert [due.key for due in ready(playbook, progress)] == list(now)
        assert len(set(now)) == len(now)
        assert not set(now) & set(gone), "what was settled or withdrawn does not come back"
        gone |= dict.fromkeys(set(before) - set(now) | ({key} - {""}))
        before = now


@quickly
@given(playbooks())
def test_without_failures_each_step_on_the_path_runs_once(playbook: Playbook) -> None:
    progress = begin(playbook)
    while not progress.is_finished:
        for due in ready(playbook, progress):
            answer = due.choices[0] if isinstance(due, QuestionDue) and due.choices else "default"
            progress = settle(playbook, progress, due.key, Outcome(answer=answer))
    assert not progress.is_failed
    assert all(len(statuses) == 1 for statuses in progress.statuses.values())
    done = {StepStatus.SUCCESSFULLY_EXECUTED}
    assert {status for statuses in progress.statuses.values() for status in statuses} <= done


@quickly
@given(playbooks())
def test_shorthand_and_back_loses_nothing(playbook: Playbook) -> None:
    again = read(to_yaml(abbreviate(playbook)).encode()).playbook
    assert again is not None
    assert again.as_json() == playbook.as_json()
    assert abbreviate(again) == abbreviate(playbook)


@quickly
@given(playbooks())
def test_export_reads_as_the_same_playbook(playbook: Playbook) -> None:
    again = read(export(playbook)).playbook
    assert again is not None
    assert begin(again).model_dump_json() == begin(playbook).model_dump_json()
