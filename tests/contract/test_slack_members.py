"""Slack's word on who is still a member and who is in a user group: against a Slack of our own."""

import json
import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from bot.connections import WiredConnections
from bot.remembered import Remembered
from integrations.slack.chat import SlackChat
from integrations.slack.client import slack_client
from integrations.slack.members import SlackMembers
from playbooks.domain.connection import Connection, Vendor, connection_id
from playbooks.domain.document import Document, Mention, Paragraph
from playbooks.domain.ids import PersonId
from playbooks.domain.marking import Marking
from playbooks.domain.organization import Duty, Person
from playbooks.ports.chat import Invite, OpenRoom, Post
from playbooks.ports.operator import Concern, Trouble
from tests.contract.fakes.slack import TOKEN, FakeSlack
from tests.contract.samples import MESSAGE, UNHCR, some_id

CONNECTION = Connection(
    id=connection_id(UNHCR, "slack"),
    organization=UNHCR,
    vendor=Vendor.SLACK,
    ceiling=Marking.AMBER_STRICT,
    groups=((Duty.ON_CALL, "S0CALLED"), (Duty.LEGAL, "S0LEGAL")),
)
ACCOUNTS = {"unhcr-duty": "U0DUTY", "unhcr-responder": "U0RESPONDER", "unhcr-legal": "U0LEGAL"}
PEOPLE = [
    Person(id=PersonId(id), organization=UNHCR, identities={"slack": account})
    for id, account in ACCOUNTS.items()
]
DUTY, RESPONDER = (person.id for person in PEOPLE[:2])


class Told:
    """The operator, who keeps what he is told."""

    def __init__(self) -> None:
        self.concerns: list[Concern] = []

    async def tell(self, concern: Concern) -> None:
        self.concerns.append(concern)


@pytest_asyncio.fixture
async def slack() -> AsyncIterator[FakeSlack]:
    async with FakeSlack(*ACCOUNTS.values()).served() as workspace:
        yield workspace


def chat(slack: FakeSlack, operator: Told | None = None) -> SlackChat:
    account = {person.id: person.identities["slack"] for person in PEOPLE}
    return SlackChat(CONNECTION, slack_client(TOKEN, slack.api), account.get, operator=operator)


async def opened(port: SlackChat) -> str:
    return (await port.open_room(OpenRoom(effect_id=some_id("room.open", "1"), name="INC-2026-0042"))).ref


def invitation(room: str, *people: PersonId, number: str = "1") -> Invite:
    return Invite(effect_id=some_id("room.invite", number), room=room, people=people)


async def test_who_was_deactivated_is_not_invited_and_the_operator_hears_it_once(slack: FakeSlack) -> None:
    operator = Told()
    port = chat(slack, operator)
    room = await opened(port)
    slack.deactivated.add("U0RESPONDER")
    for number in ("1", "2"):
        made = await port.invite(invitation(room, DUTY, RESPONDER, number=number))
        assert made.missing == (RESPONDER,)
    assert slack.channels[room].members == ["U0MUSTER", "U0DUTY"]
    (concern,) = operator.concerns
    assert (concern.trouble, concern.detail, concern.asked) == (
        Trouble.GONE,
        "U0RESPONDER",
        "UNHCR:on_call",
    )
    assert slack.calls["users.info"] == 2, "each account is asked about once in a while"


async def test_who_was_deactivated_is_named_and_not_mentioned(slack: FakeSlack) -> None:
    port = chat(slack)
    room = await opened(port)
    slack.deactivated.add("U0RESPONDER")
    said = Document(blocks=(Paragraph(parts=(Mention(person=DUTY), Mention(person=RESPONDER))),))
    await port.post(Post(effect_id=some_id("message.post", "1"), room=room, document=said))
    posted = json.dumps(slack.channels[room].messages[0]["blocks"])
    assert '"user_id": "U0DUTY"' in posted
    assert "U0RESPONDER" not in posted
    assert "@unhcr-responder" in posted


async def test_whom_the_workspace_does_not_know_is_named_and_not_mentioned(slack: FakeSlack) -> None:
    port = chat(slack)
    room = await opened(port)
    slack.users.discard("U0RESPONDER")
    said = Document(blocks=(Paragraph(parts=(Mention(person=DUTY), Mention(person=RESPONDER))),))
    await port.post(Post(effect_id=some_id("message.post", "1"), room=room, document=said))
    posted = json.dumps(slack.channels[room].messages[0]["blocks"])
    assert '"user_id": "U0DUTY"' in posted
    assert "U0RESPONDER" not in posted
    assert "@unhcr-responder" in posted


async def test_a_room_of_five_hundred_people_is_filled_and_slack_is_asked_about_a_few_at_a_time() -> None:
    accounts = {PersonId(f"unhcr-{number}"): f"U{number:05}" for number in range(500)}
    async with FakeSlack(*accounts.values()).served() as slack:
        port = SlackChat(CONNECTION, slack_client(TOKEN, slack.api), accounts.get)
        room = await opened(port)
        made = await port.invite(invitation(room, *accounts))
        assert not made.missing
        assert len(slack.channels[room].members) == 501
        assert slack.calls["conversations.invite"] == 1
        assert slack.calls["users.info"] == 20


async def test_that_somebody_was_deactivated_is_told_once_also_after_a_restart(
    slack: FakeSlack, tmp_path: Path
) -> None:
    operator = Told()
    slack.deactivated.add("U0RESPONDER")

    def process() -> SlackMembers:
        gone = Remembered(tmp_path / "deactivated.json")
        return SlackMembers(CONNECTION, slack_client(TOKEN, slack.api), operator, gone)

    await process().look_at(["U0RESPONDER", "U0DUTY"])
    restarted = process()
    assert restarted.is_gone("U0RESPONDER"), "before Slack is asked"
    await restarted.look_at(["U0RESPONDER"])
    assert len(operator.concerns) == 1
    await restarted.heard_of({"id": "U0RESPONDER", "deleted": False})
    assert not process().is_gone("U0RESPONDER")
    await process().heard_of({"id": "U0RESPONDER", "deleted": True})
    assert len(operator.concerns) == 2, "she came back meanwhile"


async def test_a_memory_that_somebody_spoiled_is_begun_anew(tmp_path: Path) -> None:
    (tmp_path / "deactivated.json").write_text("{")
    gone = Remembered(tmp_path / "deactivated.json")
    assert "U0DUTY" not in gone
    gone.add("U0DUTY")
    assert list(Remembered(tmp_path / "deactivated.json")) == ["U0DUTY"]


async def test_who_comes_back_is_a_member_again(slack: FakeSlack) -> None:
    members = chat(slack).members
    for deleted in (True, False):
        await members.heard_of({"id": "U0DUTY", "deleted": deleted})
        assert members.is_gone("U0DUTY") is deleted


@pytest.mark.parametrize("fault", ["ratelimited", "http_500", "missing_scope", "hangs"])
async def test_nobody_is_left_out_because_slack_does_not_say(slack: FakeSlack, fault: str) -> None:
    port = chat(slack)
    room = await opened(port)
    slack.fail("users.info", fault)
    made = await port.invite(invitation(room, DUTY))
    assert not made.missing
    assert "U0DUTY" in slack.channels[room].members


def wired(slack: FakeSlack) -> WiredConnections:
    return WiredConnections((CONNECTION,), lambda _connection: chat(slack), PEOPLE)


async def test_whoever_is_in_the_group_of_those_called_is_brought_in_if_the_directory_knows_her(
    slack: FakeSlack,
) -> None:
    slack.groups = {"S0CALLED": ["U0RESPONDER", "U0STRANGER"], "S0LEGAL": ["U0LEGAL"]}
    assert await wired(slack).on_duty(CONNECTION.id) == (RESPONDER,)


async def test_a_group_that_changed_is_asked_for_anew(slack: FakeSlack) -> None:
    slack.groups = {"S0CALLED": ["U0RESPONDER"]}
    connections = wired(slack)
    port = connections.port(CONNECTION.id)
    assert isinstance(port, SlackChat)
    await connections.on_duty(CONNECTION.id)
    slack.groups["S0CALLED"] = ["U0DUTY"]
    assert await connections.on_duty(CONNECTION.id) == (RESPONDER,), "Slack did not say that it changed"
    port.members.group_changed("S0CALLED")
    assert await connections.on_duty(CONNECTION.id) == (DUTY,)
    slack.deactivated.add("U0DUTY")
    await port.members.heard_of({"id": "U0DUTY", "deleted": True})
    assert await connections.on_duty(CONNECTION.id) == ()


async def test_a_group_that_is_not_told_of_is_as_it_last_was(slack: FakeSlack) -> None:
    slack.groups = {"S0CALLED": ["U0RESPONDER"]}
    slack.fail("usergroups.users.list", "http_500")
    assert await wired(slack).on_duty(CONNECTION.id) == ()


async def mentioned(slack: FakeSlack, *duties: Duty) -> list[str]:
    """The user groups in the blocks of a message that is for these duties."""
    port = chat(slack)
    room = next(iter(slack.channels), None) or await opened(port)
    id = some_id("message.post", "-".join(duties) or "none")
    said = Post(effect_id=id, room=room, document=MESSAGE, duties=duties)
    await port.post(said)
    blocks = slack.channels[room].messages[-1]["blocks"]
    elements = [
        each for block in blocks for part in block.get("elements", ()) for each in part.get("elements", ())
    ]
    return [each["usergroup_id"] for each in elements if each.get("type") == "usergroup"]


async def test_a_message_that_is_for_a_duty_mentions_the_group_that_stands_for_it(slack: FakeSlack) -> None:
    slack.groups = {"S0CALLED": ["U0RESPONDER"], "S0LEGAL": ["U0LEGAL"]}
    assert await mentioned(slack, Duty.ON_CALL) == ["S0CALLED"]


async def test_nobody_is_mentioned_for_what_only_informs_nor_by_a_group_that_is_not_there(
    slack: FakeSlack,
) -> None:
    slack.groups = {"S0LEGAL": ["U0LEGAL"]}
    assert await mentioned(slack) == []
    assert await mentioned(slack, Duty.EXECUTIVE, Duty.ON_CALL) == []


@pytest.mark.conformance
@pytest.mark.parametrize(
    ("event", "place"),
    [
        ("UserChangePayload", ("user", "deleted")),
        ("SubteamMembersChangedPayload", ("subteam_id",)),
        ("SubteamUpdatedPayload", ("subteam", "id")),
    ],
)
def test_what_is_read_stands_in_slacks_published_samples(event: str, place: tuple[str, ...]) -> None:
    shared = Path(os.environ.get("MUSTER_SHARED", "../shared"))
    sample = shared / "specs" / "slack" / "events" / f"{event}.json"
    if not sample.is_file():
        pytest.skip("no published samples here")
    said: Any = json.loads(sample.read_text())["event"]
    for name in place:
        said = said[name]
    assert isinstance(said, bool | str)
