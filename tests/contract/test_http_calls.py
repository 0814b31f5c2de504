"""Calls of playbooks keep to the port: against a machine of our own, with its errors, its silences and its tricks."""

import json
import logging
import ssl
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from integrations.http.addresses import is_allowed
from integrations.http.calls import HttpCalls
from integrations.http.client import Caller
from integrations.http.place import Access, Network, headers_of, secrets_of, target_of
from playbooks.domain.connection import Connection, Vendor, connection_id
from playbooks.domain.errors import Denied, Permanent, ProviderError, Transient, Unknown
from playbooks.domain.marking import Marking
from playbooks.ports.http import Call, Fill, Request
from tests.contract.fakes.certificate import certified
from tests.contract.fakes.machine import TOKEN, FakeMachine
from tests.contract.http import DENY, ISOLATE, check_http_port
from tests.contract.samples import UNHCR, some_id

Tls = tuple[ssl.SSLContext, Path]
THIS_MACHINE: tuple[Network, ...] = (ip_network("127.0.0.0/8"),)
CONNECTION = Connection(
    id=connection_id(UNHCR, "http"), organization=UNHCR, vendor=Vendor.HTTP, ceiling=Marking.AMBER
)
ALLOW = ("POST /v1/hosts/*/isolate", "GET /v1/**", "POST /.well-known/openc2", "GET /elsewhere")


@pytest.fixture(scope="module")
def tls(tmp_path_factory: pytest.TempPathFactory) -> Tls:
    return certified(tmp_path_factory.mktemp("tls"))


@pytest_asyncio.fixture
async def machine(tls: Tls) -> AsyncIterator[FakeMachine]:
    async with FakeMachine().served(tls[0]) as served:
        yield served


async def only_this_machine(_host: str, _port: int) -> Sequence[str]:
    return ["127.0.0.1"]


def access(machine: FakeMachine, tls: Tls, **changes: Any) -> Access:
    stated: dict[str, Any] = {"url": machine.url, "allow": ALLOW, "networks": THIS_MACHINE, "ca": tls[1]}
    return Access(**stated | {"token": SecretStr(TOKEN), "within": timedelta(seconds=1)} | changes)


def calls(machine: FakeMachine, tls: Tls, **changes: Any) -> HttpCalls:
    return HttpCalls(CONNECTION, Caller(CONNECTION.id, access(machine, tls, **changes), only_this_machine))


def request(call: Call = ISOLATE, **changes: Any) -> Request:
    return Request(effect_id=some_id("http.act", "1"), call=call.model_copy(update=changes))


async def test_it_keeps_to_the_port(machine: FakeMachine, tls: Tls) -> None:
    await check_http_port(calls(machine, tls))


async def test_what_arrives_is_what_was_written_with_the_connections_own_credential(
    machine: FakeMachine, tls: Tls
) -> None:
    forged = (*ISOLATE.headers, ("authorization", "Bearer somebody-else"), ("X-Note", "ours"))
    await calls(machine, tls).send(request(headers=forged, target=ISOLATE.target + "?force=true"))
    (call,) = machine.done
    assert (call.method, call.path, call.query) == ("POST", ISOLATE.target, {"force": ["true"]})
    assert call.headers["Host"] == machine.url.removeprefix("https://")
    assert call.headers["Authorization"] == f"Bearer {TOKEN}"
    assert call.headers["X-Note"] == "ours"
    assert call.body == {"reason": "INC-2026-0042"}


async def test_openc2_goes_as_a_message_whose_id_is_the_same_at_each_attempt(
    machine: FakeMachine, tls: Tls
) -> None:
    port = calls(machine, tls)
    for _ in range(2):
        await port.command(request(DENY))
    wrapped = json.dumps({"headers": {"from": "soc"}, "body": {"openc2": {"request": {"action": "deny"}}}})
    await port.command(request(DENY, content=wrapped))
    first, second, third = machine.done
    assert first.headers["Content-Type"] == "application/openc2+json;version=1.0"
    assert first.headers["Accept"] == "application/openc2+json;version=1.0"
    assert first.body["headers"]["request_id"] == first.headers["X-Request-ID"]
    assert first.headers["X-Request-ID"] == second.headers["X-Request-ID"]
    assert first.body["body"]["openc2"]["request"] == json.loads(DENY.content)
    assert third.body["headers"]["from"] == "soc"


@pytest.mark.parametrize(
    ("says", "error"), [(102, None), (400, Permanent), (401, Denied), (500, Unknown), (503, Unknown)]
)
async def test_the_status_of_an_openc2_response_counts(
    machine: FakeMachine, tls: Tls, says: int, error: type[ProviderError] | None
) -> None:
    machine.says = says
    if error is None:
        assert (await calls(machine, tls).command(request(DENY))).ref == str(says)
    else:
        with pytest.raises(error):
            await calls(machine, tls).command(request(DENY))


@pytest.mark.parametrize("content", ["", "[]", "deny", '{"target": {}}', "[" * 5000])
async def test_what_is_no_openc2_command_is_not_sent(machine: FakeMachine, tls: Tls, content: str) -> None:
    with pytest.raises(Permanent):
        await calls(machine, tls).command(request(DENY, content=content))
    assert machine.calls == []


@pytest.mark.parametrize(
    ("kind", "error"),
    [
        ("request_lost", Unknown),
        ("answer_lost", Unknown),
        ("hangs", Unknown),
        ("500", Unknown),
        ("503", Unknown),
        ("429", Transient),
        ("403", Denied),
        ("400", Permanent),
    ],
)
async def test_an_error_is_translated_and_nothing_is_sent_twice(
    machine: FakeMachine, tls: Tls, kind: str, error: type[ProviderError]
) -> None:
    machine.fail("POST", "/isolate", kind, times=9)
    with pytest.raises(error) as raised:
        await calls(machine, tls).send(request())
    assert machine.count("POST", "/isolate") == 1
    if kind == "429":
        assert isinstance(raised.value, Transient)
        assert raised.value.retry_after == timedelta(seconds=7)


async def test_a_machine_that_is_away_is_transient(tls: Tls) -> None:
    async with FakeMachine().away(tls[0]) as gone:
        with pytest.raises(Transient):
            await calls(gone, tls).send(request())


async def test_a_redirect_is_not_followed(machine: FakeMachine, tls: Tls) -> None:
    with pytest.raises(Permanent, match="points elsewhere"):
        await calls(machine, tls).send(request(method="GET", target="/elsewhere", content=""))
    assert len(machine.calls) == 1


async def test_a_certificate_that_nobody_vouches_for_is_not_trusted(machine: FakeMachine, tls: Tls) -> None:
    with pytest.raises(Transient):
        await calls(machine, tls, ca=None).send(request())
    assert machine.calls == []


async def test_a_wrong_credential_is_denied_and_stands_nowhere(
    machine: FakeMachine, tls: Tls, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with pytest.raises(Denied) as raised:
        await calls(machine, tls, token=SecretStr("a-wrong-token")).send(request())
    assert "a-wrong-token" not in caplog.text + raised.value.sentence
    machine.fail("POST", "/isolate", "answer_lost")
    with pytest.raises(Unknown) as lost:
        await calls(machine, tls, token=SecretStr("a-wrong-token")).send(request())
    assert lost.value.__cause__ is lost.value.__context__ is None


@pytest.mark.parametrize("value", ["caf\u00e9 \u2615", "one\r\nX-Two: two", "\x00"])
async def test_a_header_that_cannot_be_sent_is_refused_before_anything_leaves(
    machine: FakeMachine, tls: Tls, value: str
) -> None:
    with pytest.raises(Permanent):
        await calls(machine, tls).send(request(headers=(("X-Note", value),)))
    assert machine.calls == []


async def test_an_executor_is_given_code_its_values_and_the_effects_id(
    machine: FakeMachine, tls: Tls
) -> None:
    machine.answers["/execute"] = {"state": "isolated"}
    content = json.dumps(
        {"type": "ssh", "command": "isolate __host__:value", "variables": {"__host__": "a; b"}}
    )
    code = Call(method="POST", target="", content=content, fills=fills("state"))
    there = {"url": f"{machine.url}/v1/execute", "allow": ("POST /v1/execute",)}
    made = await calls(machine, tls, **there).execute(request(code))
    (call,) = machine.done
    id = some_id("http.act", "1")
    assert (call.method, call.path, call.headers["Idempotency-Key"]) == ("POST", "/v1/execute", f'"{id}"')
    assert call.headers["Authorization"] == f"Bearer {TOKEN}"
    assert call.body == {"effect_id": id, **json.loads(content)}
    assert made.given == {"__state__": "isolated"}


@pytest.mark.parametrize("content", ["", "[]", "reboot"])
async def test_what_is_no_json_object_is_not_given_to_an_executor(
    machine: FakeMachine, tls: Tls, content: str
) -> None:
    with pytest.raises(Permanent):
        await calls(machine, tls).execute(request(content=content))
    assert machine.calls == []


def fills(*names: str) -> tuple[Fill, ...]:
    return tuple(Fill(name=f"__{name}__", type="string", pointer=f"/{name}") for name in names)


async def test_what_a_machine_answers_fills_what_was_asked_and_never_with_what_signed_us_in(
    machine: FakeMachine, tls: Tls
) -> None:
    machine.answers["/state"] = {"state": "isolated", "echo": f"you said Bearer {TOKEN}", "more": "x" * 30}
    machine.answers["/large"] = {"state": "y" * 70_000}
    machine.answers["/text"] = "isolated"
    port = calls(machine, tls)
    asked: dict[str, Any] = {"method": "GET", "content": "", "fills": fills("state", "echo", "absent")}
    assert (await port.send(request(target="/v1/hosts/7/state", **asked))).given == {"__state__": "isolated"}
    for target in ("/v1/hosts/7/large", "/v1/hosts/7/text", "/v1/hosts/7/anything"):
        assert (await port.send(request(target=target, **asked))).given == {}


@pytest.mark.parametrize(
    "credential",
    [
        {"token": None, "user": "muster", "password": SecretStr("open-sesame")},
        {"token": None, "key": SecretStr("k3y")},
    ],
)
def test_a_credential_is_known_in_every_form_in_which_it_is_sent(credential: dict[str, Any]) -> None:
    place = Access(url="https://edr.example.org", allow=("GET /v1/*",), **credential)
    for _name, value in headers_of(place, Call(method="GET", target="/v1/x")):
        assert any(secret in value for secret in secrets_of(place))
    assert all(len(secret) > 2 for secret in secrets_of(place))


async def test_the_results_of_an_openc2_response_fill_variables(machine: FakeMachine, tls: Tls) -> None:
    machine.answers["/openc2"] = {"rule_number": 1234, "versions": ["1.0"]}
    made = await calls(machine, tls).command(request(DENY, fills=fills("rule_number", "status", "versions")))
    assert made.given == {"__rule_number__": "1234", "__versions__": '["1.0"]'}


async def test_an_answer_that_is_compressed_although_nobody_asked_fills_nothing(
    machine: FakeMachine, tls: Tls
) -> None:
    machine.headers = {"Content-Encoding": "gzip"}
    asked: dict[str, Any] = {
        "method": "GET",
        "target": "/v1/hosts/7/state",
        "content": "",
        "fills": fills("ok"),
    }
    assert (await calls(machine, tls).send(request(ISOLATE, **asked))).given == {}


class TestAllowList:
    @pytest.mark.parametrize(
        ("method", "target"),
        [
            ("DELETE", "/v1/hosts/asset-7"),
            ("POST", "/v1/hosts/asset-7/wipe"),
            ("POST", "/v1/hosts/a/b/isolate"),
            ("POST", "/v1/hosts//isolate"),
            ("POST", "/v1/hosts/../isolate"),
            ("POST", "/v1/hosts/%2e%2e/isolate"),
            ("POST", "/v1/hosts/a%2fb/isolate"),
            ("POST", "/v1/hosts/a%252fb/isolate"),
            ("POST", "/v1/hosts/a;b/isolate"),
            ("GET", "/v1/hosts/%5c..%5cadmin"),
            ("GET", "/v2/hosts"),
            ("get", "/v1/hosts"),
            ("POST", "/v1/hosts/asset-7/isolate/"),
        ],
    )
    async def test_a_method_or_path_that_the_list_does_not_name_is_not_called(
        self, machine: FakeMachine, tls: Tls, method: str, target: str
    ) -> None:
        with pytest.raises(Permanent) as raised:
            await calls(machine, tls).send(request(method=method, target=target))
        assert raised.value.code == "not_allowed"
        assert machine.calls == []

    @pytest.mark.parametrize(
        "named",
        [
            {"authority": "evil.example.org"},
            {"authority": "localhost:1"},
            {"authority": "localhost:99999"},
            {"authority": "localhost:x"},
            {"authority": "[::1"},
            {"authority": "localhost"},
            {"scheme": "http", "authority": "HERE"},
            {"authority": "muster@HERE"},
        ],
    )
    async def test_another_place_than_the_connections_is_not_called(
        self, machine: FakeMachine, tls: Tls, named: dict[str, str]
    ) -> None:
        here = machine.url.removeprefix("https://")
        changes = {name: value.replace("HERE", here) for name, value in named.items()}
        call = ISOLATE.model_copy(update=changes)
        with pytest.raises(Permanent) as raised:
            await calls(machine, tls).send(Request(effect_id=some_id("http.act", "1"), call=call))
        assert raised.value.code == "not_allowed"

    async def test_the_playbook_may_name_the_connections_own_place(
        self, machine: FakeMachine, tls: Tls
    ) -> None:
        here = machine.url.removeprefix("https://")
        await calls(machine, tls).send(request(scheme="https", authority=here.upper()))
        assert len(machine.done) == 1

    def test_without_a_host_a_target_stands_below_the_connections_path(self) -> None:
        below = Access(url="https://edr.example.org/api/", allow=("GET /api/v1/*",))
        assert target_of(below, Call(method="GET", target="/v1/hosts?q=1")) == "/api/v1/hosts?q=1"
        rooted = Call(method="GET", authority="EDR.example.org:443", target="/v1/hosts")
        with pytest.raises(Permanent):
            target_of(below, rooted)

    @given(st.text(max_size=40))
    def test_whatever_stands_in_a_path_one_star_lets_one_part_through(self, part: str) -> None:
        place = Access(url="https://edr.example.org", allow=("GET /v1/*/state",))
        try:
            target = target_of(place, Call(method="GET", target=f"/v1/{part}/state"))
        except Permanent:
            return
        assert target.partition("?")[0].count("/") == 3


class TestAddresses:
    @pytest.mark.parametrize(
        "address",
        [
            "127.0.0.1",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",  # noqa: S104 - refused, and bound to by nobody
            "224.0.0.1",
            "255.255.255.255",
            "::1",
            "::",
            "fe80::1",
            "fc00::1",
            "ff02::1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "64:ff9b::a00:1",
            "64:ff9b:1::a00:1",
            "2002:7f00:1::",
            "2001:0:4136:e378:8000:63bf:3fff:fdd2",
        ],
    )
    async def test_what_is_not_global_is_refused_whatever_its_name(
        self, machine: FakeMachine, tls: Tls, address: str
    ) -> None:
        async def points_inwards(_host: str, _port: int) -> Sequence[str]:
            return [address]

        port = HttpCalls(CONNECTION, Caller(CONNECTION.id, access(machine, tls, networks=()), points_inwards))
        with pytest.raises(Permanent) as raised:
            await port.send(request())
        assert raised.value.code == "address_refused"
        assert machine.calls == []

    def test_a_network_that_the_connection_names_is_called_and_no_other(self) -> None:
        networks = (ip_network("10.20.0.0/16"),)
        assert is_allowed(ip_address("10.20.0.7"), networks)
        assert is_allowed(ip_address("::ffff:10.20.0.7"), networks)
        assert not is_allowed(ip_address("10.21.0.7"), networks)
        assert is_allowed(ip_address("93.184.216.34"), networks)

    async def test_the_address_that_was_looked_at_is_the_one_that_is_called(
        self, machine: FakeMachine, tls: Tls
    ) -> None:
        """A name that turns to another address after the look (DNS rebinding) is not asked a second time."""
        answers = iter([["127.0.0.1"], ["10.0.0.1"]])

        async def rebinds(_host: str, _port: int) -> Sequence[str]:
            return next(answers)

        await HttpCalls(CONNECTION, Caller(CONNECTION.id, access(machine, tls), rebinds)).send(request())
        assert len(machine.done) == 1
        assert next(answers) == ["10.0.0.1"]

    async def test_a_name_that_nobody_knows_is_transient(self, machine: FakeMachine, tls: Tls) -> None:
        async def unknown(_host: str, _port: int) -> Sequence[str]:
            raise OSError

        with pytest.raises(Transient):
            await HttpCalls(CONNECTION, Caller(CONNECTION.id, access(machine, tls), unknown)).send(request())
