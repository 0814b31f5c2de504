"""What people say to each other in a joint room's channel in Slack, as Bolt hears it and Muster takes it in."""

from dataclasses import replace
from typing import Any

import pytest
from slack_bolt.async_app import AsyncApp

from bot.carrying import Carrying
from bot.commands.desk import Speaker
from bot.rooms import RoomIncidents
from bot.slack.app import slack_app
from bot.slack.talk import command_id
from integrations.slack.client import slack_client
from playbooks.domain.command import Command, Outcome, Verdict
from playbooks.domain.entry import entry_id
from playbooks.domain.ids import CommandId, EffectId, IncidentKey, PersonId
from playbooks.domain.kinds import Kind
from playbooks.ports.effects import EffectRow, EffectState
from playbooks.ports.trust import Trust, Trusting
from tests.circle import KEY, NOON, Circle
from tests.contract.fakes.slack import TOKEN, Channel, FakeSlack
from tests.unit.bot.slack.workspace import CONNECTION, PEOPLE, Hostile, front, sent, until

COPY = "9.9"
OPENED = {
    "C0JOINT": f"unhcr/slack/{KEY}/room.open/room.joint-all",
    "C0OWN": f"unhcr/slack/{KEY}/room.open/room",
}


class Ledger:
    """Takes every command; refuses them all when told so."""

    def __init__(self) -> None:
        self.commands: list[Command] = []
        self.refuses = False

    async def submit(self, command: Command) -> Verdict:
        self.commands.append(command)
        outcome = Outcome.REFUSED if self.refuses else Outcome.DONE
        return Verdict(outcome=outcome, code="x", wording="It is restricted." if self.refuses else "")


class Workspace:
    def __init__(self, slack: FakeSlack) -> None:
        self.slack, self.ledger, self.sent = slack, Ledger(), 0
        self.circle, self.copied = Circle(), "e0copied"
        self.unattributed = False
        self.trust: Trust = Trusting()
        slack.channels["C0JOINT"] = Channel(
            id="C0JOINT", name="all", creator="U0MUSTER", members=["U0CISO", "U0STRANGER"]
        )

    @property
    def app(self) -> AsyncApp:
        rooms = RoomIncidents(CONNECTION, self._opened_by)
        return slack_app(
            replace(front(self.circle), trust=self.trust),
            slack_client(TOKEN, self.slack.api),
            carrying=lambda team: Carrying(
                CONNECTION, rooms, self.ledger, self._made, command_id(team), lambda: NOON, self._unattributed
            ),
        )

    async def _unattributed(self, _incident: IncidentKey, _joint: str) -> bool:
        return self.unattributed

    async def _opened_by(self, room: str) -> EffectId | None:
        return EffectId(OPENED[room]) if room in OPENED else None

    async def _made(self, connection: str, ref: str) -> EffectRow | None:
        if ref != COPY:
            return None
        id = EffectId(f"{connection}/{KEY}/message.post/{self.copied}")
        return EffectRow(
            id=id, incident=KEY, state=EffectState.DONE, request={}, outcome={}, attempts=1, claimed_at=NOON,
            concluded_at=NOON,
        )  # fmt: skip

    async def hear(self, **event: Any) -> None:
        """As Slack sends it; where a reaction was put stands in it, else in the joint room."""
        self.sent += 1
        whole = {"type": "message", "channel": "C0JOINT", "user": "U0CISO", "ts": "1.1", **event}
        body = {"type": "event_callback", "team_id": "T0CIRCLE", "event_id": f"Ev{self.sent}", "event": whole}
        await sent(self.app, {**body, "api_app_id": "A0MUSTER", "authorizations": []})

    async def taken(self, count: int = 1) -> Command:
        await until(lambda: len(self.ledger.commands) >= count)
        return self.ledger.commands[-1]


@pytest.fixture
def workspace(slack: FakeSlack) -> Workspace:
    return Workspace(slack)


async def test_a_line_is_taken_in_once_with_its_author_and_its_mentions_by_name(workspace: Workspace) -> None:
    for _ in range(2):
        await workspace.hear(text="Ask <@U0CISO> about &lt;FS-1&gt; in <#C1|ops>")
    said = await workspace.taken(2)
    assert {each.id for each in workspace.ledger.commands} == {"slack:T0CIRCLE:C0JOINT:1.1"}
    assert (said.verb, said.actor.id, said.actor.via, said.incident) == (
        "say",
        "unhcr-ciso",
        "unhcr/slack",
        KEY,
    )
    assert said.args == {"joint": "all", "message": "1.1"}
    assert said.texts == {"words": "Ask @unhcr-ciso about <FS-1> in #ops"}


async def test_a_reply_names_what_it_is_below_a_persons_message_or_what_muster_carried(
    workspace: Workspace,
) -> None:
    await workspace.hear(text="Yes", ts="2.2", thread_ts="1.1")
    own = (await workspace.taken()).args["about"]
    assert own == entry_id("slack:T0CIRCLE:C0JOINT:1.1")
    await workspace.hear(text="No", ts="2.3", thread_ts=COPY)
    assert (await workspace.taken(2)).args["about"] == "e0copied"


async def test_an_edit_a_deletion_and_signs_are_about_their_message(workspace: Workspace) -> None:
    now = {"user": "U0CISO", "ts": "1.1", "text": "Most", "edited": {"user": "U0CISO", "ts": "3.0"}}
    was = {"user": "U0CISO", "ts": "1.1", "text": "All"}
    await workspace.hear(subtype="message_changed", message=now, previous_message=was, user=None)
    changed = await workspace.taken()
    assert (changed.verb, changed.texts) == ("say.change", {"words": "Most"})
    await workspace.hear(subtype="message_deleted", deleted_ts="1.1", previous_message=now, user=None)
    assert (await workspace.taken(2)).verb == "say.withdraw"
    item = {"type": "message", "channel": "C0JOINT", "ts": "1.1"}
    await workspace.hear(type="reaction_added", reaction="eyes", item=item)
    signed = await workspace.taken(3)
    assert (signed.verb, signed.texts) == ("say.sign", {"sign": ":eyes:"})
    await workspace.hear(type="reaction_removed", reaction="eyes", item=item)
    taken_off = await workspace.taken(4)
    assert (taken_off.verb, taken_off.args["about"]) == ("say.withdraw", entry_id(signed.id))


async def test_a_file_is_named_and_stays_where_it_is(workspace: Workspace) -> None:
    file = {"id": "F1", "name": "disk.img", "mimetype": "application/octet-stream", "size": 12_345}
    await workspace.hear(subtype="file_share", text="", files=[file])
    assert (await workspace.taken()).texts == {"files": "disk.img · application/octet-stream · 13 kB"}


async def test_under_the_chatham_house_rule_neither_mentions_nor_names_of_files_tell_who_is_there(
    workspace: Workspace,
) -> None:
    workspace.unattributed = True
    file = {"id": "F1", "name": "Report of WFP.pdf", "mimetype": "application/pdf", "size": 12_345}
    words = "<@U0CISO> and @wfp-duty: write to soc@example.org, says @duty:wfp.example"
    await workspace.hear(subtype="file_share", text=words, files=[file])
    assert (await workspace.taken()).texts == {
        "words": "@… and @…: write to soc@example.org, says @…",
        "files": "… · application/pdf · 13 kB",
    }
    changed = {"user": "U0CISO", "ts": "1.1", "text": "Ask <@U0CISO>", "edited": {"ts": "2.2"}}
    await workspace.hear(subtype="message_changed", message=changed, previous_message={"text": words})
    assert (await workspace.taken(2)).texts == {"words": "Ask @…"}


async def test_what_is_no_persons_words_in_a_joint_room_is_left_alone(workspace: Workspace) -> None:
    await workspace.hear(text="from a program", bot_id="B1")
    await workspace.hear(text="among ourselves", channel="C0OWN")
    await workspace.hear(subtype="channel_topic", text="set the topic")
    looked = {"user": "U0CISO", "ts": "1.1", "text": "https://who.int"}
    await workspace.hear(subtype="message_changed", message=looked, previous_message=looked, user=None)
    await workspace.hear(text="the last", ts="8.8")
    assert (await workspace.taken()).texts == {"words": "the last"}
    assert len(workspace.ledger.commands) == 1


async def test_whoever_says_what_is_not_carried_is_told_so_alone(workspace: Workspace) -> None:
    await workspace.hear(text="Let me in", user="U0STRANGER")
    await until(lambda: len(workspace.slack.whispered) == 1)
    assert not workspace.ledger.commands
    workspace.ledger.refuses = True
    await workspace.hear(text="All is well", ts="2.2")
    await until(lambda: len(workspace.slack.whispered) == 2)
    first, second = workspace.slack.whispered
    assert (first["user"], second["user"]) == ("U0STRANGER", "U0CISO")
    assert "not carried" in str(second)
    assert "It is restricted." in str(second)


async def test_what_is_said_in_a_compromised_workspace_is_judged_as_what_comes_from_there_and_not_answered(
    workspace: Workspace,
) -> None:
    workspace.trust, workspace.ledger.refuses = Hostile(), True
    await workspace.hear(text="Send everything to the other room")
    await workspace.hear(
        type="reaction_added", reaction="eyes", item={"type": "message", "channel": "C0JOINT", "ts": "1.1"}
    )
    await workspace.taken(2)
    assert [each.verb for each in workspace.ledger.commands] == ["say", "say.sign"]
    assert {each.actor.via for each in workspace.ledger.commands} == {CONNECTION.id}
    assert not workspace.slack.calls["chat.postEphemeral"]


async def test_a_guest_of_another_workspace_is_a_stranger(workspace: Workspace) -> None:
    await workspace.hear(text="Hello", user_team="T0ELSEWHERE")
    await until(lambda: len(workspace.slack.whispered) == 1)
    assert not workspace.ledger.commands


async def test_an_answer_below_a_question_is_taken_and_told_to_whoever_gave_it_alone(
    workspace: Workspace,
) -> None:
    desk, ciso = front(workspace.circle).desk, PEOPLE.person(PersonId("unhcr-ciso"))
    for number, line in enumerate(("declare Ransomware", "ask status UNHCR deadline=1h Are you affected?")):
        said = Speaker(
            person=ciso, incident=KEY if number else None, command_id=CommandId(str(number)), received_at=NOON
        )
        assert not (await desk.hear(line, said)).failed
    asked = next(each for each in workspace.circle.entries[KEY] if each.kind == Kind.QUESTION_OPEN)
    workspace.copied = asked.id
    workspace.slack.channels["C0ROOM"] = Channel(
        id="C0ROOM", name="inc", creator="U0MUSTER", members=["U0CISO"]
    )
    await workspace.hear(text="We look into it", ts="2.2", thread_ts=COPY, channel="C0ROOM")
    await workspace.hear(text="affected - two servers", ts="2.3", thread_ts=COPY, channel="C0ROOM")
    await until(lambda: workspace.circle.last.verb == "answer")
    answer = workspace.circle.last
    assert (answer.args["option"], answer.texts, answer.actor.id) == (
        "affected",
        {"words": "two servers"},
        "unhcr-ciso",
    )
    assert answer.id == "slack:T0CIRCLE:C0ROOM:2.3", "a moment is a message's own in its channel alone"
    await until(lambda: len(workspace.slack.whispered) == 1)
    (told,) = workspace.slack.whispered
    assert (told["user"], told["thread_ts"], "C-1" in str(told)) == ("U0CISO", COPY, True)
    assert not workspace.ledger.commands
