"""What a sender is answered; the store behind is in memory and holds nothing that was refused."""

import asyncio
import gzip
import hashlib
import hmac
import json
from collections.abc import AsyncIterator, Iterator, Sequence
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from fastapi import FastAPI

from bot.intake.body import MIB, Memory
from bot.intake.problem import Refusal
from bot.intake.router import intake_router
from bot.intake.sources import KeyUse, KnownSource, Rate, Source, SourceKey
from bot.intake.taking import Taking
from playbooks.domain.errors import Unavailable
from playbooks.domain.ids import OrganizationCode
from playbooks.domain.routing import Routing
from playbooks.ports.intake import Delivery, Receipt

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
ROUTING = Routing(rules=())
OLD, NEW, BEARER = b"an-old-signing-key", b"a-new-signing-key", b"a-bearer-of-the-soc"


class RememberingIntake:
    def __init__(self) -> None:
        self.deliveries: list[Delivery] = []
        self.aside: list[tuple[bytes, str]] = []
        self.away = False

    async def receive(self, delivery: Delivery) -> Receipt:
        if self.away:
            raise Unavailable("The database does not answer.")
        self.deliveries.append(delivery)
        return Receipt(len(delivery.marks), 0, len(delivery.unreadable))

    async def set_aside(self, delivery: Delivery, reason: str) -> None:
        self.aside.append((delivery.body, reason))


class OneSource:
    def __init__(self, rate: Rate) -> None:
        keys = (SourceKey(id="k", use=KeyUse.BEARER, secret="env:K"),)
        self._source = Source(name="soc", organization=OrganizationCode("UNICC"), keys=keys, rate=rate)

    def find(self, name: str) -> KnownSource | None:
        return KnownSource(self._source, (BEARER,), (OLD, NEW)) if name == "soc" else None


@pytest.fixture
def intake() -> RememberingIntake:
    return RememberingIntake()


@pytest.fixture
def memory() -> Memory:
    return Memory()


@pytest.fixture
def rate() -> Rate:
    return Rate()


@pytest.fixture
def app(intake: RememberingIntake, rate: Rate, memory: Memory) -> FastAPI:
    app = FastAPI()
    app.include_router(intake_router(intake, OneSource(rate), lambda: ROUTING, lambda: NOW, memory=memory))
    return app


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://muster") as client:
        client.headers["Authorization"] = f"Bearer {BEARER.decode()}"
        yield client


def signed(body: bytes, key: bytes = NEW, at: datetime = NOW) -> dict[str, str]:
    time = int(at.timestamp())
    digest = hmac.new(key, f"{time}.".encode() + body, hashlib.sha256).hexdigest()
    return {"X-Muster-Signature": f"t={time},v1={digest}", "Authorization": ""}


def problem(response: httpx.Response, status: int) -> str:
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    body = response.json()
    assert body["status"] == status
    assert set(body) == {"type", "title", "status", "detail"}
    assert "\n" not in body["detail"]
    return str(body["type"].removeprefix("urn:muster:problem:"))


@pytest.mark.parametrize(
    ("body", "accepted"),
    [
        (b'{"a": 1}', 1),
        (b'[{"a": 1}, {"b": 2}]', 2),
        (b'{"a": 1}\n{"b": 2}\n{"c": 3}\n', 3),
        (b'{"a":\n 1}', 1),
        (b"[]", 0),
        (b'\xef\xbb\xbf{"a": 1}', 1),
        ('{"name": "Ж名ש"}'.encode(), 1),
    ],
)
async def test_an_object_an_array_and_lines_are_taken(
    client: httpx.AsyncClient, body: bytes, accepted: int
) -> None:
    response = await client.post("/alerts/soc", content=body)
    assert response.status_code == 202
    assert response.json() == {"accepted": accepted, "duplicates": 0, "set_aside": 0}


async def test_the_rest_of_a_batch_is_taken(client: httpx.AsyncClient, intake: RememberingIntake) -> None:
    response = await client.post("/alerts/soc", content=b'{"a": 1}\n{"b": \n{"c": 3}\n42\n')
    assert response.json() == {"accepted": 2, "duplicates": 0, "set_aside": 2}
    assert [part.raw for part in intake.deliveries[0].unreadable] == [b'{"b": \n', b"42"]


@pytest.mark.parametrize("body", [b"{", b"not json", b"42", b"[1, 2]", b"\x00\x01", b"{" * 5000])
async def test_what_holds_no_alert_is_refused_and_kept_aside(
    client: httpx.AsyncClient, intake: RememberingIntake, body: bytes
) -> None:
    assert problem(await client.post("/alerts/soc", content=body), 400) == "malformed"
    assert [raw for raw, _ in intake.aside] == [body]
    assert intake.deliveries == []


async def test_an_empty_body_is_refused(client: httpx.AsyncClient, intake: RememberingIntake) -> None:
    assert problem(await client.post("/alerts/soc", content=b" \n"), 400) == "malformed"
    assert intake.aside == []


async def test_an_unknown_source_is_not_found(client: httpx.AsyncClient) -> None:
    assert problem(await client.post("/alerts/nobody", content=b"{}"), 404) == "unknown_source"


@pytest.mark.parametrize("authorization", ["", "Bearer wrong", "Bearer", "Basic YTpi", "Bearer \xff"])
async def test_a_wrong_bearer_is_refused(
    client: httpx.AsyncClient, intake: RememberingIntake, authorization: str
) -> None:
    headers = {b"Authorization": authorization.encode("latin-1")}
    response = await client.post("/alerts/soc", content=b"{}", headers=headers)
    assert problem(response, 401) == "not_authenticated"
    assert response.headers["WWW-Authenticate"].startswith("Bearer")
    assert intake.deliveries == []


@pytest.mark.parametrize("key", [OLD, NEW])
async def test_every_key_in_force_signs(client: httpx.AsyncClient, key: bytes) -> None:
    body = b'{"a": 1}'
    response = await client.post("/alerts/soc", content=body, headers=signed(body, key))
    assert response.status_code == 202


@pytest.mark.parametrize(
    "headers",
    [
        signed(b'{"a": 2}'),
        signed(b'{"a": 1}', key=b"some-other-secret-key"),
        signed(b'{"a": 1}', at=NOW - timedelta(minutes=6)),
        signed(b'{"a": 1}', at=NOW + timedelta(minutes=6)),
        {"X-Muster-Signature": "v1=00"},
        {"X-Muster-Signature": "t=1,v1=" + "0" * 64},
    ],
)
async def test_a_signature_that_does_not_fit_is_refused(
    client: httpx.AsyncClient, intake: RememberingIntake, headers: dict[str, str]
) -> None:
    response = await client.post("/alerts/soc", content=b'{"a": 1}', headers=headers)
    assert problem(response, 401) == "not_authenticated"
    assert intake.deliveries == []


async def test_a_gzipped_body_is_signed_as_it_is_sent(
    client: httpx.AsyncClient, intake: RememberingIntake
) -> None:
    body = gzip.compress(b'{"a": 1}')
    headers = {**signed(body), "Content-Encoding": "gzip"}
    response = await client.post("/alerts/soc", content=body, headers=headers)
    assert response.json()["accepted"] == 1
    assert intake.deliveries[0].body == b'{"a": 1}'


@pytest.mark.parametrize(
    "body",
    [
        gzip.compress(b"{}" * 6 * MIB),
        gzip.compress(b" " * 4 * MIB) * 3,
        gzip.compress(b'{"a": "' + b"x" * 50 * MIB),
    ],
)
async def test_a_bomb_is_refused_at_ten_mebibytes(
    client: httpx.AsyncClient, memory: Memory, body: bytes
) -> None:
    response = await client.post("/alerts/soc", content=body, headers={"Content-Encoding": "gzip"})
    assert problem(response, 413) == "too_large"
    assert memory.held == 0


async def test_a_body_of_too_many_documents_is_refused(client: httpx.AsyncClient) -> None:
    assert problem(await client.post("/alerts/soc", content=b"{}" * 20_001), 413) == "too_many_documents"


async def test_gzip_members_in_a_row_are_one_body(
    client: httpx.AsyncClient, intake: RememberingIntake
) -> None:
    lines = [json.dumps({"n": n, "x": "y" * n}).encode() + b"\n" for n in range(3000)]
    body = gzip.compress(b"".join(lines[:1500])) + gzip.compress(b"".join(lines[1500:]))
    response = await client.post("/alerts/soc", content=body, headers={"Content-Encoding": "gzip"})
    assert response.json()["accepted"] == 3000
    assert intake.deliveries[0].body == b"".join(lines)


@pytest.mark.parametrize("body", [b"{}", gzip.compress(b'{"a": 1}')[:-6], gzip.compress(b"{}") + b"junk"])
async def test_broken_gzip_is_refused(client: httpx.AsyncClient, body: bytes) -> None:
    response = await client.post("/alerts/soc", content=body, headers={"Content-Encoding": "gzip"})
    assert problem(response, 400) == "broken_gzip"


@pytest.mark.parametrize(
    "headers",
    [{"Content-Encoding": "br"}, {"Content-Type": "application/xml"}, {"Content-Type": "text/html"}],
)
async def test_what_cannot_be_read_is_said(client: httpx.AsyncClient, headers: dict[str, str]) -> None:
    problem(await client.post("/alerts/soc", content=b"{}", headers=headers), 415)


async def test_fifty_megabytes_are_refused_while_they_come(client: httpx.AsyncClient) -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        for _ in range(50):
            sent += 1
            yield b" " * MIB

    assert problem(await client.post("/alerts/soc", content=endless()), 413) == "too_large"
    assert problem(await client.post("/alerts/soc", content=b" " * 11 * MIB), 413) == "too_large"


async def test_the_endpoint_stops_reading_at_its_limit(app: FastAPI) -> None:
    """Through ASGI itself, since a client of tests reads its own stream to the end."""
    reads = 0

    async def receive() -> dict[str, object]:
        nonlocal reads
        reads += 1
        return {"type": "http.request", "body": b" " * MIB, "more_body": True}

    sent = await called(app, receive)
    assert sent[0]["status"] == 413
    assert reads == 11


async def test_a_sender_that_hangs_up_leaves_nothing(
    app: FastAPI, intake: RememberingIntake, memory: Memory
) -> None:
    messages: Iterator[dict[str, object]] = iter(
        [
            {"type": "http.request", "body": b'{"a": 1}\n{"b"', "more_body": True},
            {"type": "http.disconnect"},
        ]
    )

    async def receive() -> dict[str, object]:
        return next(messages)

    await called(app, receive)
    assert (intake.deliveries, intake.aside, memory.held) == ([], [], 0)


@pytest.mark.parametrize("rate", [Rate(per_second=0.5, burst=2)])
async def test_an_empty_bucket_says_when_to_come_again(client: httpx.AsyncClient) -> None:
    assert (await client.post("/alerts/soc", content=b'[{"a": 1}, {}, {}]')).status_code == 202
    response = await client.post("/alerts/soc", content=b"{}")
    assert problem(response, 429) == "too_many"
    assert response.headers["Retry-After"] == "4"


@pytest.mark.parametrize("memory", [Memory(most=100)])
async def test_full_memory_says_to_come_again(client: httpx.AsyncClient, memory: Memory) -> None:
    response = await client.post("/alerts/soc", content=b'{"a": "' + b"x" * 200 + b'"}')
    assert problem(response, 429) == "busy"
    assert response.headers["Retry-After"] == "1"
    assert memory.held == 0


async def test_a_database_away_is_said_and_nothing_is_acknowledged(
    client: httpx.AsyncClient, intake: RememberingIntake
) -> None:
    intake.away = True
    response = await client.post("/alerts/soc", content=b"{}")
    assert problem(response, 503) == "unavailable"
    assert response.headers["Retry-After"] == "5"


async def test_marks_are_of_the_source_and_the_bytes(
    client: httpx.AsyncClient, intake: RememberingIntake
) -> None:
    await asyncio.gather(*(client.post("/alerts/soc", content=b'[{"a": 1},{"a": 1},{"a":1}]') for _ in "ab"))
    first, second = intake.deliveries
    assert first.marks == second.marks
    assert len(set(first.marks)) == 2


def test_the_description_names_every_answer(app: FastAPI) -> None:
    post = app.openapi()["paths"]["/alerts/{source}"]["post"]
    assert {"202", "400", "401", "404", "413", "415", "429", "503"} <= set(post["responses"])
    assert "application/problem+json" in post["responses"]["401"]["content"]
    assert "application/x-ndjson" in post["requestBody"]["content"]


async def called(app: FastAPI, receive: object) -> Sequence[dict[str, int]]:
    sent: list[dict[str, int]] = []

    async def send(message: dict[str, int]) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "POST",
        "path": "/alerts/soc",
        "raw_path": b"/alerts/soc",
        "query_string": b"",
        "headers": [(b"authorization", b"Bearer " + BEARER)],
    }
    await app(scope, receive, send)  # type: ignore[arg-type]
    return sent


async def test_a_test_event_is_told_how_it_is_understood_and_nothing_is_kept(
    client: httpx.AsyncClient, intake: RememberingIntake
) -> None:
    body = json.dumps(
        {"schema": "muster-alert/1", "title": "Files are being encrypted", "severity": "critical", "id": "7"}
    ).encode()
    response = await client.post("/alerts/soc/test", content=body, headers=signed(body))
    assert response.status_code == 200
    said = response.json()
    (only,) = said["alerts"]
    assert (only["alert"]["title"], only["alert"]["severity"]) == ("Files are being encrypted", "critical")
    assert (only["alert"]["organization"], only["grouped_by"]) == ("UNICC", "subject")
    assert (only["decision"]["kind"], only["decision"]["rule"]) == ("triage", "no-rule")
    assert "raw" not in only["alert"]
    assert intake.deliveries == []
    assert intake.aside == []


async def test_a_test_event_needs_a_key_like_any_other(client: httpx.AsyncClient) -> None:
    response = await client.post("/alerts/soc/test", content=b"{}", headers={"Authorization": "Bearer no"})
    assert problem(response, 401) == "not_authenticated"


async def test_a_test_event_that_is_no_alert_is_told_why(client: httpx.AsyncClient) -> None:
    said = (await client.post("/alerts/soc/test", content=b"[1]")).json()
    assert said["alerts"] == []
    assert len(said["set_aside"]) == 1


async def test_a_days_quota_is_kept_beside_the_rate(intake: RememberingIntake) -> None:
    keys = (SourceKey(id="k", use=KeyUse.BEARER, secret="env:K"),)
    source = Source(name="soc", organization=OrganizationCode("UNICC"), keys=keys, alerts_a_day=2)
    known = KnownSource(source, (BEARER,), ())
    moments = [NOW]
    taking = Taking(intake, lambda: moments[-1])
    await taking.take(known, b'[{"a":1},{"a":2}]')
    with pytest.raises(Refusal) as caught:
        taking.check(known)
    assert caught.value.retry_after is not None
    assert timedelta(hours=11) < caught.value.retry_after <= timedelta(hours=12)
    moments.append(NOW + timedelta(hours=12, minutes=1))
    taking.check(known)


async def test_a_source_that_proves_who_it_is_gets_okta_s_challenge_back(
    client: httpx.AsyncClient, intake: RememberingIntake
) -> None:
    asked = {"X-Okta-Verification-Challenge": "Me_rShK8"}
    known = {"Authorization": f"Bearer {BEARER.decode()}"}
    answer = await client.get("/alerts/soc", headers=asked | known)
    assert (answer.status_code, answer.json()) == (200, {"verification": "Me_rShK8"})
    stranger = asked | {"Authorization": "Bearer another"}
    assert (await client.get("/alerts/soc", headers=stranger)).status_code == 401
    assert (await client.get("/alerts/soc", headers=known)).status_code == 400
    assert not intake.deliveries


async def test_a_key_may_come_as_the_password_of_an_address(client: httpx.AsyncClient) -> None:
    for password, status in ((BEARER.decode(), 202), ("another", 401)):
        answer = await client.post("/alerts/soc", json={"title": "t"}, auth=("sns", password))
        assert answer.status_code == status
    broken = await client.post("/alerts/soc", json={"title": "t"}, headers={"Authorization": "Basic %%%"})
    assert broken.status_code == 401
