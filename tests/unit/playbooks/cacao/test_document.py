"""Bytes to plain data: what is refused, why, and on which line."""

import json
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import JsonValue

from playbooks.cacao import limits
from playbooks.cacao.document import Unreadable, read_document
from playbooks.cacao.finding import Path
from playbooks.cacao.json_lines import lines_of

REFUSED: dict[str, tuple[bytes, str, int | None]] = {
    "not UTF-8": (b"playbook: \xff", "not UTF-8", None),
    "not JSON": (b'{\n "a": }', "not JSON", 2),
    "not YAML": (b"a: 1\nb: [", "not YAML", None),
    "a property twice in JSON": (b'{"a": 1, "a": 2}', "“a” stands twice", None),
    "a key twice in YAML": (b"a: 1\nb: 2\na: 3", "“a” stands twice", 3),
    "an anchor": (b"a: &x 1", "Anchors and aliases", 1),
    "an alias": (b"a: 1\nb: *x", "Anchors and aliases", 2),
    "a tag": (b"a: 1\nb: !!python/none x", "Tags", 2),
    "a second document": (b"a: 1\n---\nb: 2", "more than one document", None),
    "a key that is a list": (b"? [a]\n: 1", "must be plain text", 1),
    "a list": (b"- a", "one object of named properties", None),
    "a word": (b"hello", "one object of named properties", None),
    "nothing": (b"", "one object of named properties", None),
    "no number": (b'{"a": NaN}', "NaN", None),
    "an endless number": (b'{"a": 1e999}', "too large to be read alike", None),
    "a number too large": (b'{"a": 9007199254740993}', "too large to be read alike", None),
    "a number too large in YAML": (b"a: 9007199254740993", "too large to be read alike", None),
    "half a character": (b'{"a": "\\ud800"}', "surrogate", None),
    "half a character in YAML": (b'a: "\\ud800"', "surrogate", None),
    "half a character for a name": (b'{"\\ud800": 1}', "surrogate", None),
    "too deep": (b'{"a":' * 65 + b"1" + b"}" * 65, "deep", None),
    "too deep in YAML": (b"a: " + b"[" * 65 + b"]" * 65, "deep", 1),
}


@pytest.mark.parametrize(("content", "said", "line"), REFUSED.values(), ids=REFUSED)
def test_it_is_refused_with_a_reason(content: bytes, said: str, line: int | None) -> None:
    with pytest.raises(Unreadable) as refusal:
        read_document(content)
    assert said in refusal.value.finding.problem
    if line is not None:
        assert refusal.value.finding.line == line


def test_what_is_just_within_the_limit_is_read() -> None:
    assert read_document(b'{"a":' * 63 + b"1" + b"}" * 63).data
    assert read_document(b"a: " + b"[" * 62 + b"]" * 62).data


def test_too_many_values_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "VALUES", 10)
    for content in (b'{"a": [1,2,3,4,5,6,7,8,9,10]}', b"a: [1,2,3,4,5,6,7,8,9,10]"):
        with pytest.raises(Unreadable):
            read_document(content)


def test_a_byte_order_mark_is_nothing() -> None:
    assert read_document(b'\xef\xbb\xbf{"a": 1}').data == {"a": 1}
    assert read_document(b"\xef\xbb\xbfa: 1").data == {"a": 1}


def test_every_value_of_a_yaml_file_has_its_line() -> None:
    document = read_document(b"a: 1\nb:\n  - x\n  - c: |\n      text\n    d: {e: 1}\n")
    assert document.data == {"a": 1, "b": ["x", {"c": "text\n", "d": {"e": 1}}]}
    assert document.line(("b", 0)) == 3
    assert document.line(("b", 1, "d", "e")) == 6
    assert document.line(("b", 1, "gone", "further")) == 4
    assert document.line(("nowhere",)) is None


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("no", "no"), ("on", "on"), ("1", 1), ("-1.5e3", -1500.0), ("~", None), ("true", True), ("0x1F", "0x1F"),
        ("1_000", "1_000"), ("2026-01-01", "2026-01-01"), ("'1'", "1"), ("<<", "<<"), ("1:30", "1:30"), ("0o7", "0o7"),
        (".5", 0.5), ("null", None),
    ],
)  # fmt: skip
def test_plain_words_follow_yaml_1_2(text: str, value: object) -> None:
    assert read_document(f"a: {text}".encode()).data == {"a": value}


JSON = b"""{
  "a": 1, "b": [
    "x, {not a bracket}",
    {"c": "two\\nlines", "\\u0064": {"e": [[], {},
      7]}}
  ], "f": null
}"""


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("a",), 2), (("b",), 2), (("b", 0), 3), (("b", 1), 4), (("b", 1, "c"), 4), (("b", 1, "d", "e"), 4),
        (("b", 1, "d", "e", 1), 4), (("b", 1, "d", "e", 2), 5), (("f",), 6), (("b", 1, "gone", "further"), 4),
        (("nowhere",), None), ((), None),
    ],
)  # fmt: skip
def test_a_value_of_a_json_file_has_its_line_when_it_is_asked_for(path: Path, line: int | None) -> None:
    document = read_document(JSON)
    assert document.lines == {}
    assert document.located([path]).line(path) == line


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=6),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
        max_leaves=20,
    )
)
def test_every_value_of_any_json_is_found_on_its_line(value: JsonValue) -> None:
    text = json.dumps({"top": value}, indent=1)
    paths = dict(_paths({"top": value}))
    lines = lines_of(text, paths)
    assert set(lines) == set(paths)
    for path, each in paths.items():
        said = text.split("\n")[lines[path] - 1]
        assert isinstance(each, dict | list) or json.dumps(each) in said


def _paths(value: JsonValue, path: Path = ()) -> Iterator[tuple[Path, JsonValue]]:
    children = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    )
    for name, child in children:
        yield (*path, name), child
        yield from _paths(child, (*path, name))
