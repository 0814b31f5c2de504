"""Forms, the app's home and pins by a sign, through Bolt as it runs and a Slack of our own."""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from slack_bolt.response import BoltResponse

from bot.commands.chat_command import ChatCommand
from bot.commands.declare import DECLARE
from bot.commands.parameter import Parameter, Place, Takes
from bot.commands.registry import COMMANDS
from bot.slack.app import slack_app
from bot.slack.front import Act, SlackFront
from bot.slack.modal import WHICH, form
from integrations.slack.client import slack_client
from playbooks.domain.organization import Person
from playbooks.texts import load_texts
from tests.circle import KEY, Circle, directory
from tests.contract.fakes.slack import TOKEN, Channel, FakeSlack, checked_view
from tests.unit.bot.slack.workspace import answers, app, front, pressed, sent, typed, until

TEAM = {"id": "T0CIRCLE", "domain": "circle"}
CISO = {"id": "U0CISO", "username": "ciso", "team_id": "T0CIRCLE"}


def chosen(value: str) -> dict[str, Any]:
    return {"type": "static_select", "selected_option": {"value": value}}


def written(value: str | None) -> dict[str, Any]:
    return {"type": "plain_text_input", "value": value}


async def declared(slack: FakeSlack, circle: Circle) -> None:
    await sent(app(slack, circle), typed(slack, "declare Ransomware severity=high"))
    await answers(slack)


async def filled(slack: FakeSlack, circle: Circle, view: str, **user: Any) -> BoltResponse:
    """The open form, sent with these fields."""
    state = {label: {"filled": value} for label, value in user.pop("fields").items()}
    body = {
        "type": "view_submission",
        "team": TEAM,
        "user": {**CISO, **user},
        "api_app_id": "A0MUSTER",
        "trigger_id": "111.333",
        "view": {"id": view, **slack.views[view], "state": {"values": state}},
    }
    return await sent(app(slack, circle), body)


@pytest.mark.parametrize(
    "command", [each for each in COMMANDS if each.parameters], ids=lambda each: each.spelled
)
def test_every_command_has_a_form_that_slack_takes(command: Any) -> None:
    act = Act("U0CISO", "T0CIRCLE", "C0ROOM", "1")
    assert checked_view(form(command, act, directory(), load_texts()), "modal")


async def test_a_command_without_what_it_needs_opens_its_form(slack: FakeSlack, circle: Circle) -> None:
    await sent(app(slack, circle), typed(slack, "declare"))
    await until(lambda: bool(slack.views))
    (view,) = slack.views.values()
    labels = {
        block["block_id"]: block["label"]["text"] for block in view["blocks"] if block["type"] == "input"
    }
    assert labels["title"] == "What it is, in a few words"
    assert not circle.commands
    assert not slack.answers


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("update every=1m", {"every": "1m"}),
        ("task add for=WFP due=18:00", {"for": "WFP", "due": "18:00"}),
        ("ask status WFP UNICC", {"asked": ["WFP", "UNICC"]}),
        ("declare severity=high restricted", {"severity": "high", "restricted": ["restricted"]}),
    ],
)
async def test_a_form_holds_what_a_line_that_lacks_something_says(
    slack: FakeSlack, circle: Circle, line: str, said: dict[str, Any]
) -> None:
    await declared(slack, circle)
    before = len(circle.commands)
    await sent(app(slack, circle), typed(slack, line, trigger_id="2"))
    await until(lambda: bool(slack.views))
    (shown,) = slack.views.values()
    assert checked_view(shown, "modal")
    assert {label: value for label, value in _begun(shown["blocks"]) if value} == said
    assert len(circle.commands) == before


def _begun(blocks: list[dict[str, Any]]) -> Iterator[tuple[str, Any]]:
    for block in blocks:
        if block["type"] == "input":
            element = block["element"]
            many = [option["value"] for option in element.get("initial_options", ())]
            one = element.get("initial_option", {}).get("value") or element.get("initial_value")
            yield block["block_id"], many or one


async def test_a_button_of_what_lacks_something_opens_its_form(slack: FakeSlack, circle: Circle) -> None:
    await declared(slack, circle)
    await sent(app(slack, circle), pressed(slack, f"/incident {KEY} update"))
    await until(lambda: bool(slack.views))
    await filled(slack, circle, "V0001", fields={"update": written("Contained.")})
    await until(lambda: circle.last.verb == "update")
    assert circle.last.incident == KEY
    assert len(slack.answers) == 1


async def test_a_form_says_what_could_be_typed_and_shows_what_came_of_it(
    slack: FakeSlack, circle: Circle
) -> None:
    await sent(app(slack, circle), typed(slack, "declare"))
    await until(lambda: bool(slack.views))
    fields = {
        "title": written('Mail says "urgent" severity=low'),
        "severity": chosen("high"),
        "restricted": {"type": "checkboxes", "selected_options": []},
        "playbook": written(None),
        "note": written("First line\nSecond line"),
    }
    said = await filled(slack, circle, "V0001", fields=fields)
    assert json.loads(said.body)["response_action"] == "update"
    await until(lambda: KEY in json.dumps(slack.views["V0001"]))
    assert circle.last.args["severity"] == "high"
    assert "urgent" in circle.last.texts["title"]
    assert circle.last.texts["note"] == "First line\nSecond line"
    assert circle.last.id == "slack:T0CIRCLE:view:V0001"


async def test_what_is_wrong_stands_beside_its_field_and_nothing_is_given(
    slack: FakeSlack, circle: Circle
) -> None:
    await declared(slack, circle)
    await sent(app(slack, circle), typed(slack, "task add", trigger_id="2"))
    await until(lambda: bool(slack.views))
    fields = {
        "due": written("soon"),
        "owner": written("nobody-we-know"),
        "text": written("Collect the images"),
    }
    said = json.loads((await filled(slack, circle, "V0001", fields=fields)).body)
    assert said["response_action"] == "errors"
    assert set(said["errors"]) == {"due", "owner"}
    assert "nobody-we-know" in said["errors"]["owner"]
    assert circle.last.verb == "declare"


async def test_what_a_form_does_not_ask_yet_it_asks_then_with_what_was_filled_in(
    slack: FakeSlack, circle: Circle
) -> None:
    """As `task done` does once it is known which task: beside a field that is not there Slack shows nothing."""

    class Curious(SlackFront):
        async def asking(self, act: Act, person: Person, command: ChatCommand, first: str) -> ChatCommand:
            more = Parameter("reason", Place.OPTION, Takes.NAME, lambda typed, _: {"reason": typed})
            return replace(command, parameters=(*command.parameters, more))

    await declared(slack, circle)
    plain = front(circle)
    muster = slack_app(Curious(**vars(plain)), slack_client(TOKEN, slack.api))
    await sent(muster, typed(slack, f"{KEY} update", trigger_id="2"))
    await until(lambda: bool(slack.views))
    view = slack.views["V0001"]
    state = {"values": {"update": {"filled": written("Contained.")}}}
    body = {"type": "view_submission", "team": TEAM, "user": CISO, "trigger_id": "3"}
    said = json.loads((await sent(muster, {**body, "view": {"id": "V0001", **view, "state": state}})).body)
    assert said["response_action"] == "update"
    asked = {
        block["block_id"]: block["element"] for block in checked_view(said["view"], "modal")["blocks"][1:]
    }
    assert "reason" in asked
    assert asked["update"]["initial_value"] == "Contained."
    assert circle.last.verb == "declare"


def test_a_field_takes_no_more_than_the_line_that_it_becomes(circle: Circle) -> None:
    act = Act("U0CISO", "T0CIRCLE", "C0ROOM", "1")
    view = form(DECLARE, act, directory(), load_texts(), {"title": "x" * 5000, "severity": "high"})
    fields = {block["block_id"]: block["element"] for block in view["blocks"][1:]}
    assert fields["title"]["max_length"] == len(fields["title"]["initial_value"]) == 400
    assert fields["severity"]["initial_option"]["value"] == "high"
    assert checked_view(view, "modal")


async def test_outside_a_room_a_form_asks_for_the_incident(slack: FakeSlack, circle: Circle) -> None:
    await declared(slack, circle)
    await sent(app(slack, circle), typed(slack, "update", channel_id="C0OTHER", trigger_id="2"))
    await until(lambda: bool(slack.views))
    which = next(block for block in slack.views["V0001"]["blocks"] if block.get("block_id") == WHICH)
    assert [option["value"] for option in which["element"]["options"]] == [KEY]
    fields = {WHICH: chosen(KEY), "update": written("Contained.")}
    await filled(slack, circle, "V0001", fields=fields)
    await until(lambda: circle.last.verb == "update")
    assert circle.last.incident == KEY
    await sent(app(slack, circle), typed(slack, f"{KEY} update", channel_id="C0OTHER", trigger_id="3"))
    await until(lambda: "V0002" in slack.views)
    assert WHICH not in json.dumps(slack.views["V0002"])
    await filled(slack, circle, "V0002", fields={"update": written("Ended.")})
    await until(lambda: circle.last.texts == {"update": "Ended."})
    assert circle.last.incident == KEY


async def test_where_she_knows_of_no_incident_she_is_told_so_and_fills_in_no_form(
    slack: FakeSlack, circle: Circle
) -> None:
    await sent(app(slack, circle), typed(slack, "update", channel_id="C0OTHER"))
    await until(lambda: bool(slack.views))
    assert "There is no open incident" in json.dumps(slack.views["V0001"])
    assert "submit" not in slack.views["V0001"]


async def test_a_form_offers_no_incident_that_one_may_not_know_of(slack: FakeSlack, circle: Circle) -> None:
    await declared(slack, circle)
    await sent(app(slack, circle), typed(slack, "update", channel_id="C0OTHER", user_id="U0WFP"))
    await until(lambda: bool(slack.views))
    assert KEY not in json.dumps(slack.views)


async def test_the_shortcut_tells_a_stranger_that_she_is_one(slack: FakeSlack, circle: Circle) -> None:
    nobody = {**CISO, "id": "U0NOBODY"}
    body = {
        "type": "shortcut",
        "callback_id": "form:declare",
        "trigger_id": "1",
        "team": TEAM,
        "user": nobody,
    }
    await sent(app(slack, circle), body)
    await until(lambda: bool(slack.views))
    (view,) = slack.views.values()
    assert "U0NOBODY" in json.dumps(view["blocks"])
    assert "submit" not in view


@pytest.mark.parametrize("command", COMMANDS, ids=lambda each: each.spelled)
def test_no_form_shows_a_backquote(command: Any) -> None:
    assert "`" not in json.dumps(form(command, Act("U0CISO", "T0CIRCLE", "", "1"), directory(), load_texts()))


async def test_a_stranger_gets_no_form_and_sends_none(slack: FakeSlack, circle: Circle) -> None:
    await sent(app(slack, circle), typed(slack, "declare", user_id="U0NOBODY"))
    await answers(slack)
    assert not slack.views
    await sent(app(slack, circle), typed(slack, "declare"))
    await until(lambda: bool(slack.views))
    await filled(slack, circle, "V0001", fields={"title": written("Mine")}, id="U0NOBODY")
    assert not circle.commands


async def test_where_no_form_can_be_opened_the_line_is_answered(slack: FakeSlack, circle: Circle) -> None:
    slack.fail("views.open", "expired_trigger_id")
    await sent(app(slack, circle), typed(slack, "declare"))
    assert "This is missing: “What it is, in a few words”" in await answers(slack)


async def test_the_shortcut_declares(slack: FakeSlack, circle: Circle) -> None:
    body = {"type": "shortcut", "callback_id": "form:declare", "trigger_id": "1", "team": TEAM, "user": CISO}
    await sent(app(slack, circle), body)
    await until(lambda: bool(slack.views))
    await filled(slack, circle, "V0001", fields={"title": written("Ransomware")})
    await until(lambda: bool(circle.commands))
    assert circle.last.verb == "declare"


def a_room(slack: FakeSlack) -> Channel:
    """The incident's room, in which somebody has said something."""
    room = Channel(id="C0ROOM", name="inc", creator="U0MUSTER", members=["U0CISO", "U0WFP"])
    message = {
        "type": "message",
        "user": "U0WFP",
        "ts": "1795348800.000100",
        "text": "FS-1 &amp; FS-2 are down",
        "shown_at": 0,
    }
    room.messages.append(message)
    slack.channels[room.id] = room
    return room


def reaction(sign: str, **changed: Any) -> dict[str, Any]:
    item = {"type": "message", "channel": "C0ROOM", "ts": "1795348800.000100"}
    event = {
        "type": "reaction_added",
        "user": "U0CISO",
        "reaction": sign,
        "item": item,
        "event_ts": "1.9",
    } | changed
    return {
        "type": "event_callback",
        "team_id": "T0CIRCLE",
        "event_id": "Ev0001",
        "api_app_id": "A0MUSTER",
        "event": event,
    }


async def test_a_pushpin_pins_a_message_once_with_its_author(slack: FakeSlack, circle: Circle) -> None:
    await declared(slack, circle)
    a_room(slack)
    taking = app(slack, circle)
    for _ in range(2):
        await sent(taking, reaction("pushpin"))
    await until(lambda: len(slack.whispered) == 2)
    pins = [command for command in circle.commands if command.verb == "pin"]
    assert {pin.id for pin in pins} == {"slack:T0CIRCLE:Ev0001"}, "and the ledger takes an id once"
    assert pins[0].actor.id == "unhcr-ciso"
    assert pins[0].args["person"] == "wfp-ciso"
    assert pins[0].args["happened_at"].startswith("2026-11-22T12:00")
    assert pins[0].texts["message"] == "FS-1 & FS-2 are down"
    assert slack.whispered[0]["user"] == "U0CISO"


@pytest.mark.parametrize(
    "body",
    [
        reaction("eyes"),
        reaction("pushpin", item={"type": "message", "channel": "C0OTHER", "ts": "1.2"}),
        reaction("pushpin", user="U0NOBODY"),
    ],
    ids=["another sign", "another room", "a stranger"],
)
async def test_nothing_else_pins(slack: FakeSlack, circle: Circle, body: dict[str, Any]) -> None:
    await declared(slack, circle)
    a_room(slack).members.append("U0NOBODY")
    taking = app(slack, circle)
    await sent(taking, body)
    await sent(taking, {**reaction("pushpin"), "event_id": "Ev0002"})
    await until(lambda: circle.last.verb == "pin")
    assert [command.id for command in circle.commands if command.verb == "pin"] == ["slack:T0CIRCLE:Ev0002"]


@pytest.mark.parametrize("channel", ["C0ROOM", "C0WITHOUTMUSTER"])
async def test_the_shortcut_of_a_message_opens_the_form_of_a_pin_with_the_message_in_it(
    slack: FakeSlack, circle: Circle, channel: str
) -> None:
    await declared(slack, circle)
    message = a_room(slack).messages[0]
    body = {
        "type": "message_action",
        "callback_id": "form:pin",
        "trigger_id": "1",
        "team": TEAM,
        "user": CISO,
        "channel": {"id": channel},
        "message": message,
    }
    await sent(app(slack, circle), body)
    await until(lambda: bool(slack.views))
    assert "FS-1 & FS-2 are down" in json.dumps(slack.views["V0001"])


def home_opened(user: str) -> dict[str, Any]:
    event = {"type": "app_home_opened", "user": user, "tab": "home", "channel": "D0"}
    return {
        "type": "event_callback",
        "team_id": "T0CIRCLE",
        "event_id": "Ev9",
        "api_app_id": "A0MUSTER",
        "event": event,
    }


async def test_the_home_shows_what_waits_and_what_is_open_and_to_a_stranger_nothing(
    slack: FakeSlack, circle: Circle
) -> None:
    await declared(slack, circle)
    await sent(app(slack, circle), typed(slack, "task add owner=me Collect the images", trigger_id="2"))
    await answers(slack, 2)
    await sent(app(slack, circle), home_opened("U0CISO"))
    await until(lambda: "U0CISO" in slack.views)
    shown = json.dumps(slack.views["U0CISO"])
    assert KEY in shown
    assert "Collect the images" in shown
    await sent(app(slack, circle), home_opened("U0NOBODY"))
    await until(lambda: "U0NOBODY" in slack.views)
    assert KEY not in json.dumps(slack.views["U0NOBODY"])


async def test_a_button_at_home_is_answered_in_a_view_and_the_home_is_made_anew(
    slack: FakeSlack, circle: Circle
) -> None:
    await declared(slack, circle)
    body = pressed(slack, f"/incident {KEY} severity low")
    del body["response_url"], body["channel"]
    await sent(app(slack, circle), body)
    await until(lambda: "U0CISO" in slack.views and KEY in json.dumps(slack.views.get("V0001", "")))
    assert circle.last.verb == "severity"
