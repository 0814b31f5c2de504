"""The interpreter, case by case; what holds of every playbook is in tests/property."""

from datetime import timedelta

import pytest

from playbooks.cacao import limits
from playbooks.cacao.model import Playbook
from playbooks.cacao.next_step import (
    ActionDue,
    DeadlineDue,
    DecisionDue,
    DelayDue,
    Due,
    Outcome,
    Progress,
    QuestionDue,
    QuestionKind,
    Result,
    StepStatus,
    SubPlaybookDue,
    abort,
    begin,
    keys,
    outputs,
    ready,
    settle,
    undo,
)
from playbooks.cacao.next_step.progress import Active
from playbooks.domain.errors import Conflict, Malformed
from playbooks.domain.function import Function
from playbooks.domain.tongue import Tongue, speaking
from tests.unit.playbooks.cacao.samples import steps

DONE, FAILED, TIMEOUT = (
    Outcome(),
    Outcome(result=Result.FAILURE, reason="It broke."),
    Outcome(result=Result.TIMEOUT),
)
SKIP, RETRY = Outcome(result=Result.SKIP), Outcome(result=Result.RETRY)


class Walk:
    """A run that is moved on by the names of its steps."""

    def __init__(self, playbook: Playbook, args: dict[str, str | None] | None = None) -> None:
        self.playbook = playbook
        self.progress: Progress = begin(playbook, args)

    @property
    def dues(self) -> list[Due]:
        return list(ready(self.playbook, self.progress))

    @property
    def names(self) -> list[str]:
        return [due.name for due in self.dues]

    def due(self, name: str) -> Due:
        return next(due for due in self.dues if due.name == name)

    def settle(self, name: str, outcome: Outcome = DONE) -> "Walk":
        self.progress = settle(self.playbook, self.progress, self.due(name).key, outcome)
        return self

    def status(self, name: str) -> StepStatus | None:
        step = next(key for key, step in self.playbook.workflow.items() if step.name == name)
        return self.progress.status(step)


def task(name: str, **extra: str) -> str:
    more = "".join(f", {key}: {value}" for key, value in extra.items())
    return f"  - {{step: {name}, task: do it, by: responder{more}}}\n"


def indented(text: str, by: int = 6) -> str:
    return "".join(" " * by + line + "\n" for line in text.splitlines())


def test_steps_run_one_after_the_other_to_the_end() -> None:
    walk = Walk(steps(task("A") + task("B")))
    assert walk.names == ["A"]
    assert walk.settle("A").names == ["B"]
    walk.settle("B")
    assert (walk.progress.is_finished, walk.progress.is_failed) == (True, False)
    assert walk.dues == []


def test_an_action_says_who_what_by_when_and_what_it_asks() -> None:
    text = """\
  - step: A
    description: About __what__:value, and __nothing__:value.
    commands:
      - task: Look at __what__:value
      - ssh: ls __what__:value
    by: responder
    uses: what
    answers: [ok, note]
    function: physical_security
    due: 2 hours
    timeout: 1 day
"""
    variables = "{what: {type: string, value: a b}, ok: {type: bool, description: Is it?}, note: string}"
    (due,) = Walk(steps(text, variables=variables)).dues
    assert isinstance(due, ActionDue)
    assert [command.text for command in due.commands] == ["Look at a b", "ls 'a b'"]
    assert due.description == "About __what__:value, and __nothing__:value."
    assert due.agent is not None
    assert due.agent.name == "responder"
    assert due.in_args == {"__what__": "a b"}
    assert [(ask.name, ask.type, ask.choices) for ask in due.asks] == [
        ("__ok__", "bool", ("true", "false")),
        ("__note__", "string", ()),
    ]
    assert (due.notes.function, due.notes.due_in) == (Function.PHYSICAL_SECURITY, timedelta(hours=2))
    assert due.timeout == timedelta(days=1)
    assert due.doubt == ""


def test_what_a_switch_goes_by_is_chosen_among_its_cases() -> None:
    text = """
  - {step: A, task: Which kind is it?, by: responder, answers: [kind, other]}
  - step: By kind
    switch: kind
    cases:
      volume: [{step: B, task: b, by: responder}]
      unknown: [{step: C, task: c, by: responder}]
"""
    (due,) = Walk(steps(text, variables="{kind: string, other: string}")).dues
    assert isinstance(due, ActionDue)
    assert [(ask.name, ask.choices) for ask in due.asks] == [
        ("__kind__", ("volume", "unknown")),
        ("__other__", ()),
    ]


def test_a_step_without_time_out_gets_the_engines_longest() -> None:
    due = Walk(steps(task("A"))).due("A")
    assert isinstance(due, ActionDue)
    assert due.timeout == limits.LONGEST_STEP


def test_a_delay_is_waited_for_before_the_step_begins() -> None:
    walk = Walk(steps(task("A", delay="5 minutes")))
    delay = walk.due("A")
    assert isinstance(delay, DelayDue)
    assert delay.delay == timedelta(minutes=5)
    work = walk.settle("A").due("A")
    assert isinstance(work, ActionDue)
    assert work.key != delay.key


PARALLEL = """\
  - step: Both
    parallel:
      One: [{step: A, task: a, by: responder}, {step: B, task: b, by: responder}]
      Two: [{step: C, task: c, by: responder}]
"""


def test_branches_run_at_once_and_are_all_waited_for() -> None:
    walk = Walk(steps(PARALLEL + task("D")))
    assert walk.names == ["A", "C"]
    assert walk.settle("C").names == ["A"]
    assert walk.settle("A").names == ["B"]
    assert walk.settle("B").names == ["D"]


def test_a_condition_opens_its_branch_and_control_returns() -> None:
    text = task("Ask", answers="it") + """\
  - step: Is it?
    if: it = true
    then: [{step: Yes, task: y, by: responder}]
    else: [{step: No, task: n, by: responder}]
""" + task("After")  # fmt: skip
    for answer, branch in (("true", "Yes"), ("false", "No")):
        walk = Walk(steps(text, variables="{it: bool}"))
        walk.settle("Ask", Outcome(out_args={"__it__": answer}))
        assert walk.names == [branch]
        assert walk.settle(branch).names == ["After"]


def test_a_condition_without_a_branch_for_false_goes_on() -> None:
    text = "  - step: Is it?\n    if: it = true\n    then: [{step: Yes, task: y, by: responder}]\n" + task(
        "After"
    )
    assert Walk(steps(text, variables="{it: {type: bool, value: false}}")).names == ["After"]


def test_a_while_goes_round_with_a_new_execution_each_time() -> None:
    text = (
        "  - step: Again\n    while: n < 2\n    do: [{step: Count, task: c, by: responder, answers: n}]\n"
        + task("After")
    )
    walk = Walk(steps(text, variables="{n: {type: integer, value: 0}}"))
    executions = []
    for count in ("1", "2"):
        executions.append(walk.due("Count").execution)
        walk.settle("Count", Outcome(out_args={"__n__": count}))
    assert [execution.rpartition("#")[2] for execution in executions] == ["1", "2"]
    assert walk.names == ["After"]


def test_a_while_that_never_ends_fails_at_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "ROUNDS", 3)
    text = "  - step: Again\n    while: n < 2\n    do: [{step: Count, task: c, by: responder}]\n"
    walk = Walk(steps(text, variables="{n: {type: integer, value: 0}}"))
    for _ in range(3):
        walk.settle("Count")
    decision = walk.due("Again")
    assert isinstance(decision, DecisionDue)
    assert "3 times" in str(decision.reason)


SWITCH = """\
  - step: Which?
    switch: kind
    cases:
      a: [{step: A, task: a, by: responder}]
      b: [{step: B, task: b, by: responder}]
"""


@pytest.mark.parametrize(
    ("kind", "expected"), [("a", ["A"]), ("b", ["B"]), ("c", ["After"]), ('""', ["After"])]
)
def test_a_switch_follows_the_value(kind: str, expected: list[str]) -> None:
    variables = f"{{kind: {{type: string, value: {kind}}}}}"
    assert Walk(steps(SWITCH + task("After"), variables=variables)).names == expected


def test_a_switch_has_a_default() -> None:
    text = SWITCH + "      default: [{step: Else, task: e, by: responder}]\n"
    assert Walk(steps(text, variables="{kind: {type: string, value: x}}")).names == ["Else"]


def test_prose_is_a_question_to_a_person() -> None:
    text = (
        "  - step: Is it?\n    if: the backups look fine\n    then: [{step: Yes, task: y, by: responder}]\n"
        + task("After")
    )
    walk = Walk(steps(text))
    question = walk.due("Is it?")
    assert isinstance(question, QuestionDue)
    assert (question.kind, question.text) == (QuestionKind.CONDITION, "the backups look fine")
    assert question.choices == ("true", "false")
    assert walk.status("Is it?") is StepStatus.AWAIT_USER_INPUT
    with pytest.raises(Malformed, match="no answer"):
        walk.settle("Is it?", Outcome(answer="perhaps"))
    assert walk.settle("Is it?", Outcome(answer="true")).names == ["Yes"]


def test_a_value_nobody_gave_is_a_question_and_not_false() -> None:
    text = "  - step: Is it?\n    if: it = true\n    then: [{step: Yes, task: y, by: responder}]\n"
    question = Walk(steps(text, variables="{it: bool}")).due("Is it?")
    assert isinstance(question, QuestionDue)
    assert "no value yet" in str(question.why)


def test_why_it_asks_is_carried_as_a_code_and_read_in_the_readers_language() -> None:
    text = "  - step: Is it?\n    if: it = true\n    then: [{step: Yes, task: y, by: responder}]\n"
    asking = next(iter(Walk(steps(text, variables="{it: bool}")).progress.active.values()))
    carried = Active.model_validate_json(asking.model_dump_json())
    with speaking(Tongue(language="fr")):
        assert "ne peut être décidé" in str(carried.reason)


def test_why_it_asks_that_was_carried_as_a_sentence_stands_as_it_was() -> None:
    asking = Active.model_validate({"step": "action--1", "phase": "stopped", "reason": "It failed."})
    assert asking.reason == "It failed."


def test_each_round_of_a_while_asks_its_own_question() -> None:
    walk = Walk(
        steps("  - step: Again\n    while: still bad\n    do: [{step: Act, task: a, by: responder}]\n")
    )
    first = walk.due("Again").key
    walk.settle("Again", Outcome(answer="true")).settle("Act")
    assert walk.due("Again").key != first
    assert walk.settle("Again", Outcome(answer="false")).progress.is_finished


HANDLED = task("A", on_failure="Handler") + task("B") + "  - end\n" + task("Handler")


@pytest.mark.parametrize("outcome", [FAILED, TIMEOUT])
def test_a_failure_goes_where_the_step_says(outcome: Outcome) -> None:
    walk = Walk(steps(HANDLED))
    assert walk.settle("A", outcome).names == ["Handler"]
    assert not walk.settle("Handler").progress.is_failed


def test_a_failure_nothing_handles_asks_the_incident_commander() -> None:
    walk = Walk(steps(PARALLEL + task("D")))
    walk.settle("A", FAILED)
    decision = walk.due("A")
    assert isinstance(decision, DecisionDue)
    assert decision.reason == "It broke."
    assert sorted(walk.names) == ["A", "C"], "the other branch goes on"
    walk.settle("A", FAILED).settle("C")
    assert (walk.progress.is_finished, walk.progress.is_failed) == (True, True)
    assert walk.status("D") is None


def test_the_incident_commander_may_have_it_tried_again() -> None:
    walk = Walk(steps(task("A") + task("B")))
    first = walk.due("A").key
    walk.settle("A", FAILED).settle("A", RETRY)
    again = walk.due("A")
    assert isinstance(again, ActionDue)
    assert again.key != first
    assert walk.settle("A").names == ["B"]


def test_the_incident_commander_may_go_on_without_it() -> None:
    walk = Walk(steps(task("A") + task("B")))
    assert walk.settle("A", FAILED).settle("A", SKIP).names == ["B"]
    assert walk.status("A") is StepStatus.SKIPPED
    assert not walk.settle("B").progress.is_failed


def with_exception(text: str) -> Playbook:
    playbook = steps(text + "  - end\n" + task("Handler"))
    handler = next(key for key, step in playbook.workflow.items() if step.name == "Handler")
    return playbook.model_copy(update={"workflow_exception": handler})


def test_an_exception_step_runs_once_and_the_run_has_failed() -> None:
    walk = Walk(with_exception(PARALLEL + task("D")))
    assert walk.settle("A", FAILED).names == ["C", "Handler"]
    walk.settle("Handler").settle("C")
    assert (walk.progress.is_finished, walk.progress.is_failed) == (True, True)
    assert walk.status("Both") is StepStatus.FAILED


def test_an_exception_step_that_fails_asks_the_incident_commander() -> None:
    walk = Walk(with_exception(task("A"))).settle("A", FAILED).settle("Handler", FAILED)
    assert isinstance(walk.due("Handler"), DecisionDue)


def test_a_step_around_a_failed_branch_may_handle_it() -> None:
    text = (
        PARALLEL.replace("  - step: Both\n", "  - step: Both\n    on_failure: Handler\n")
        + task("D")
        + "  - end\n"
        + task("Handler")
    )
    walk = Walk(steps(text)).settle("A", FAILED).settle("A", FAILED)
    assert walk.settle("C").names == ["Handler"]
    assert not walk.settle("Handler").progress.is_failed


def test_a_deadline_ends_the_branches_of_a_step() -> None:
    text = (
        PARALLEL.replace("  - step: Both\n", "  - step: Both\n    timeout: 1 hour\n    on_failure: Late\n")
        + "  - end\n"
        + task("Late")
    )
    walk = Walk(steps(text))
    deadline = walk.due("Both")
    assert isinstance(deadline, DeadlineDue)
    assert deadline.timeout == timedelta(hours=1)
    assert walk.settle("Both", TIMEOUT).names == ["Late"]
    assert walk.status("A") is StepStatus.WITHDRAWN


def test_what_was_settled_or_withdrawn_cannot_be_settled() -> None:
    walk = Walk(steps(task("A") + task("B")))
    key = walk.due("A").key
    walk.settle("A")
    for stale in (key, "nothing", f"{key}.delay", ""):
        with pytest.raises(Conflict):
            settle(walk.playbook, walk.progress, stale, DONE)


def test_only_a_stopped_step_is_tried_again() -> None:
    walk = Walk(steps(task("A")))
    with pytest.raises(Malformed):
        walk.settle("A", RETRY)


OUTPUTS = {
    "an output it does not have": {"__other__": "x"},
    "a value of another type": {"__it__": "perhaps"},
    "a value that is too long": {"__note__": "x" * (limits.TEXT + 1)},
}


@pytest.mark.parametrize("out_args", OUTPUTS.values(), ids=OUTPUTS)
def test_an_outcome_that_does_not_fit_changes_nothing(out_args: dict[str, str]) -> None:
    walk = Walk(
        steps(
            task("A", answers="'it'").replace("'it'", "[it, note]"),
            variables="{it: bool, note: string, other: string}",
        )
    )
    before = walk.progress
    with pytest.raises(Malformed):
        walk.settle("A", Outcome(out_args=out_args))
    assert walk.progress == before
    assert walk.names == ["A"]


def test_a_failed_step_brings_nothing_back() -> None:
    walk = Walk(steps(task("A", answers="it"), variables="{it: bool}"))
    walk.settle("A", Outcome(result=Result.FAILURE, out_args={"__it__": "true"}))
    assert walk.progress.values == {"__it__": None}


def test_only_external_variables_come_from_the_caller() -> None:
    variables = "{given: {type: integer, external: true, value: 1}, own: string}"
    playbook = steps(task("A"), variables=variables)
    assert begin(playbook).values["__given__"] == "1"
    assert begin(playbook, {"__given__": "7"}).values["__given__"] == "7"
    for args in ({"__own__": "x"}, {"__nothing__": "x"}, {"__given__": "many"}):
        with pytest.raises(Malformed):
            begin(playbook, args)


def test_a_steps_own_variable_hides_the_playbooks() -> None:
    text = "  - {step: A, task: do it, by: responder, answers: x, variables: {x: string}}\n" + task(
        "B", uses="x"
    )
    walk = Walk(steps(text, variables="{x: {type: string, value: old}}"))
    walk.settle("A", Outcome(out_args={"__x__": "new"}))
    due = walk.due("B")
    assert isinstance(due, ActionDue)
    assert due.in_args == {"__x__": "old"}


def test_a_branch_sees_the_variables_of_the_step_that_opens_it() -> None:
    text = """\
  - step: Again
    while: n < 2
    variables: {n: {type: integer, value: 0}}
    do: [{step: Count, task: 'now __n__:value', by: responder, answers: n}]
"""
    walk = Walk(steps(text))
    seen = []
    while not walk.progress.is_finished:
        due = walk.due("Count")
        assert isinstance(due, ActionDue)
        seen.append(due.commands[0].text)
        walk.settle("Count", Outcome(out_args={"__n__": str(len(seen))}))
    assert seen == ["now 0", "now 1"]
    assert walk.progress.values == {}


def test_what_was_asked_does_not_change_under_peoples_hands() -> None:
    text = """\
  - step: Both
    parallel:
      - [{step: Read, task: 'look at __x__:value', by: responder}]
      - [{step: Write, task: w, by: responder, answers: x}]
"""
    walk = Walk(steps(text, variables="{x: {type: string, value: old}}"))
    walk.settle("Write", Outcome(out_args={"__x__": "new"}))
    due = walk.due("Read")
    assert isinstance(due, ActionDue)
    assert due.commands[0].text == "look at old"


def test_a_value_that_cannot_be_put_in_fails_the_step() -> None:
    text = "  - {step: A, ssh: 'ls $(echo __x__:value)', by: responder}\n"
    decision = Walk(steps(text, variables="{x: {type: string, value: '; rm'}}")).due("A")
    assert isinstance(decision, DecisionDue)
    assert "__x__" in str(decision.reason)


def test_another_playbook_is_run_with_what_it_is_given() -> None:
    text = """\
  - step: Notify
    run: notify everybody
    version: 2026-01-01T00:00:00.000Z
    uses: what
    answers: told
ids: {playbooks: {notify everybody: b7020da1-4298-47c4-9234-bb3203b7fc5d}}
"""
    playbook = steps(text, variables="{what: {type: string, value: x}, told: integer}")
    walk = Walk(playbook)
    due = walk.due("Notify")
    assert isinstance(due, SubPlaybookDue)
    assert (due.playbook_id, due.in_args) == (
        "playbook--b7020da1-4298-47c4-9234-bb3203b7fc5d",
        {"__what__": "x"},
    )
    assert due.notes.runs == "notify everybody"
    walk.settle("Notify", Outcome(out_args={"__told__": "3"}))
    assert outputs(walk.progress, ("__told__", "__gone__")) == {"__told__": "3"}


def test_what_succeeded_or_was_at_work_is_undone_the_latest_first() -> None:
    text = "".join(
        f"  - {{step: {name}, task: do it, by: responder, undo: {{task: take __x__:value back}}}}\n"
        for name in "ABC"
    )
    walk = Walk(steps(text, variables="{x: {type: string, value: it}}")).settle("A").settle("B")
    stopped = abort(walk.playbook, walk.progress)
    assert (stopped.is_finished, stopped.is_failed, stopped.active) == (True, True, {})
    dues = undo(walk.playbook, stopped)
    assert [due.name for due in dues] == ["C", "B", "A"]
    assert dues[0].commands[0].text == "take it back"
    assert len({due.key for due in dues}) == 3


@pytest.mark.parametrize(
    ("outcome", "names"),
    [
        (Outcome(result=Result.FAILURE), ["A"]),
        (Outcome(result=Result.FAILURE, acted=True), ["B", "A"]),
        (Outcome(result=Result.TIMEOUT), ["B", "A"]),
        (Outcome(result=Result.SKIP), ["A"]),
    ],
)
def test_a_step_that_failed_is_undone_where_part_of_it_may_have_happened(
    outcome: Outcome, names: list[str]
) -> None:
    text = "".join(
        f"  - {{step: {name}, task: do it, by: responder, undo: {{task: take it back}}}}\n" for name in "ABC"
    )
    walk = Walk(steps(text)).settle("A").settle("B", outcome)
    stopped = abort(walk.playbook, walk.progress)
    undone = [due.name for due in undo(walk.playbook, stopped)]
    assert [name for name in undone if name != "C"] == names


def test_known_keys_are_left_out() -> None:
    walk = Walk(steps(PARALLEL))
    first, second = keys(walk.playbook, walk.progress)
    assert [due.key for due in ready(walk.playbook, walk.progress, known={first: None})] == [second]


def test_a_run_of_too_many_steps_stops_as_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "EXECUTIONS", 3)
    walk = Walk(steps(task("A") + task("B") + task("C"))).settle("A").settle("B")
    assert (walk.progress.is_finished, walk.progress.is_failed) == (True, True)


def test_a_deadline_ends_branches_of_branches_too() -> None:
    text = """\
  - step: Outer
    timeout: 1 hour
    on_failure: Late
    parallel:
      - - step: Inner
          parallel:
            - [{step: A, task: a, by: responder}]
            - [{step: B, task: b, by: responder}]
      - [{step: C, task: c, by: responder}]
  - end
""" + task("Late")
    walk = Walk(steps(text)).settle("Outer", TIMEOUT)
    assert walk.names == ["Late"]
    assert {walk.status(name) for name in ("Inner", "A", "B", "C")} == {StepStatus.WITHDRAWN}
    assert walk.settle("Late").progress.active == {}
