"""A vendor's webhook over HTTP: who may, what is taken, and that nothing is taken twice."""

import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from fastapi import FastAPI
from pydantic import SecretStr

from bot.hooks.files import TicketFiles
from bot.hooks.router import hooks_router
from bot.hooks.taking import Taking
from bot.identities import person_of
from integrations.pagerduty.notices import PagerDutyNotices
from integrations.simulated.effect_log import SimulatedEffects
from playbooks.domain.actor import ActorKind
from playbooks.domain.command import Command, Outcome, Verdict
from playbooks.domain.connection import Connection, Vendor
from playbooks.domain.errors import Denied, Transient, Unavailable
from playbooks.domain.ids import ConnectionId, EffectId, IncidentKey, OrganizationCode
from playbooks.domain.marking import Marking
from playbooks.domain.organization import Person
from playbooks.ports.effects import EffectState
from playbooks.ports.notices import NoticeReader
from tests.casts import directory
from tests.web.circle import MemoryEvidence

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
KEY = IncidentKey("INC-2026-0001")
SECRET = "a-secret-of-the-webhook"
PAGER = Connection(
    id=ConnectionId("unhcr/pager"),
    organization=OrganizationCode("UNHCR"),
    vendor=Vendor.PAGERDUTY,
    ceiling=Marking.GREEN,
    place="P1",
)
PAGE = EffectId(f"unhcr/pager/{KEY}/page.trigger/severity-critical")


class Judge:
    """Answers as it is told to; a repeat the same."""

    def __init__(self) -> None:
        self.commands: dict[str, Command] = {}
        self.away = False
        self.refused: set[ActorKind] = set()

    async def submit(self, command: Command) -> Verdict:
        if self.away:
            raise Unavailable("The database does not answer.")
        self.commands.setdefault(command.id, command)
        refused = command.actor.kind in self.refused
        return Verdict(outcome=Outcome.REFUSED if refused else Outcome.DONE, code="notice.done")


class Recall:
    """Knows our page by the vendor's own id, while it answers."""

    def __init__(self) -> None:
        self.away = False

    async def recall(self, there: str) -> str:
        if self.away:
            raise Transient("PagerDuty does not answer.")
        return PAGE if there == "PGR0VU2" else ""


@pytest.fixture
def recalling() -> Recall:
    return Recall()


@pytest.fixture
def judge() -> Judge:
    return Judge()


@pytest.fixture
async def client(judge: Judge, recalling: Recall) -> AsyncIterator[httpx.AsyncClient]:
    effects = SimulatedEffects()
    request = {"connection": "unhcr/pager"}
    await effects.claim(PAGE, request, incident=KEY, holder="a", lease=timedelta(minutes=1), now=NOW)
    await effects.conclude(PAGE, "a", EffectState.DONE, {"vendor_ref": PAGE}, now=NOW)

    def person(_connection: Connection, account: str) -> Person | None:
        return directory().person("unhcr-duty") if account == "PDUTY" else None

    def missing() -> NoticeReader:
        raise Denied("wfp/pager has no webhook_secret.", code="credential_missing")

    readers = {PAGER.id: lambda: PagerDutyNotices(SecretStr(SECRET)), ConnectionId("wfp/pager"): missing}
    app = FastAPI()
    files = TicketFiles(MemoryEvidence(), lambda _id: recalling)
    taking = Taking(effects, judge, lambda _id: PAGER, person, lambda _id: recalling, files)
    app.include_router(hooks_router(readers, taking, lambda: NOW))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://muster") as client:
        yield client


async def told(client: httpx.AsyncClient, page: str = PAGE, by: str = "PDUTY") -> httpx.Response:
    return await sent(client, "incident.acknowledged", {"incident_key": page}, by)


async def sent(
    client: httpx.AsyncClient, event_type: str, data: dict[str, object], by: str = "PDUTY"
) -> httpx.Response:
    event = {
        "id": "01EVENT",
        "event_type": event_type,
        "occurred_at": "2026-11-22T08:59:00Z",
        "agent": {"id": by},
        "data": data,
    }
    body = json.dumps({"event": event}).encode()
    signature = f"v1={hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()}"
    return await client.post("/hooks/unhcr/pager", content=body, headers={"X-PagerDuty-Signature": signature})


async def test_an_acknowledged_page_becomes_a_notice_by_the_person_whose_account_it_is(
    client: httpx.AsyncClient, judge: Judge
) -> None:
    response = await told(client)
    assert (response.status_code, response.json()) == (202, {"taken": 1, "passed_over": 0})
    (command,) = judge.commands.values()
    assert (command.verb, command.incident, command.actor.id) == ("notice", KEY, "unhcr-duty")
    assert command.args["happening"] == "page_acknowledged"
    assert command.args["happened_at"] == "2026-11-22T08:59:00+00:00"


async def test_a_delivery_that_comes_again_is_the_same_command(
    client: httpx.AsyncClient, judge: Judge
) -> None:
    await told(client)
    await told(client)
    assert len(judge.commands) == 1


async def test_somebody_unknown_is_told_by_the_account(client: httpx.AsyncClient, judge: Judge) -> None:
    await told(client, by="PSTRANGER")
    (command,) = judge.commands.values()
    assert (command.actor.id, command.actor.kind) == ("pagerduty/PSTRANGER", ActorKind.VENDOR)


async def test_whom_the_incident_does_not_know_is_told_by_the_account_too(
    client: httpx.AsyncClient, judge: Judge
) -> None:
    judge.refused = {ActorKind.PERSON}
    assert (await told(client)).json() == {"taken": 1, "passed_over": 0}
    assert [command.actor.kind for command in judge.commands.values()] == [ActorKind.PERSON, ActorKind.VENDOR]


async def test_what_we_did_not_make_is_passed_over(client: httpx.AsyncClient, judge: Judge) -> None:
    assert (await told(client, page="somebody-elses")).json() == {"taken": 0, "passed_over": 1}
    assert judge.commands == {}


async def test_while_muster_is_away_the_vendor_is_asked_to_come_again(
    client: httpx.AsyncClient, judge: Judge
) -> None:
    judge.away = True
    response = await told(client)
    assert (response.status_code, response.headers["Retry-After"]) == (503, "5")


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/hooks/unhcr/pager", 401, "wrong_signature"),
        ("/hooks/fao/pager", 404, "unknown_connection"),
        ("/hooks/wfp/pager", 503, "credential_missing"),
    ],
)
async def test_who_may_not_is_told_so_in_a_sentence(
    client: httpx.AsyncClient, judge: Judge, path: str, status: int, code: str
) -> None:
    response = await client.post(path, content=b"{}")
    assert response.status_code == status
    assert response.json()["type"] == f"urn:muster:problem:{code}"
    assert judge.commands == {}


async def test_a_body_that_is_too_large_is_not_read_to_its_end(client: httpx.AsyncClient) -> None:
    response = await client.post("/hooks/unhcr/pager", content=b" " * (1024 * 1024 + 1))
    assert response.status_code == 413


def test_people_are_found_by_their_account_at_the_connection() -> None:
    assert person_of(directory(), PAGER, "nobody") is None


async def test_a_helper_is_found_by_the_vendor_s_own_id_of_the_page_and_named_as_the_directory_does(
    client: httpx.AsyncClient, judge: Judge, recalling: Recall
) -> None:
    data: dict[str, object] = {"incident": {"id": "PGR0VU2"}, "user": {"id": "PDUTY"}, "state": "accepted"}
    recalling.away = True
    assert (await sent(client, "incident.responder.replied", data)).status_code == 503
    recalling.away = False
    assert (await sent(client, "incident.responder.replied", data)).json()["taken"] == 1
    (command,) = judge.commands.values()
    assert (command.incident, command.args["effect"]) == (KEY, PAGE)
    assert (command.args["now"], command.args["state"]) == ("unhcr-duty", "accepted")
    strange = data | {"incident": {"id": "PELSE"}}
    assert (await sent(client, "incident.responder.replied", strange)).json()["passed_over"] == 1
