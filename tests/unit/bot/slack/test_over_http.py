"""What Slack, and whoever is not Slack, posts to Muster's address."""

import json
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from fastapi import FastAPI
from slack_bolt.async_app import AsyncApp
from slack_sdk.signature import SignatureVerifier

from bot.slack.serving import OverHttp, slack_router
from tests.circle import KEY, Circle
from tests.contract.fakes.slack import FakeSlack
from tests.unit.bot.slack.workspace import CONNECTION, ORIGIN, SECRET, answers, app, typed

FORM = "application/x-www-form-urlencoded"


def signed(body: str, secret: str = SECRET, at: datetime | None = None, kind: str = FORM) -> dict[str, str]:
    seconds = str(int((at or datetime.now().astimezone()).timestamp()))
    signature = SignatureVerifier(secret).generate_signature(timestamp=seconds, body=body)
    return {
        "content-type": kind,
        "x-slack-request-timestamp": seconds,
        "x-slack-signature": signature or "",
    }


async def posted(
    app: AsyncApp, body: str | bytes, headers: dict[str, str], path: str = "unhcr/slack"
) -> httpx.Response:
    web = FastAPI()
    web.include_router(slack_router({CONNECTION.id: OverHttp(app, SECRET)}))
    transport = httpx.ASGITransport(app=web)
    async with httpx.AsyncClient(transport=transport, base_url="http://muster.example") as client:
        return await client.post(
            f"/slack/{path}/events", content=body, headers=httpx.Headers(headers, encoding="latin-1")
        )


async def told(app: AsyncApp, said: dict[str, Any]) -> httpx.Response:
    body = json.dumps(said)
    return await posted(app, body, signed(body, kind="application/json"))


async def test_a_signed_request_is_taken(slack: FakeSlack, circle: Circle) -> None:
    body = urlencode(typed(slack, "declare Ransomware"))
    assert (await posted(app(slack, circle), body, signed(body))).status_code == 200
    assert KEY in await answers(slack)


async def test_nothing_else_is_taken(slack: FakeSlack, circle: Circle) -> None:
    body = urlencode(typed(slack, "declare Ransomware"))
    taking = app(slack, circle)
    long_ago = datetime.now().astimezone() - timedelta(minutes=6)
    assert (await posted(taking, body, signed(body, "another secret"))).status_code == 401
    assert (await posted(taking, f"{body}&user_id=U0WFP", signed(body))).status_code == 401
    assert (await posted(taking, body, signed(body, at=long_ago))).status_code == 401, (
        "an old request may be a replayed one"
    )
    assert (await posted(taking, body, signed(body), "wfp/slack")).status_code == 404
    assert not circle.commands


@pytest.mark.parametrize(
    ("body", "changed"),
    [
        (b"{broken", {"content-type": "application/json"}),
        (b"[1]", {"content-type": "application/json"}),
        (b"payload={broken", {}),
        (b"\xff", {}),
        (b"text=status", {"x-slack-request-timestamp": "noon"}),
        (b"text=status", {"x-slack-signature": "v0=é"}),
    ],
)
async def test_of_what_slack_did_not_sign_nothing_is_read(
    slack: FakeSlack, circle: Circle, body: bytes, changed: dict[str, str]
) -> None:
    refused = await posted(app(slack, circle), body, {**signed("another body"), **changed})
    assert (refused.status_code, refused.content) == (401, b"")


async def test_slack_finds_the_address_and_its_certificate_good(slack: FakeSlack, circle: Circle) -> None:
    answer = await told(app(slack, circle), {"type": "url_verification", "challenge": "3eZbrw1a"})
    assert answer.json() == {"challenge": "3eZbrw1a"}
    checked = await posted(app(slack, circle), "ssl_check=1&token=x", {"content-type": FORM})
    assert (checked.status_code, checked.content) == (200, b"")


async def test_what_nobody_asked_for_is_acknowledged_and_events_left_out_are_told_to_the_operator(
    slack: FakeSlack, circle: Circle, caplog: pytest.LogCaptureFixture
) -> None:
    event = {
        "type": "event_callback",
        "event_id": "Ev1",
        "team_id": "T0CIRCLE",
        "event": {"type": "team_join"},
    }
    assert (await told(app(slack, circle), event)).status_code == 200
    assert not caplog.messages
    left_out = {"type": "app_rate_limited", "team_id": "T0CIRCLE", "minute_rate_limited": 1}
    assert (await told(app(slack, circle), left_out)).status_code == 200
    assert caplog.messages == ["unhcr/slack: more happened in Slack within a minute than it tells"]


@pytest.mark.parametrize("trouble", ["token_revoked", "http_500", "dropped"])
async def test_where_slack_does_not_say_who_muster_is_whoever_asks_hears_that_in_words_of_musters(
    slack: FakeSlack, circle: Circle, trouble: str
) -> None:
    slack.fail("auth.test", trouble)
    asked = app(slack, circle)
    body = urlencode(typed(slack, "declare Ransomware"))
    assert (await posted(asked, body, signed(body))).status_code == 200
    assert f"{ORIGIN}/rooms" in await answers(slack)
    assert not circle.commands
    assert (await posted(asked, body, signed(body))).status_code == 200
    assert KEY in await answers(slack, 2)


async def test_an_event_that_nobody_can_hear_yet_is_not_acknowledged_so_that_slack_tells_it_again(
    slack: FakeSlack, circle: Circle
) -> None:
    slack.fail("auth.test", "http_500")
    asked = app(slack, circle)
    event = {
        "type": "event_callback",
        "event_id": "Ev1",
        "team_id": "T0CIRCLE",
        "event": {"type": "team_join"},
    }
    assert (await told(asked, event)).status_code == 503
    assert (await told(asked, event)).status_code == 200
