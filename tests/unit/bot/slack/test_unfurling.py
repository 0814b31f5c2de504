"""Links to incidents in Slack's channels, and Slack's word that Muster was shut out."""

from dataclasses import replace
from typing import Any

import pytest

from bot.rooms import RoomIncidents
from bot.slack.app import slack_app
from bot.slack.front import SlackFront
from bot.slack.unfurling import unfurls
from integrations.slack.client import slack_client
from playbooks.domain.ids import EffectId
from playbooks.domain.marking import Marking
from playbooks.domain.tongue import Tongue, speaking
from playbooks.ports.operator import Trouble
from tests.circle import KEY, Circle, Conversation
from tests.contract.fakes.slack import TOKEN, Channel, FakeSlack
from tests.unit.bot.slack.workspace import CONNECTION, ORIGIN, Told, front, sent, until

LINK = f"{ORIGIN}/rooms/{KEY}"
OPENED = {
    "C0OWN": f"unhcr/slack/{KEY}/room.open/room",
    "C0JOINT": f"unhcr/slack/{KEY}/room.open/room.joint-all",
    "C0OTHER": "unhcr/slack/INC-2026-0002/room.open/room",
    "C0FOREIGN": f"wfp/slack/{KEY}/room.open/room",
}


async def opened_by(room: str) -> EffectId | None:
    return EffectId(OPENED[room]) if room in OPENED else None


async def a_circle(*lines: str) -> Circle:
    said = Conversation()
    for line in ("declare Ransomware on the file server severity=high", *lines):
        await said.desk.say(line, said.speaker("unhcr-ciso"))
    return said.circle


def standing(circle: Circle) -> SlackFront:
    return replace(front(circle), rooms=RoomIncidents(CONNECTION, opened_by))


def event(**event: Any) -> dict[str, Any]:
    body = {"type": "event_callback", "team_id": "T0CIRCLE", "event_id": "Ev1", "api_app_id": "A0MUSTER"}
    return {**body, "authorizations": [], "event": event}


async def test_below_a_link_in_the_incidents_own_room_stands_how_it_is(slack: FakeSlack) -> None:
    message = {"user": "U0STRANGER", "ts": "1.1", "text": f"Look: <{LINK}?from=mail>", "shown_at": 0.0}
    slack.channels["C0ROOM"] = Channel("C0ROOM", "ours", "U0MUSTER", messages=[message])
    app = slack_app(front(await a_circle()), slack_client(TOKEN, slack.api))
    links = [{"domain": "muster.example.org", "url": f"{LINK}?from=mail"}]
    said = {"type": "link_shared", "channel": "C0ROOM", "user": "U0STRANGER", "message_ts": "1.1"}
    await sent(app, event(**said, links=links, source="conversations_history"))
    await until(lambda: "unfurled" in message)
    ((link, shown),) = message["unfurled"].items()  # type: ignore[attr-defined]
    assert link == f"{LINK}?from=mail"
    words = shown["blocks"][0]["text"]["text"]
    assert words.splitlines() == [
        "TLP:AMBER+STRICT", "", "  Severity: high", "  Phase: detect", "  Lead: UNHCR",
        "  Commander: unhcr-ciso",
    ]  # fmt: skip


async def test_both_pages_of_an_incident_are_unfurled_and_no_other_page() -> None:
    pages = [LINK, f"{ORIGIN}/incidents/{KEY}", f"{ORIGIN}/incidents/{KEY}/#now"]
    others = [
        f"{ORIGIN}/incidents/{KEY}.pdf",
        f"{ORIGIN}/incidents/{KEY}/review",
        f"{ORIGIN}/incidents/{KEY}0",
        f"{ORIGIN}/incidents",
        f"https://muster.example.org.evil.example/rooms/{KEY}",
        f"https://muster.example.org@evil.example/rooms/{KEY}",
    ]
    said = await unfurls(standing(await a_circle()), "C0OWN", [*pages, *others])
    assert set(said) == set(pages)


@pytest.mark.parametrize("room", ["C0JOINT", "C0OTHER", "C0FOREIGN", "C0UNKNOWN", "COMPOSER"])
async def test_anywhere_else_not_even_that_it_exists_is_said(room: str) -> None:
    circle = await a_circle()
    assert await unfurls(standing(circle), "C0OWN", [LINK])
    assert await unfurls(standing(circle), room, [LINK]) == {}


async def test_of_a_restricted_incident_a_room_is_told_nothing() -> None:
    assert await unfurls(standing(await a_circle("restrict @unhcr-ciso")), "C0OWN", [LINK]) == {}


async def test_what_is_stricter_than_the_connection_bears_is_not_unfurled() -> None:
    narrow = CONNECTION.model_copy(update={"ceiling": Marking.GREEN})
    there = replace(standing(await a_circle()), connection=narrow)
    assert await unfurls(there, "C0OWN", [LINK]) == {}


async def test_a_room_is_spoken_to_in_its_workspaces_language_whoever_posted_the_link() -> None:
    french = CONNECTION.model_copy(update={"tongue": Tongue(language="fr")})
    there = replace(standing(await a_circle()), connection=french)
    with speaking(Tongue(language="es")):
        assert "Chef de file: UNHCR" in str(await unfurls(there, "C0OWN", [LINK]))


@pytest.mark.parametrize(
    "said", [{"type": "tokens_revoked", "tokens": {"bot": ["U0MUSTER"]}}, {"type": "app_uninstalled"}]
)
async def test_the_operator_hears_at_once_that_muster_was_shut_out(
    slack: FakeSlack, circle: Circle, said: dict[str, Any]
) -> None:
    slack.fail("auth.test", "token_revoked", times=9)
    operator = Told()
    await sent(slack_app(front(circle, operator), slack_client(TOKEN, slack.api)), event(**said))
    await until(lambda: bool(operator.concerns))
    (concern,) = operator.concerns
    assert (concern.trouble, concern.connection, concern.incident) == (Trouble.DENIED, CONNECTION.id, None)
    assert (concern.asked, concern.detail) == ("UNHCR:on_call", said["type"])


async def test_a_persons_token_that_is_revoked_was_none_of_musters(circle: Circle) -> None:
    operator = Told()
    await front(circle, operator).shut_out({"type": "tokens_revoked", "tokens": {"oauth": ["U0CISO"]}})
    assert not operator.concerns
