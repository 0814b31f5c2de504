"""What Muster asks of PagerDuty, and what the PagerDuty of the tests answers, against the published descriptions."""

import json
import re
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator  # type: ignore[import-untyped]
from pydantic import SecretStr

from integrations.pagerduty.client import PagerDutyAccess, PagerDutyAccount
from integrations.pagerduty.paging import PagerDutyPaging
from playbooks.domain.connection import Connection, Vendor, connection_id
from playbooks.domain.ids import PersonId
from playbooks.domain.incident import Severity
from playbooks.domain.marking import Marking
from playbooks.ports.paging import Acknowledge, AddResponders, Note, Reassign, Resolve, Trigger
from tests.contract.fakes.certificate import certified
from tests.contract.fakes.pagerduty import API_TOKEN, ROUTING_KEY, SERVICE, USER, FakePagerDuty
from tests.contract.fakes.server import Answer, Call
from tests.contract.renderers import HOSTILE, everywhere
from tests.contract.samples import UNHCR, some_id

pytestmark = pytest.mark.conformance

Json = dict[str, Any]
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def _read(shared: Path, name: str) -> Json:
    described: Json = json.loads((shared / "specs/pagerduty" / name).read_text("utf-8"))
    return described


def _draft7(schema: Any) -> Any:
    """OpenAPI 3.0 writes `nullable` where JSON Schema has another type; PagerDuty often says so in words alone."""
    if isinstance(schema, list):
        return [_draft7(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    said = {name: _draft7(value) for name, value in schema.items()}
    may_be_null = said.get("nullable") is True or "`null`" in str(said.get("description"))
    if may_be_null and isinstance(said.get("type"), str):
        said["type"] = [said["type"], "null"]
    return said


def _resolved(described: Json, node: Json) -> Json:
    """A node, or what it refers to."""
    while "$ref" in node:
        found: Any = described
        for name in node["$ref"].removeprefix("#/").split("/"):
            found = found[name]
        node = found
    return node


def _faults(described: Json, schema: Json, value: Any) -> list[str]:
    whole = {**_draft7(schema), "components": _draft7(described["components"])}
    return [
        f"{'.'.join(map(str, fault.path))}: {fault.message}"
        for fault in Draft7Validator(whole).iter_errors(value)
    ]


def _operation(described: Json, call: Call) -> Json:
    path = call.path.removeprefix("/v2")
    for template, methods in described["paths"].items():
        if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", template), path):
            operation: Json = methods[call.method.lower()]
            return operation
    raise AssertionError(f"{call.method} {call.path} is not described")


def _body_schema(described: Json, holder: Json) -> Json:
    schema: Json = _resolved(described, holder)["content"]["application/json"]["schema"]
    return schema


def _as_described(body: Json) -> Json:
    """Without what `include[]=integrations` puts in full where the description has references only."""
    service = {name: value for name, value in body.get("service", {}).items() if name != "integrations"}
    return {**body, "service": service} if service else body


def _query_faults(described: Json, operation: Json, call: Call) -> list[str]:
    known = {each["name"]: each for each in (_resolved(described, each) for each in operation["parameters"])}
    unknown = [name for name in call.query if name not in known]
    return unknown + [
        fault
        for name, values in call.query.items()
        if name in known and (choices := known[name]["schema"].get("enum"))
        for fault in values
        if fault not in choices
    ]


@pytest.fixture(scope="module")
def tls(tmp_path_factory: pytest.TempPathFactory) -> tuple[ssl.SSLContext, Path]:
    return certified(tmp_path_factory.mktemp("tls"))


async def _everything_asked(tls: tuple[ssl.SSLContext, Path]) -> list[tuple[Call, Answer]]:
    connection = Connection(
        id=connection_id(UNHCR, "suite"),
        organization=UNHCR,
        vendor=Vendor.PAGERDUTY,
        ceiling=Marking.GREEN,
        place=SERVICE,
    )
    async with FakePagerDuty().served(tls[0]) as fake:
        access = PagerDutyAccess(
            routing_key=SecretStr(ROUTING_KEY),
            api_token=SecretStr(API_TOKEN),
            url=fake.url,
            events_url=fake.url,
            ca=tls[1],
            user=USER,
            within=timedelta(seconds=2),
        )
        ciso = PersonId("unhcr-ciso")
        port = PagerDutyPaging(connection, PagerDutyAccount(connection.id, access), {ciso: "PCISO"}.get)
        page = some_id("page.trigger", "0")
        for number, words in enumerate(HOSTILE):
            effect, severity = some_id("page.trigger", str(number)), list(Severity)[number % len(Severity)]
            await port.trigger(Trigger(effect_id=effect, document=everywhere(words), severity=severity))
        await port.reassign(Reassign(effect_id=some_id("page.reassign", "1"), page=page, people=(ciso,)))
        await port.add_responders(
            AddResponders(effect_id=some_id("page.respond", "1"), page=page, people=(ciso,))
        )
        note = Note(effect_id=some_id("page.note", "1"), page=page, document=everywhere(HOSTILE[0]))
        await port.note(note)
        await port.find_note(note)
        await port.acknowledge(Acknowledge(effect_id=some_id("page.acknowledge", "1"), page=page))
        await port.resolve(Resolve(effect_id=some_id("page.resolve", "1"), page=page))
        await port.who_is_on_call()
        await port.ladder()
        await port.planned(NOW, NOW + timedelta(days=7))
        await port.health()
        port.close()
        return fake.answered


async def test_every_request_and_every_answer_is_as_published(
    shared: Path, tls: tuple[ssl.SSLContext, Path]
) -> None:
    rest, events = _read(shared, "rest-openapiv3.json"), _read(shared, "events-v2-openapiv3.json")
    asked = await _everything_asked(tls)
    assert len({(call.method, call.path) for call, _ in asked}) == 11
    for call, answer in asked:
        described = events if call.path.endswith("/enqueue") else rest
        operation = _operation(described, call)
        if call.body is not None:
            assert not _faults(described, _body_schema(described, operation["requestBody"]), call.body)
        assert not _query_faults(described, operation, call)
        answers = _body_schema(described, operation["responses"][str(answer.status)])
        assert not _faults(described, answers, _as_described(answer.body)), call.path


def test_a_wrong_event_is_noticed(shared: Path) -> None:
    described = _read(shared, "events-v2-openapiv3.json")
    schema = _body_schema(described, described["paths"]["/enqueue"]["post"]["requestBody"])
    event = {"routing_key": "x", "event_action": "trigger", "payload": {"summary": "x", "source": "x"}}
    assert _faults(described, schema, event) == ["payload: 'severity' is a required property"]
