"""Slash commands and buttons, through Bolt as it runs and a Slack of our own."""

import asyncio
from collections import Counter
from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from pydantic import SecretStr

from bot.community import RecordedCommunity
from bot.slack.app import slack_app
from bot.slack.serving import slack_socket, stay_connected
from integrations.simulated.tokens import SimulatedTokens
from integrations.slack.client import slack_client
from integrations.slack.members import SlackMembers
from integrations.slack.rotation import Rotating, RotatingClient, Rotation
from playbooks.domain.command import Command, Verdict
from playbooks.domain.ids import ConnectionId, OrganizationCode
from playbooks.domain.organization import Directory
from playbooks.domain.team import Team
from tests.circle import KEY, NOON, Circle
from tests.contract.fakes.slack import APP_TOKEN, CLIENT, REFRESH, TOKEN, Channel, FakeSlack
from tests.unit.bot.slack.workspace import (
    CONNECTION,
    ORIGIN,
    PEOPLE,
    WITHIN,
    Hostile,
    Told,
    answers,
    app,
    front,
    pressed,
    sent,
    typed,
    until,
)
from tests.unit.bot.spoken import spoken


async def test_a_command_is_given_by_the_person_whose_account_it_is(slack: FakeSlack, circle: Circle) -> None:
    await sent(app(slack, circle), typed(slack, "declare Ransomware on &lt;FS-1&gt; severity=high"))
    assert KEY in await answers(slack)
    assert slack.answers[0]["response_type"] == "ephemeral"
    assert circle.last.actor.id == "unhcr-ciso"
    assert circle.last.id == "slack:T0CIRCLE:111.222.aaa"
    assert circle.last.texts["title"] == "Ransomware on <FS-1>"


async def test_a_room_stands_for_the_incident_that_it_was_opened_for(
    slack: FakeSlack, circle: Circle
) -> None:
    await sent(app(slack, circle), typed(slack, "declare Ransomware", channel_id="C0OTHER"))
    await answers(slack)
    await sent(app(slack, circle), typed(slack, "severity critical", trigger_id="2"))
    await answers(slack, 2)
    assert (circle.last.incident, circle.last.verb) == (KEY, "severity")


async def test_a_button_gives_the_command_that_it_carries(slack: FakeSlack, circle: Circle) -> None:
    await sent(app(slack, circle), typed(slack, "declare Ransomware"))
    await answers(slack)
    await sent(app(slack, circle), pressed(slack, "/incident severity low"))
    await answers(slack, 2)
    assert circle.last.verb == "severity"
    assert circle.last.id == "slack:T0CIRCLE:111.222.bbb"
    assert slack.answers[1]["replace_original"] is False


def in_a_room(
    slack: FakeSlack, command: str, account: str = "U0CISO", trigger: str = "t-1"
) -> dict[str, Any]:
    """A press of the button below the message of the room."""
    (message,) = slack.channels["C0ROOM"].messages
    body = pressed(slack, command)
    body |= {"message": message, "trigger_id": trigger, "user": {**body["user"], "id": account}}
    body["actions"][0]["text"] = {"type": "plain_text", "text": "Acknowledge"}
    return body


def _updated(slack: FakeSlack, times: int) -> bool:
    return slack.calls["chat.update"] == times


async def test_a_message_of_a_room_says_in_its_place_who_pressed_once_for_each(
    slack: FakeSlack, circle: Circle
) -> None:
    section = {"type": "rich_text_section", "elements": [{"type": "text", "text": "Who comes?"}]}
    blocks = [{"type": "rich_text", "block_id": "said", "elements": [section]}]
    slack.channels["C0ROOM"] = Channel("C0ROOM", "inc", "U0MUSTER", members=["U0CISO", "U0DUTY"])
    slack.channels["C0ROOM"].messages = [
        {"ts": "1.2", "text": "Who comes?", "blocks": blocks, "metadata": {}}
    ]
    (message,) = slack.channels["C0ROOM"].messages
    muster = app(slack, circle)
    await sent(muster, typed(slack, "declare Ransomware"))
    await answers(slack)
    for number, account in enumerate(("U0CISO", "U0CISO", "U0DUTY"), start=2):
        await sent(muster, in_a_room(slack, "/incident note Seen.", account, f"t-{number}"))
        await answers(slack, number)
        await until(partial(_updated, slack, number - 1))
    lines = [block["block_id"] for block in message["blocks"]]
    assert lines == ["said", "pressed:unhcr-ciso", "pressed:unhcr-duty"]
    assert "Acknowledge" in str(message["blocks"][1])
    assert message["text"] == "Who comes?"
    await sent(muster, in_a_room(slack, "/incident severity lower", "U0CISO", "t-9"))
    await answers(slack, 5)
    assert slack.calls["chat.update"] == 3, "of what was refused the room hears nothing"


async def test_a_guest_from_the_workspace_that_her_organization_told_of_is_who_she_is(
    slack: FakeSlack, circle: Circle
) -> None:
    told = RecordedCommunity(_told_of_its_workspace("WFP", "T0WFPHQ"))
    guesting = slack_app(replace(front(circle), communities=told), slack_client(TOKEN, slack.api))
    for account, team in (("U0WFP", "T0OTHER"), ("U0CISO", "T0WFPHQ")):
        await sent(guesting, typed(slack, "declare Ransomware", user_id=account, team_id=team))
    assert "nobody's in the directory" in await answers(slack, 2)
    assert not circle.commands, "another workspace, or another organization's account, is a stranger's"
    await sent(guesting, typed(slack, "declare Ransomware", user_id="U0WFP", team_id="T0WFPHQ"))
    await answers(slack, 3)
    assert (circle.last.actor.id, circle.last.actor.organization) == ("wfp-ciso", "WFP")


async def test_a_guest_from_a_workspace_that_was_declared_compromised_commands_nothing_and_is_told_nothing(
    slack: FakeSlack, circle: Circle
) -> None:
    home = CONNECTION.model_copy(
        update={"id": ConnectionId("wfp/slack"), "organization": OrganizationCode("WFP")}
    )

    class AtHome:
        async def distrusted(self) -> frozenset[ConnectionId]:
            return frozenset({home.id})

    told = RecordedCommunity(_told_of_its_workspace("WFP", "T0WFPHQ"))
    here = replace(front(circle), communities=told, trust=AtHome(), connected=(CONNECTION, home))
    guesting = slack_app(here, slack_client(TOKEN, slack.api))
    await sent(guesting, typed(slack, "declare Ransomware", user_id="U0WFP", team_id="T0WFPHQ"))
    await until(lambda: bool(circle.commands))
    assert circle.last.actor.via == home.id, "it is judged as what comes from there"
    await sent(guesting, typed(slack, "list", trigger_id="2"))
    await answers(slack, 1)
    assert len(slack.answers) == 1, "whoever is at home here is answered"


def _told_of_its_workspace(code: str, workspace: str) -> Directory:
    organizations = (
        each.model_copy(update={"team": Team(slack=workspace)}) if each.code == code else each
        for each in PEOPLE.organizations
    )
    return PEOPLE.model_copy(update={"organizations": tuple(organizations)})


async def test_a_person_is_answered_in_the_language_that_she_said(slack: FakeSlack, circle: Circle) -> None:
    told = RecordedCommunity(PEOPLE, spoken)
    await told.now()
    french = slack_app(replace(front(circle), communities=told), slack_client(TOKEN, slack.api))
    await sent(french, typed(slack, "severty high"))
    assert "Vouliez-vous dire" in await answers(slack)


async def test_who_was_deactivated_commands_nothing_and_the_directory_is_mended(
    slack: FakeSlack, circle: Circle
) -> None:
    operator = Told()
    members = SlackMembers(CONNECTION, slack_client(TOKEN, slack.api), operator)
    there = slack_app(front(circle, operator, members), slack_client(TOKEN, slack.api))
    changed = {
        "type": "event_callback",
        "team_id": "T0CIRCLE",
        "event_id": "Ev0GONE",
        "event": {"type": "user_change", "user": {"id": "U0CISO", "team_id": "T0CIRCLE", "deleted": True}},
    }
    for _ in range(2):
        await sent(there, changed)
    await until(lambda: bool(operator.concerns))
    await sent(there, typed(slack, "declare Ransomware"))
    assert "nobody's in the directory" in await answers(slack)
    assert not circle.commands
    assert [each.detail for each in operator.concerns] == ["U0CISO"]


async def test_a_room_that_was_renamed_stands_for_its_incident_still(
    slack: FakeSlack, circle: Circle
) -> None:
    there = app(slack, circle)
    await sent(there, typed(slack, "declare Ransomware", channel_id="C0OTHER"))
    await answers(slack)
    await sent(there, typed(slack, "severity critical", channel_name="war-room", trigger_id="2"))
    await answers(slack, 2)
    assert circle.last.incident == KEY


class SlowCircle(Circle):
    """Judges when told to."""

    def __init__(self) -> None:
        super().__init__()
        self.go = asyncio.Event()

    async def submit(self, command: Command) -> Verdict:
        await self.go.wait()
        return await super().submit(command)


async def test_slack_hears_at_once_that_the_command_came_in(slack: FakeSlack) -> None:
    circle = SlowCircle()
    async with asyncio.timeout(3):
        said = await sent(app(slack, circle), typed(slack, "declare Ransomware"))
    assert said.status == 200
    assert not circle.commands
    circle.go.set()
    assert KEY in await answers(slack)


async def test_the_same_delivery_twice_is_one_command_id(slack: FakeSlack, circle: Circle) -> None:
    for _ in range(2):
        await sent(app(slack, circle), typed(slack, "declare Ransomware"))
    await answers(slack, 2)
    assert len({command.id for command in circle.commands}) == 1, "and the ledger takes an id once"


@pytest.mark.parametrize(
    "changed",
    [{"user_id": "U0NOBODY"}, {"team_id": "T0OTHER"}, {"user_id": "unhcr-ciso"}, {"user_id": "u0ciso"}],
)
async def test_a_stranger_is_told_so_and_nothing_is_done(
    slack: FakeSlack, circle: Circle, changed: dict[str, str]
) -> None:
    await sent(app(slack, circle), typed(slack, "declare Ransomware", **changed))
    assert "nobody's in the directory" in await answers(slack)
    assert not circle.commands


async def test_a_misread_line_is_answered_with_what_would_be_right(slack: FakeSlack, circle: Circle) -> None:
    await sent(app(slack, circle), typed(slack, "severty high"))
    assert "severity" in await answers(slack)


async def test_over_a_socket_every_envelope_is_acknowledged(slack: FakeSlack, circle: Circle) -> None:
    async with slack_socket(app(slack, circle), APP_TOKEN, slack.api):
        await slack.deliver("slash_commands", typed(slack, "declare Ransomware"), "e-1")
        assert KEY in await answers(slack)
        await slack.deliver("interactive", pressed(slack, "/incident severity low"), "e-2")
        await answers(slack, 2)
        async with asyncio.timeout(WITHIN):
            while slack.acknowledged != ["e-1", "e-2"]:
                await asyncio.sleep(0.01)
    assert circle.last.verb == "severity"


@pytest.mark.slow
async def test_a_socket_that_does_not_open_is_tried_again(slack: FakeSlack, circle: Circle) -> None:
    slack.fail("apps.connections.open", "invalid_auth")
    listening = asyncio.create_task(stay_connected(app(slack, circle), APP_TOKEN, slack.api))
    await slack.deliver("slash_commands", typed(slack, "declare Ransomware"), "e-1")
    assert KEY in await answers(slack)
    assert slack.calls["apps.connections.open"] == 2
    listening.cancel()
    await asyncio.gather(listening, return_exceptions=True)


@pytest.mark.parametrize(
    ("messages", "room", "ends_with"), [(5, "C0ROOM", ""), (7, "C0ROOM", KEY), (7, "", "rooms")]
)
async def test_a_long_answer_comes_in_several_messages_and_says_where_the_rest_is(
    slack: FakeSlack, circle: Circle, messages: int, room: str, ends_with: str
) -> None:
    taking = front(circle)
    render, times = taking.render, iter((messages, 1))
    long = replace(taking, render=lambda document: [*render(document)] * next(times))
    await sent(slack_app(long, slack_client(TOKEN, slack.api)), typed(slack, "help", channel_id=room))
    last = await answers(slack, 5)
    assert len(slack.answers) == 5, "Slack takes no more at one response URL"
    assert (f"{ORIGIN}/rooms" in last, ends_with in last) == (bool(ends_with), True)


async def test_a_compromised_workspace_is_told_nothing_and_what_it_says_is_judged_as_untrusted(
    slack: FakeSlack, circle: Circle
) -> None:
    await sent(app(slack, circle), typed(slack, "declare Ransomware", channel_id="C0OTHER"))
    await answers(slack)
    calls = Counter(slack.calls)
    hostile = slack_app(replace(front(circle), trust=Hostile()), slack_client(TOKEN, slack.api))
    await sent(hostile, typed(slack, "severity low", trigger_id="2"))
    await sent(hostile, typed(slack, "declare", trigger_id="3"))  # elsewhere it would open a form
    await sent(hostile, pressed(slack, "/incident phase respond"))
    assert [each.verb for each in circle.commands][-2:] == ["severity", "phase"], "it is noted"
    assert circle.last.actor.via == CONNECTION.id
    assert len(slack.answers) == 1
    assert set(slack.calls - calls) <= {"auth.test"}


async def test_an_app_whose_token_is_renewed_answers_with_the_one_that_is_good(
    slack: FakeSlack, circle: Circle
) -> None:
    id, secret = CLIENT
    known = Rotating(id, SecretStr(secret), SecretStr(REFRESH))
    rotation = Rotation(CONNECTION.id, known, SimulatedTokens(), lambda: NOON, slack.api)
    renewing = slack_app(front(circle), RotatingClient(rotation, slack.api))
    for trigger, line in (("1", "declare Ransomware"), ("2", "severity critical")):
        await sent(renewing, typed(slack, line, trigger_id=trigger))
        await answers(slack, int(trigger))
    assert circle.last.verb == "severity"
    assert (slack.calls["oauth.v2.access"], slack.calls["auth.test"]) == (1, 1)
