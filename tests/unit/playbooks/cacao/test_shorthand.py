"""The shorthand each way: nothing lost, and what is implied is what people mean."""

import json

import pytest
from pydantic import JsonValue

from playbooks.cacao.document import read_document
from playbooks.cacao.extension import EXTENSION_ID, IDENTITY, step_notes
from playbooks.cacao.finding import Verdict
from playbooks.cacao.identifiers import is_identifier, uuid_version
from playbooks.cacao.model import IfConditionStep, ParallelStep, Playbook
from playbooks.cacao.shorthand import abbreviate, expand, to_yaml
from playbooks.cacao.shorthand.durations import milliseconds, spoken
from playbooks.cacao.shorthand.variables import expand_condition, full_name, plain_name, shorten_condition
from playbooks.library import NAMES, content, shipped
from tests.unit.playbooks.cacao.samples import GOOD, HEAD, playbook, reading, steps


def by_name(book: Playbook, name: str) -> str:
    return next(identifier for identifier, step in book.workflow.items() if step.name == name)


def test_steps_follow_each_other_as_they_are_listed() -> None:
    book = steps("  - {step: A, task: a, by: responder}\n  - {step: B, task: b, by: responder}\n")
    first, second = by_name(book, "A"), by_name(book, "B")
    assert book.workflow[book.workflow_start].on_completion == first
    assert book.workflow[first].on_completion == second
    assert book.workflow[book.workflow[second].on_completion or ""].type == "end"


def test_a_step_with_something_for_failure_leads_on_by_success() -> None:
    book = steps(
        "  - {step: A, task: a, by: responder, on_failure: B}\n  - end\n  - {step: B, task: b, by: responder}\n"
    )
    step = book.workflow[by_name(book, "A")]
    assert step.on_completion is None
    assert step.on_failure == by_name(book, "B")
    assert book.workflow[step.on_success or ""].type == "end"


def test_branches_stand_inside_and_end_in_ends_of_their_own() -> None:
    book = steps("""\
  - step: Is it so?
    if: it = true
    then:
      - {step: A, task: a, by: responder}
    else: [end]
  - step: Both
    parallel:
      One: [{step: B, task: b, by: responder}]
      Two: [{step: C, task: c, by: responder}]
""", variables="{it: bool}")  # fmt: skip
    condition = book.workflow[by_name(book, "Is it so?")]
    assert isinstance(condition, IfConditionStep)
    assert condition.condition == "__it__:value = true"
    assert book.workflow[condition.on_false or ""].type == "end"
    parallel = book.workflow[by_name(book, "Both")]
    assert isinstance(parallel, ParallelStep)
    ends = [book.workflow[start].on_completion for start in parallel.next_steps]
    assert len(set(ends)) == 2
    assert parallel.step_extensions[EXTENSION_ID] == {"streams": ["One", "Two"]}


def test_step_ids_are_version_four_and_stay_when_steps_move() -> None:
    one = steps("  - {step: A, task: a, by: responder}\n  - {step: B, task: b, by: responder}\n")
    other = steps("  - {step: B, task: b, by: responder}\n  - {step: A, task: a, by: responder}\n")
    assert by_name(one, "A") == by_name(other, "A")
    assert all(is_identifier(step) and uuid_version(step) == 4 for step in one.workflow)


def test_ids_kept_with_the_file_are_used() -> None:
    kept = "3e3f39eb-477e-4197-9de6-6d334076eb4e"
    text = f"{HEAD}steps:\n  - {{step: A, task: a, by: responder}}\nids:\n  steps: {{A: {kept}}}\n"
    assert f"action--{kept}" in playbook(text).workflow


def test_what_everyone_would_repeat_is_left_out() -> None:
    short = abbreviate(playbook(f"{HEAD}steps:\n  - {{step: A, task: a, by: responder}}\n"))
    assert not {"type", "spec_version", "id", "created_by", "modified", "workflow"} & set(short)
    assert playbook(f"{HEAD}steps:\n  - {{step: A, task: a, by: responder}}\n").created_by == IDENTITY


@pytest.mark.parametrize("name", NAMES)
def test_a_shipped_playbook_comes_back_as_it_was_written(name: str) -> None:
    book = shipped(name).playbook
    assert book is not None
    assert abbreviate(book) == read_document(content(name)).data


def test_cacao_comes_back_property_for_property() -> None:
    short = read_document(to_yaml(abbreviate(playbook(GOOD))).encode()).data
    assert expand(short).playbook == GOOD


ODD_NAMES = [
    "end",
    "start",
    "step",
    "",
    "a: b",
    "- x",
    "#",
    "'",
    "null",
    "true",
    "1",
    "é",
    "a\nb",
    " x ",
    "x" * 300,
    "=",
    "{",
]


@pytest.mark.parametrize("name", ODD_NAMES)
def test_any_name_of_a_step_comes_back(name: str) -> None:
    document = json.loads(json.dumps(GOOD))
    for step in document["workflow"].values():
        step["name"] = name
    answer = reading(document)
    assert answer.playbook is not None
    assert expand(read_document(to_yaml(abbreviate(answer.playbook)).encode()).data).playbook == document


FOREIGN = {
    "by": 1,
    "task": "x",
    "steps": [],
    "name": None,
    "if": "y",
    "function": "z",
    "end": {},
    "page": None,
}


def test_foreign_properties_that_sound_like_ours_come_back() -> None:
    document = json.loads(json.dumps(GOOD))
    document |= {key: value for key, value in FOREIGN.items() if key != "name"} | {
        "ids": 1,
        "other": {"a": 1},
    }
    for step in document["workflow"].values():
        step.update(FOREIGN)
    answer = reading(document)
    assert answer.playbook is not None
    assert expand(read_document(to_yaml(abbreviate(answer.playbook)).encode()).data).playbook == document


WRONG = {
    "two steps of one name": ("  - {step: A, task: a}\n  - {step: A, task: b}\n", "Two steps are called"),
    "a step without a name": ("  - {task: a}\n", "This is no step"),
    "no list": ("  A: b\n", "no list of steps"),
    "an agent nobody listed": ("  - {step: A, task: a, by: nobody}\n", "no “nobody” among the agents"),
    "a step nobody listed": ("  - {step: A, task: a, by: responder, on_completion: B}\n", "no step “B”"),
    "a slip of the pen": ("  - {step: A, taks: a, by: responder}\n", "knows no taks"),
}


@pytest.mark.parametrize(("text", "said"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_in_a_file_is_said_with_its_line(text: str, said: str) -> None:
    answer = reading(f"{HEAD}steps:\n{text}")
    found = [finding for finding in answer.findings if said in finding.problem]
    assert found, "\n".join(map(str, answer.findings))
    assert (found[0].line or 0) >= 5


def test_words_of_other_yaml_are_text_here() -> None:
    text = f"{HEAD}description: no\nlabels: [on, yes, 0x10, 2026-01-01]\nsteps: [{{step: A, task: off}}]\n"
    book = playbook(text)
    assert (book.description, book.labels) == ("no", ("on", "yes", "0x10", "2026-01-01"))


@pytest.mark.parametrize(
    ("said", "count"),
    [("1 second", 1_000), ("90 minutes", 5_400_000), ("72 hours", 259_200_000), ("5 milliseconds", 5)],
)
def test_spans_are_said_in_words(said: str, count: int) -> None:
    assert milliseconds(said) == count
    assert milliseconds(spoken(count)) == count


@pytest.mark.parametrize("span", ["soon", "1 year", "-1 hour", "1.5 hours", None, True, "1  hour"])
def test_what_is_no_span_stays_for_the_check(span: JsonValue) -> None:
    assert milliseconds(span) == span


@pytest.mark.parametrize(
    "name", ["__a__", "a", "____", "__a", "____a____", "=a", "__=a__", "", "=", "__a__b__"]
)
def test_names_of_variables_come_back(name: str) -> None:
    assert full_name(plain_name(name)) == name


@pytest.mark.parametrize(
    ("short", "full"),
    [
        ("a = true", "__a__:value = true"),
        ("a = 'a' AND NOT b IN (1, 2)", "__a__:value = 'a' AND NOT __b__:value IN (1, 2)"),
        ("a > b", "__a__:value > __b__:value"),
        ("a.b = 1", "__a__:value.b = 1"),
        ("is a true?", "is a true?"),
    ],
)
def test_conditions_are_said_with_plain_names(short: str, full: str) -> None:
    declared = {"__a__": None, "__b__": None}
    assert expand_condition(short, declared) == full
    assert shorten_condition(full, declared) == short


def test_where_in_an_answer_a_value_stands_is_said_by_plain_names() -> None:
    asking = steps(
        """
  - step: Ask
    http-api: GET /verdict HTTP/1.1
    by: responder
    answers: [verdict, score]
    found_at: {score: /data/0/score}
""",
        variables="{verdict: string, score: integer}",
    )
    assert step_notes(asking.workflow[by_name(asking, "Ask")]).found_at == {"__score__": "/data/0/score"}
    assert playbook(to_yaml(abbreviate(asking))) == asking
    assert "found_at:\n      score: /data/0/score" in to_yaml(abbreviate(asking))


def test_what_is_foreign_stands_with_its_step() -> None:
    document = json.loads(json.dumps(GOOD))
    for step in document["workflow"].values():
        step["task"] = "foreign"
    short = abbreviate(playbook(document))
    assert "other" not in short
    assert to_yaml(short).count("task: foreign") == len(GOOD["workflow"])


def test_branches_within_branches_come_back_however_deep() -> None:
    inner = "[{step: Last, task: a, by: responder}]"
    for number in range(14):
        inner = f"[{{step: If {number}, if: is it so, then: {inner}}}]"
    book = playbook(f"{HEAD}steps: {inner}\n")
    assert playbook(to_yaml(abbreviate(book))).as_json() == book.as_json()


def test_a_condition_laid_out_otherwise_stays_as_it_is() -> None:
    odd = "__a__ : value = 'x'"
    assert expand_condition(shorten_condition(odd, {"__a__": None}), {"__a__": None}) == odd


def test_cacao_written_as_yaml_is_cacao() -> None:
    assert reading(to_yaml(GOOD)).playbook == playbook(GOOD)
    assert reading(to_yaml(GOOD)).verdict is Verdict.OK
