"""The call that an HTTP command makes: its place, its values escaped, and no credential of the playbook's."""

import copy
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playbooks.actions.calls import call_of
from playbooks.actions.effect import CommandAt
from playbooks.cacao.model import Playbook
from playbooks.cacao.reading import read
from playbooks.domain.errors import Malformed
from playbooks.ports.http import Call, Fill
from tests.unit.playbooks.cacao.samples import GOOD, LOOK

EDR = "http-api--2b5e4c1c-8c3a-4a6e-8a37-5b1c1f0f7d11"
"""A target."""


def written(command: dict[str, Any], address: dict[str, Any] | None = None, **agent: Any) -> Playbook:
    """A playbook whose one action has this command, upon a target with this address."""
    data = copy.deepcopy(GOOD)
    data["playbook_variables"] |= {
        "__host__": {"type": "string"},
        "__query__": {"type": "string"},
        "__api__": {"type": "uri"},
    }
    data["workflow"][LOOK]["commands"] = [{"type": "http-api", **command}]
    if address is not None:
        data["workflow"][LOOK]["targets"] = [EDR]
        data["target_definitions"] = {EDR: {"type": "http-api", "name": "EDR", "address": address, **agent}}
    found = read(json.dumps(data).encode())
    assert found.playbook is not None, found
    return found.playbook


def called(command: dict[str, Any], address: dict[str, Any] | None = None, **values: str) -> Call:
    at = CommandAt(
        content="", step=LOOK, number=0, values={f"__{name}__": value for name, value in values.items()}
    )
    return call_of(written(command, address), at)


def test_without_a_target_it_goes_to_the_connections_own_place() -> None:
    call = called({"command": "GET /v1/hosts?state=up HTTP/1.1"})
    wanted = Fill(name="__is_bad__", type="bool", pointer="/is_bad")
    assert call == Call(method="GET", target="/v1/hosts?state=up", fills=(wanted,))


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ({"url": ["https://edr.example.org/api/"]}, ("https", "edr.example.org", "/api/v1/hosts")),
        ({"dname": ["edr.example.org"]}, ("", "edr.example.org", "/v1/hosts")),
        ({"ipv4": ["192.0.2.7"]}, ("", "192.0.2.7", "/v1/hosts")),
        ({"ipv6": ["2001:db8::7"]}, ("", "[2001:db8::7]", "/v1/hosts")),
    ],
)
def test_the_targets_address_is_the_place(address: dict[str, Any], place: tuple[str, str, str]) -> None:
    call = called({"command": "GET /v1/hosts HTTP/1.1"}, address)
    assert (call.scheme, call.authority, call.target) == place


def test_a_whole_url_in_the_command_is_the_place() -> None:
    call = called(
        {"command": "GET https://edr.example.org/v1/hosts HTTP/1.1"}, {"dname": ["other.example.org"]}
    )
    assert (call.scheme, call.authority, call.target) == ("https", "edr.example.org", "/v1/hosts")


def test_each_value_is_escaped_for_its_place() -> None:
    call = called(
        {
            "command": "POST /v1/hosts/__host__:value/isolate?why=__query__:value HTTP/1.1",
            "headers": {"Content-Type": ["application/json"], "X-Host": ["__host__:value"]},
            "content": '{"host": "__host__:value", "why": __query__:value}',
        },
        host='../a"&b',
        query="x&y=z",
    )
    assert call.target == "/v1/hosts/..%2Fa%22%26b/isolate?why=x%26y%3Dz"
    assert ("X-Host", '../a"&b') in call.headers
    assert json.loads(call.content) == {"host": '../a"&b', "why": "x&y=z"}


@given(st.text(max_size=60))
def test_no_value_gets_out_of_its_place(value: str) -> None:
    command = {
        "command": "POST /v1/hosts/__host__:value/isolate HTTP/1.1",
        "headers": {"Content-Type": ["application/json"]},
        "content": '{"host": "__host__:value"}',
    }
    try:
        call = called(command, host=value)
    except (Malformed, UnicodeEncodeError):
        return
    assert call.target.count("/") == 4
    assert "?" not in call.target
    assert json.loads(call.content) == {"host": value}


@pytest.mark.parametrize("value", ["one\r\nX-Two: two", "caf\u00e9"])
def test_a_value_that_a_header_cannot_carry_fails_the_call(value: str) -> None:
    with pytest.raises(Malformed):
        called({"command": "GET / HTTP/1.1", "headers": {"X-Host": ["__host__:value"]}}, host=value)


def test_a_value_that_nobody_gave_fails_the_call() -> None:
    with pytest.raises(Malformed, match="no value yet"):
        called({"command": "GET /v1/hosts/__host__:value HTTP/1.1"})


def test_headers_that_are_the_connections_are_left_out() -> None:
    headers = {
        name: ["x"] for name in ("Authorization", "cookie", "X-API-Key", "Host", "Content-Length", "X-Kept")
    }
    call = called({"command": "GET / HTTP/1.1", "headers": headers})
    assert call.headers == (("X-Kept", "x"),)


def test_what_is_no_request_is_malformed() -> None:
    with pytest.raises(Malformed):
        called({"command": "please look at the host"})


def test_code_goes_as_written_and_its_values_beside_it() -> None:
    value = "asset-7; rm -rf /"
    call = called(
        {"type": "ssh", "command": "isolate __host__:value"},
        {"dname": ["__query__:value"]},
        host=value,
        query="gw.example.org",
    )
    said = json.loads(call.content)
    assert (call.method, call.scheme, call.authority, call.target) == ("POST", "", "", "")
    assert (said["type"], said["command"]) == ("ssh", "isolate __host__:value")
    assert said["variables"] == {"__host__": value}
    (target,) = said["targets"]
    assert (target["name"], target["address"]) == ("EDR", {"dname": ["gw.example.org"]})
    assert call.fills == (Fill(name="__is_bad__", type="bool", pointer="/is_bad"),)


@given(st.text(max_size=60))
def test_no_value_is_ever_part_of_code(value: str) -> None:
    said = json.loads(called({"type": "bash", "command": "look __host__:value"}, host=value).content)
    assert (said["command"], said["variables"]) == ("look __host__:value", {"__host__": value})


def test_code_that_wants_a_value_nobody_gave_is_not_sent() -> None:
    with pytest.raises(Malformed, match="no value yet"):
        called({"type": "ssh", "command": "isolate __host__:value"})
