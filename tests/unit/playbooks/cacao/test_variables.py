"""Values put into texts: escaped for where they go, once, and never read as anything else."""

import json
import shlex
import subprocess
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import JsonValue

from playbooks.cacao.escaping import Place
from playbooks.cacao.filling import content_place, fill_agent, fill_command
from playbooks.cacao.model import AgentTarget, Command, Variable
from playbooks.cacao.requests import request_of
from playbooks.cacao.variables import CannotSubstitute, fits, references, substitute, substitute_all

NASTY = [
    "",
    "a b",
    "'; rm -rf /; '",
    '"',
    "$(id)",
    "`id`",
    "\\",
    "a\nb",
    "__y__:value",
    "é",
    "-rf",
    "&&",
    "*",
    "!",
]


def scope(value: str | None, type_: str = "string") -> dict[str, Variable]:
    return {"__x__": Variable(type=type_, value=value), "__y__": Variable(type="string", value="SECRET")}


@pytest.mark.parametrize("value", NASTY)
@pytest.mark.parametrize(
    "template", ["printf %s end__x__:value", 'printf %s "a __x__:value"', "printf %s 'b __x__:value'"]
)
def test_a_shell_sees_one_word_with_the_very_value(template: str, value: str) -> None:
    line = substitute(template, scope(value), Place.SHELL)
    plain = {"end": "end", '"a': "a ", "'b": "b "}[template.split()[2].removesuffix("__x__:value")]
    said = subprocess.run(["sh", "-c", line], capture_output=True, check=True, text=True).stdout
    assert said == plain + value


@pytest.mark.parametrize(
    "template",
    [
        "echo $(echo __x__:value)",
        "echo `echo __x__:value`",
        "cat <<E\n__x__:value\nE",
        'echo "$(x __x__:value)"',
    ],
)
def test_where_quoting_once_is_not_enough_only_plain_values_go(template: str) -> None:
    assert "abc-1.2" in substitute(template, scope("abc-1.2"), Place.SHELL)
    for value in ("a b", "$x", "'"):
        with pytest.raises(CannotSubstitute):
            substitute(template, scope(value), Place.SHELL)


def test_a_value_is_not_taken_for_an_option() -> None:
    with pytest.raises(CannotSubstitute):
        substitute("ls __x__:value", scope("--help"), Place.SHELL)
    assert substitute("seq __x__:value", scope("-5"), Place.SHELL) == "seq -5"


@pytest.mark.parametrize("value", NASTY)
def test_json_keeps_its_shape(value: str) -> None:
    text = substitute('{"a": "__x__:value", "b": __x__:value}', scope(value), Place.JSON)
    assert json.loads(text) == {"a": value, "b": value}


def test_typed_values_stand_bare_in_json() -> None:
    assert substitute('{"n": __x__:value}', scope("5", "integer"), Place.JSON) == '{"n": 5}'
    with pytest.raises(CannotSubstitute):
        substitute('{"n": __x__:value}', scope("5}", "integer"), Place.JSON)


@pytest.mark.parametrize("value", [value for value in NASTY if value])
def test_a_url_keeps_its_parts(value: str) -> None:
    line = substitute("GET /a/__x__:value?q=1 HTTP/1.1", scope(value), Place.URL)
    request = request_of(Command(type="http-api", command=line))
    assert request is not None
    assert request.target.count("/") == 2
    assert unquote(request.target.removeprefix("/a/").removesuffix("?q=1")) == value


def test_a_whole_url_comes_from_a_uri() -> None:
    url = "https://a.example/x?y=1"
    assert substitute("GET __x__:value HTTP/1.1", scope(url, "uri"), Place.URL) == f"GET {url} HTTP/1.1"
    assert " " not in substitute("__x__:value", scope("https://a b", "uri"), Place.URL)


@pytest.mark.parametrize("value", ["a\r\nX: y", "\x00", "é"])
def test_a_header_stays_one_line(value: str) -> None:
    with pytest.raises(CannotSubstitute):
        substitute("Bearer __x__:value", scope(value), Place.HEADER)


@pytest.mark.parametrize("value", ["a/b", "a@b", "a b", "", "a#b", "a?b"])
def test_an_address_is_only_an_address(value: str) -> None:
    with pytest.raises(CannotSubstitute):
        substitute("__x__:value", scope(value), Place.ADDRESS)


def test_a_value_is_never_read_again() -> None:
    assert substitute("__x__:value", scope("__y__:value"), Place.TEXT) == "__y__:value"


@given(st.text(max_size=20), st.text(max_size=20))
def test_text_for_people_is_as_it_is(before: str, value: str) -> None:
    text = substitute(f"{before} __x__:value", scope(value), Place.TEXT)
    assert text.endswith(f" {value}")


def test_what_nobody_knows_is_said_to_people_and_refused_to_machines() -> None:
    assert "not known" in substitute("__x__:value", scope(None), Place.TEXT)
    for place in set(Place) - {Place.TEXT}:
        with pytest.raises(CannotSubstitute, match="no value yet"):
            substitute("__x__:value", scope(None), place)


def test_what_nobody_declared_is_refused() -> None:
    with pytest.raises(CannotSubstitute, match="not declared"):
        substitute("__z__:value", scope("x"), Place.TEXT)


def test_references_are_found_as_the_standard_writes_them() -> None:
    assert list(references("__a__:value __b__ __c:value __d-1__:values ___e__:value")) == [
        "__a__",
        "__d-1__",
        "___e__",
    ]


def test_every_text_inside_a_value_is_filled() -> None:
    nested: JsonValue = {"__x__:value": ["__x__:value", {"a": "__x__:value", "b": 1}]}
    assert substitute_all(nested, scope("v"), Place.TEXT) == {"__x__:value": ["v", {"a": "v", "b": 1}]}


def test_a_request_is_filled_part_by_part() -> None:
    command = Command.model_validate(
        {
            "type": "http-api",
            "command": "POST /x/__x__:value HTTP/1.1",
            "headers": {"Content-Type": ["application/json"], "X-Y": ["__y__:value"]},
            "content": '{"x": "__x__:value"}',
        }
    )
    filled = fill_command(command, scope('a"b'))
    assert filled.command == "POST /x/a%22b HTTP/1.1"
    assert filled.content == '{"x": "a\\"b"}'
    assert filled.headers["X-Y"] == ("SECRET",)


@pytest.mark.parametrize(
    ("headers", "content", "place"),
    [
        ({"content-type": ["application/json"]}, "x", Place.JSON),
        ({"Content-Type": ["text/xml"]}, "x", Place.XML),
        ({"Content-Type": ["application/x-www-form-urlencoded"]}, "a=b", Place.URL),
        ({}, "  [1]", Place.JSON),
        ({}, "<a>", Place.XML),
        ({"Content-Type": ["text/plain"]}, "{", Place.CODE),
    ],
)
def test_a_body_is_escaped_for_what_it_is(headers: dict[str, list[str]], content: str, place: Place) -> None:
    command = Command.model_validate({"type": "http-api", "headers": headers, "content": content})
    assert content_place(command, content) is place


def test_a_command_in_base64_is_filled_too() -> None:
    filled = fill_command(Command(type="bash", command_b64="ZWNobyBfX3hfXzp2YWx1ZQ=="), scope("a b"))
    assert filled.text == "echo 'a b'"


def test_an_agent_gets_its_address() -> None:
    agent = AgentTarget.model_validate(
        {
            "type": "ssh",
            "name": "the __x__:value host",
            "address": {"dname": ["__x__:value.example.org"], "vlan": [5]},
        }
    )
    filled = fill_agent(agent, scope("mail"))
    assert (filled.name, filled.address) == ("the mail host", {"dname": ("mail.example.org",), "vlan": (5,)})


def test_quoting_is_what_the_shell_undoes() -> None:
    assert shlex.split(substitute("a __x__:value", scope("b c"), Place.SHELL)) == ["a", "b c"]


@pytest.mark.parametrize(
    ("value", "type_", "fitting"),
    [
        ("true", "bool", True),
        ("yes", "bool", False),
        ("", "bool", True),
        ("-5", "integer", True),
        ("5.0", "integer", False),
        (".5", "float", True),
        ("ab" * 16, "md5-hash", True),
        ("ab", "md5-hash", False),
        ("anything", "string", True),
        ("https://a b", "uri", False),
        ("whatever", "a type nobody knows", True),
    ],
)
def test_a_value_fits_its_type_and_the_empty_one_any(value: str, type_: str, *, fitting: bool) -> None:
    assert fits(value, type_) is fitting
