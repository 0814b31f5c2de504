"""What a machine answers fills variables: found where it is said to stand, of the right type, one word, no secret."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playbooks.actions.answers import document_of, filled, usual_place
from playbooks.cacao.pointers import is_pointer
from playbooks.cacao.variables import fits
from playbooks.domain.told import travels
from playbooks.ports.http import Fill

ANSWER = json.dumps(
    {
        "verdict": "malicious",
        "score": 71,
        "sure": True,
        "share": 0.5,
        "nothing": None,
        "empty": "",
        "data": {"hosts": [{"name": "srv-1"}, {"name": "srv-2"}], "a/b": 1, "m~n": 2},
        "about": "Seen since March,\r\nin two countries.",
        "token": "not-for-you",
        "header": "Authorization: Bearer abcdefgh12345678",
        "key": "sshpass -p hunter2 ssh root@srv-1",
    }
).encode()


def found(name: str, type_: str = "string", pointer: str | None = None, body: bytes = ANSWER) -> str | None:
    at = usual_place(name) if pointer is None else pointer
    return filled(document_of(body), [Fill(name=name, type=type_, pointer=at)]).get(name)


@pytest.mark.parametrize(
    ("name", "type_", "value"),
    [
        ("__verdict__", "string", "malicious"),
        ("__score__", "integer", "71"),
        ("__score__", "string", "71"),
        ("__sure__", "bool", "true"),
        ("__share__", "float", "0.5"),
        ("__empty__", "string", ""),
        ("__about__", "string", "Seen since March,\nin two countries."),
        ("__data__", "dictionary", json.dumps(json.loads(ANSWER)["data"], separators=(",", ":"))),
    ],
)
def test_the_member_of_its_plain_name_fills_a_variable_of_its_type(name: str, type_: str, value: str) -> None:
    assert found(name, type_) == value


@pytest.mark.parametrize(
    ("name", "type_"),
    [
        ("__verdict__", "integer"),
        ("__verdict__", "bool"),
        ("__verdict__", "dictionary"),
        ("__score__", "bool"),
        ("__sure__", "integer"),
        ("__data__", "integer"),
        ("__data__", "ipv4-addr"),
        ("__nothing__", "string"),
        ("__elsewhere__", "string"),
        ("__about__", "uuid"),
    ],
)
def test_what_is_not_there_or_of_another_type_fills_nothing(name: str, type_: str) -> None:
    assert found(name, type_) is None


@pytest.mark.parametrize(
    ("pointer", "value"),
    [
        ("/data/hosts/1/name", "srv-2"),
        ("/data/a~1b", "1"),
        ("/data/m~0n", "2"),
        ("/data/hosts/2/name", None),
        ("/data/hosts/01/name", None),
        ("/data/hosts/-/name", None),
        ("/verdict/0", None),
        ("", "whole"),
    ],
)
def test_a_pointer_says_where_else_a_value_stands(pointer: str, value: str | None) -> None:
    whole = json.dumps(json.loads(b'{"a":1}'), separators=(",", ":"))
    body = b'{"a": 1}' if pointer == "" else ANSWER
    assert found("__x__", "string", pointer, body) == (whole if value == "whole" else value)


def test_all_of_an_answer_goes_by_the_name_that_other_engines_have_for_it() -> None:
    assert found("__soarca_http_api_result__", body=b"up and running") == "up and running"
    assert found("__soarca_openc2_http_result__", body=b'"x"') == "x"


@pytest.mark.parametrize(
    ("name", "pointer"),
    [
        ("__token__", None),
        ("__api_key__", "/verdict"),
        ("__x__", "/header"),
        ("__x__", "/key"),
        ("__x__", ""),
    ],
)
def test_a_secret_never_becomes_a_value(name: str, pointer: str | None) -> None:
    assert found(name, "string", pointer) is None


def test_what_we_signed_in_with_never_comes_back_as_a_value() -> None:
    document = document_of(b'{"echo": "Bearer s3cr3t-of-ours", "else": "x"}')
    fills = [Fill(name=name, type="string", pointer=f"/{name}") for name in ("echo", "else")]
    assert filled(document, fills, ("s3cr3t-of-ours",)) == {"else": "x"}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff\xfe\x00",
        b"[" * 60_000,
        b'{"x":' * 9_000,
        b'{"x": 1, "x": 2}',
        b'{"x": NaN}',
        b'{"x": ' + b"9" * 50_000 + b"}",
        b"<html>Sign in</html>",
        b"null",
        b"[1]",
        b'"text"',
    ],
)
def test_an_answer_that_can_be_read_in_two_ways_or_in_none_fills_nothing(body: bytes) -> None:
    assert found("__x__", "string", "/x", body) is None


def test_signs_that_act_are_made_visible_before_they_are_told() -> None:
    assert found("__x__", body=json.dumps({"x": "a\x00b \u202e\ud800 c"}).encode()) == "a␀b \ufffd c"


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=10,
)
_TYPES = ("bool", "integer", "float", "string", "dictionary", "ipv4-addr", "uuid", "uri", "what-is-this")


@given(_JSON.map(lambda value: json.dumps({"x": value}).encode()) | st.binary(), st.sampled_from(_TYPES))
def test_whatever_is_answered_a_value_is_of_its_type_and_only_free_ones_are_prose(
    body: bytes, type_: str
) -> None:
    value = found("__x__", type_, "/x", body)
    if value is not None:
        assert fits(value, type_)
        assert travels(value) or type_ in ("string", "dictionary", "what-is-this")
        value.encode()


@pytest.mark.parametrize(
    ("text", "is_one"), [("", True), ("/a/0", True), ("/~0~1", True), ("a", False), ("/~2", False)]
)
def test_what_is_a_pointer(text: str, is_one: bool) -> None:  # noqa: FBT001 - a case of a table
    assert is_pointer(text) is is_one
