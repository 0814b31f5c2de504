"""Whatever comes in is answered: by a playbook that can be run to an end, or by findings. Never by a traceback."""

import json
import time
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
from tests.unit.playbooks.cacao.samples import GOOD, changed

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
    began = time.perf_counter()
    assert read(bomb).verdict is Verdict.REFUSED
    assert time.perf_counter() - began < 20
