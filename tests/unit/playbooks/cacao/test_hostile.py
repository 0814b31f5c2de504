"""Whatever comes in is answered: by a playbook that can be run to an end, or by findings. Never by a traceback."""

import json
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from playbooks.cacao import limits
from playbooks.cacao.export import content_hash, export
from playbooks.cacao.finding import Verdict
from playbooks.cacao.model import Playbook
from playbooks.cacao.next_step import Outcome, QuestionDue, Result, abort, begin, ready, settle, undo
from playbooks.cacao.reading import read
from playbooks.cacao.shorthand import abbreviate, expand, to_yaml
from playbooks.cacao.show import as_markdown, as_mermaid, as_text
from playbooks.library import content
from tests.unit.playbooks.cacao.samples import END, GOOD, GROUP, LOOK, START, changed

RANSOMWARE = content("ransomware").decode()
patient = settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def run_to_an_end(playbook: Playbook) -> None:
    progress = begin(playbook)
    for number in range(3_000):
        if progress.is_finished:
            undo(playbook, progress)
            return
        due = ready(playbook, progress)[0]
        if isinstance(due, QuestionDue):
            answer = "default" if "true" not in due.choices else "false"
            outcome = Outcome(answer=answer)
        else:
            outcome = Outcome(result=Result.SKIP if number % 3 else Result.SUCCESS)
        progress = settle(playbook, progress, due.key, outcome)
    assert abort(playbook, progress).is_finished


def use_in_every_way(playbook: Playbook) -> None:
    run_to_an_end(playbook)
    assert content_hash(playbook)
    for shown in (as_text(playbook), as_markdown(playbook), as_mermaid(playbook)):
        assert shown
    written, again = playbook.as_json(), expand(abbreviate(playbook)).playbook
    assert {key: again.get(key) for key in written} == written
    assert set(again) - set(written) <= {"spec_version", "extension_definitions"}, (
        "what goes without saying is said"
    )
    assert read(export(playbook)).verdict is not Verdict.REFUSED


@patient
@given(st.binary(max_size=200))
@example(b"")
@example(b"\xef\xbb\xbf")
@example(b"\x00")
@example(b"{")
@example(b"%YAML 9.9\n--- a")
@example(b"!<tag:x> a: 1")
@example(b"a: !!binary x")
@example(b"? |\n  a\n: b")
@example(b'"\\ud800": 1')
def test_any_bytes_are_answered(data: bytes) -> None:
    assert read(data).verdict is Verdict.REFUSED


@patient
@given(st.text(alphabet="ab:-{}[]#&*!|>'\"%@`,? \n\t0.~", max_size=80))
def test_any_text_is_answered(text: str) -> None:
    assert read(text.encode()).verdict is Verdict.REFUSED


values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-5, 5)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.sampled_from(
        [
            "",
            "x",
            "__address__:value",
            "__x__:value",
            "__is_bad__",
            "end",
            "playbook",
            "a: b",
            "MATCHES",
            "=",
            "0",
            "\n",
        ]
    )
    | st.sampled_from(list(GOOD["workflow"]))
    | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=5,
)


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for key, item in inner for place in places(item, (*path, key)))]


def mutated(document: dict[str, Any], data: st.DataObject) -> dict[str, Any]:
    path = data.draw(st.sampled_from(places(document)[1:]))
    where: Any = document
    for part in path[:-1]:
        where = where[part]
    how = data.draw(st.sampled_from(["replace", "remove", "rename"]))
    if how == "replace":
        where[path[-1]] = data.draw(values)
    elif how == "rename" and isinstance(where, dict):
        names = st.sampled_from(
            ["step", "other", "ids", "end", "task", "page", "on_failure", "name", "if", "types"]
        )
        where[data.draw(names | st.text(max_size=8))] = where.pop(path[-1])
    else:
        del where[path[-1]]
    return document


@patient
@given(st.data())
def test_a_document_changed_anywhere_is_refused_or_runs(data: st.DataObject) -> None:
    document = changed()
    for _ in range(data.draw(st.integers(1, 3))):
        document = mutated(document, data)
    answer = read(json.dumps(document).encode())
    if answer.playbook is not None:
        use_in_every_way(answer.playbook)
    else:
        assert answer.findings


@settings(patient, max_examples=60)
@given(st.data())
def test_a_shorthand_file_changed_anywhere_is_refused_or_runs(data: st.DataObject) -> None:
    answer = read(content("ransomware"))
    assert answer.playbook is not None
    short = mutated(abbreviate(answer.playbook), data)
    again = read(to_yaml(short).encode())
    if again.playbook is not None:
        use_in_every_way(again.playbook)
    else:
        assert again.findings


@patient
@given(
    st.integers(0, len(RANSOMWARE) - 1),
    st.integers(0, 40),
    st.text(alphabet=" \n:-'\"[]{}|>&*ax", max_size=3),
)
def test_a_file_with_a_slip_of_the_pen_is_answered(at: int, length: int, typed: str) -> None:
    answer = read((RANSOMWARE[:at] + typed + RANSOMWARE[at + length :]).encode())
    if answer.playbook is not None:
        run_to_an_end(answer.playbook)


BOMBS = {
    "brackets": b"[" * 1_000_000,
    "braces": b'{"a":' * 1_000_000,
    "yaml brackets": b"a: " + b"[" * 1_000_000,
    "dashes": b"- " * 500_000,
    "question marks": b"? " * 500_000,
    "laughs": b"a: &a [x,x]\n" + b"".join(b"b%d: &b%d [*a,*a]\n" % (n, n) for n in range(50)),
    "one long word": b"a: " + b"x" * 2_000_000,
    "one long key": b"x" * 2_000_000,
    "many keys": b"\n".join(b"k%d: 1" % n for n in range(150_000)),
    "many hashes": b"#" * 2_000_000,
    "long quotes": b"a: '" + b"'' " * 600_000,
    "a long number": b'{"a":' + b"9" * 5_000_000 + b"}",
    "empty lines": b"\n" * 2_000_000,
    "tabs": b"\t" * 2_000_000,
    "tight colons": b"a:" * 1_000_000,
    "spaced colons": b"a: " * 600_000,
    "commas": b"[" + b"," * 1_900_000,
    "too many bytes": b" " * (limits.JSON_BYTES + 1),
    "folded": b"a: >\n" + b" x\n\n" * 400_000,
    "same keys": b'{"a":1,' * 3 + b'"b":1,' * 200_000,
    "deep blocks": b"".join(b" " * n + b"a:\n" for n in range(1_900)),
}


@pytest.mark.parametrize("bomb", BOMBS.values(), ids=BOMBS)
def test_a_hostile_file_costs_little_time(bomb: bytes) -> None:
    began = time.process_time()
    assert read(bomb).verdict is Verdict.REFUSED
    assert time.process_time() - began < 20


def with_steps(number: int, **properties: Any) -> dict[str, Any]:
    """The good document with many more steps, one after the other."""
    document = changed()
    names = [f"action--{n:08x}-0000-4000-8000-000000000000" for n in range(number)]
    for name, following in zip(names, [*names[1:], LOOK], strict=True):
        document["workflow"][name] = {
            "type": "action",
            "agent": GROUP,
            "commands": [],
            **properties,
            "on_completion": following,
        }
    document["workflow"][START]["on_completion"] = names[0]
    return document


def with_conditions(number: int, condition: str) -> dict[str, Any]:
    document = with_steps(number)
    for name, step in document["workflow"].items():
        if name.startswith("action--0"):
            document["workflow"][name] = {
                "type": "if-condition", "condition": condition, "on_true": END, "on_completion": step["on_completion"],
            }  # fmt: skip
    return document


def with_secrets(number: int) -> dict[str, Any]:
    document = changed()
    for n in range(number):
        document["authentication_info_definitions"][f"user-auth--{n}"] = {
            "type": "user-auth",
            "password": "x",
        }
    return document


def with_variables(number: int) -> dict[str, Any]:
    document = with_steps(9_000)
    document["playbook_variables"] |= {f"__v{n}__": {"type": "string"} for n in range(number)}
    return document


def with_a_large_agent(size: int) -> dict[str, Any]:
    document = with_steps(9_000, agent="group--x")
    document["agent_definitions"]["group--x"] = {
        "type": "group",
        "name": "x",
        "description": "__limit__:value " * size,
    }
    return document


def woven(number: int) -> dict[str, Any]:
    """Ifs whose branches all lead into one another."""
    document = with_conditions(number, "prose")
    names = [name for name in document["workflow"] if name.startswith("action--0")]
    for index, name in enumerate(names):
        document["workflow"][name] |= {
            "on_true": names[(index * 7 + 1) % number],
            "on_false": names[(index * 3 + 2) % number],
        }
    return document


def nested(depth: int) -> dict[str, Any]:
    document = with_conditions(depth, "prose")
    for step in document["workflow"].values():
        if step["type"] == "if-condition" and "on_completion" in step and step["on_true"] == END:
            step["on_true"] = step.pop("on_completion")
    return document


COSTLY: dict[str, Callable[[], dict[str, Any]]] = {
    "many steps": lambda: with_steps(15_000),
    "many secrets": lambda: with_secrets(60_000),
    "many variables": lambda: with_variables(60_000),
    "a large agent of many steps": lambda: with_a_large_agent(200_000),
    "many conditions on nothing": lambda: with_conditions(15_000, "__x__:value = 1"),
    "many patterns": lambda: with_conditions(15_000, "__address__:value MATCHES '((a{30}){30})'"),
    "long conditions": lambda: with_conditions(100, " OR ".join(["__is_bad__:value = true"] * 3_500)),
    "half a comment": lambda: with_conditions(100, "/*" * 49_000),
    "parentheses": lambda: with_conditions(100, "(" * 99_000),
    "underscores": lambda: with_steps(
        10, description="_" * 1_000_000, commands=[{"type": "manual", "command": "_" * 500_000 + ":value"}]
    ),
    "references": lambda: with_steps(10, commands=[{"type": "ssh", "command": "'__limit__:value" * 50_000}]),
    "woven branches": lambda: woven(9_000),
    "nested branches": lambda: nested(9_000),
}


@pytest.mark.parametrize("make", COSTLY.values(), ids=COSTLY)
def test_a_document_made_to_be_costly_is_checked_in_time(make: Callable[[], dict[str, Any]]) -> None:
    content_of = json.dumps(make()).encode()
    began = time.process_time()
    answer = read(content_of)
    assert time.process_time() - began < 20
    if answer.playbook is not None:
        progress = begin(answer.playbook)
        ready(answer.playbook, progress)
        assert time.process_time() - began < 30


MANY = {
    "objects": b'{"a":[' + b"{}," * 5_000_000 + b"{}]}",
    "numbers": b'{"a":[' + b"1," * 8_000_000 + b"1]}",
    "texts": b'{"a":[' + b'"ab",' * 3_000_000 + b"1]}",
    "a text that never ends": b'{"a":"' + b'\\"' * 8_000_000,
    "YAML": b"a: [" + b"x," * 1_000_000 + b"x]",
}
MEASURED = """
import resource, sys
from playbooks.cacao.reading import read
content = sys.stdin.buffer.read()
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
assert read(content).playbook is None
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""


@pytest.mark.parametrize("bomb", MANY.values(), ids=MANY)
def test_a_hostile_file_costs_little_memory(bomb: bytes) -> None:
    """In a process of its own, since memory that was once taken is not given back."""
    told = subprocess.run([sys.executable, "-c", MEASURED], input=bomb, capture_output=True, check=True)
    assert int(told.stdout) < 200, "MiB"
