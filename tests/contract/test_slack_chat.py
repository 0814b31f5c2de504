"""Slack keeps to the chat port: against a Slack of our own, which has the real one's memory, errors and faults."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
import pytest_asyncio

from integrations.slack.chat import SlackChat
from integrations.slack.client import slack_client
from playbooks.domain.connection import Connection, Vendor, connection_id
from playbooks.domain.document import Button, Document, paragraph
from playbooks.domain.errors import Denied, Permanent, Transient, Unknown
from playbooks.domain.ids import PersonId
from playbooks.domain.marking import Marking
from playbooks.domain.seen import SeenAs
from playbooks.ports.chat import Invite, OpenRoom, Post, UpdateMessage
from tests.contract.chat import DUTY_OFFICER, check_chat_port
from tests.contract.fakes.slack import TOKEN, FakeSlack
from tests.contract.samples import MESSAGE, UNHCR, some_id

CONNECTION = Connection(
    id=connection_id(UNHCR, "slack"), organization=UNHCR, vendor=Vendor.SLACK, ceiling=Marking.AMBER_STRICT
)
DEACTIVATED = PersonId("unhcr-legal")
ACCOUNTS = {DUTY_OFFICER: "U0DUTY", DEACTIVATED: "U0GONE"}
OPEN = OpenRoom(effect_id=some_id("room.open", "1"), name="INC-2026-0042", topic="TLP:AMBER")
LAG = 0.2


@pytest_asyncio.fixture
async def slack() -> AsyncIterator[FakeSlack]:
    async with FakeSlack("U0DUTY", lag=LAG).served() as workspace:
        yield workspace


def chat(slack: FakeSlack, token: str = TOKEN) -> SlackChat:
    return SlackChat(CONNECTION, slack_client(token, slack.api), ACCOUNTS.get)


async def room(slack: FakeSlack) -> str:
    return (await chat(slack).open_room(OPEN)).ref


def post(room: str, document: Document = MESSAGE, thread: str | None = None) -> Post:
    return Post(effect_id=some_id("message.post", "1"), room=room, thread=thread, document=document)


async def caught_up() -> None:
    await asyncio.sleep(LAG)


async def test_slack_keeps_to_the_chat_port(slack: FakeSlack) -> None:
    await check_chat_port(chat(slack), Vendor.SLACK, caught_up)


async def test_a_room_carries_its_topic_and_the_effect_that_opened_it(slack: FakeSlack) -> None:
    port = chat(slack)
    made = await port.open_room(OPEN)
    await port.furnishing.done()
    opened = slack.channels[made.ref]
    assert (opened.name, opened.topic, opened.purpose) == ("inc-2026-0042", "TLP:AMBER", OPEN.effect_id)
    assert made.url == f"https://circle.slack.example/archives/{made.ref}"


async def test_a_room_that_people_have_renamed_is_found_and_its_link_still_leads_there(
    slack: FakeSlack,
) -> None:
    made = await chat(slack).open_room(OPEN)
    slack.channels[made.ref].name = "war-room"
    assert await chat(slack).find_room(OPEN) == made


async def test_a_room_says_which_effect_opened_it_and_another_room_does_not(slack: FakeSlack) -> None:
    place = await room(slack)
    assert await chat(slack).opened_by(place) == OPEN.effect_id
    slack.channels[place].creator = "U0DUTY"
    assert await chat(slack).opened_by(place) is None
    assert await chat(slack).opened_by("C0NONE") is None


def bookmarking(slack: FakeSlack) -> SlackChat:
    client = slack_client(TOKEN, slack.api)
    return SlackChat(CONNECTION, client, ACCOUNTS.get, lambda key: f"https://muster.example.org/rooms/{key}")


async def test_a_room_has_one_bookmark_that_leads_to_its_incident_also_when_it_was_furnished_twice(
    slack: FakeSlack,
) -> None:
    slack.fail("conversations.setPurpose", "ratelimited")
    with pytest.raises(Unknown):
        await bookmarking(slack).open_room(OPEN)
    port = bookmarking(slack)
    found = await port.find_room(OPEN)
    assert found == await port.find_room(OPEN)
    await port.furnishing.done()
    assert found is not None
    key = OPEN.effect_id.split("/")[2]
    assert [each["link"] for each in slack.channels[found.ref].bookmarks] == [
        f"https://muster.example.org/rooms/{key}"
    ]


@pytest.mark.parametrize("method", ["bookmarks.list", "bookmarks.add"])
async def test_a_workspace_that_allows_no_bookmarks_still_has_its_room(slack: FakeSlack, method: str) -> None:
    slack.fail(method, "missing_scope")
    port = bookmarking(slack)
    made = await port.open_room(OPEN)
    await port.furnishing.done()
    assert slack.channels[made.ref].purpose == OPEN.effect_id


async def test_a_room_that_people_renamed_is_the_same_room(slack: FakeSlack) -> None:
    place = await room(slack)
    slack.channels[place].name = "ransomware-war-room"
    assert await chat(slack).opened_by(place) == OPEN.effect_id
    made = await chat(slack).post(post(place))
    await caught_up()
    assert await chat(slack).find_message(post(place)) == made
    assert (await chat(slack).look(place)).as_ is SeenAs.FRESH


async def test_a_room_that_a_process_left_bare_is_seen_to_be_and_one_whose_topic_people_took_away_is_not(
    slack: FakeSlack,
) -> None:
    for method in ("bookmarks.list", "conversations.setTopic"):
        slack.fail(method, "missing_scope")
    opening = bookmarking(slack)
    made = await opening.open_room(OPEN)
    await opening.furnishing.done()
    assert not slack.channels[made.ref].bookmarks
    port = bookmarking(slack)
    assert (await port.look(made.ref)).is_bare
    port.furnish(made.ref, OPEN.effect_id, OPEN.topic)
    await port.furnishing.done()
    furnished = slack.channels[made.ref]
    assert (furnished.topic, len(furnished.bookmarks)) == (OPEN.topic, 1)
    assert not (await port.look(made.ref)).is_bare
    await slack_client(TOKEN, slack.api).conversations_setTopic(channel=made.ref, topic="")
    assert not (await port.look(made.ref)).is_bare


async def test_a_room_that_was_left_without_its_purpose_is_found_and_furnished(slack: FakeSlack) -> None:
    slack.fail("conversations.setPurpose", "ratelimited")
    with pytest.raises(Unknown):
        await chat(slack).open_room(OPEN)
    port = chat(slack)
    found = await port.find_room(OPEN)
    await port.furnishing.done()
    assert found is not None
    assert slack.channels[found.ref].purpose == OPEN.effect_id
    assert slack.channels[found.ref].topic == OPEN.topic


async def test_a_room_of_another_effect_is_not_found(slack: FakeSlack) -> None:
    await room(slack)
    other = OPEN.model_copy(update={"effect_id": some_id("room.open", "2")})
    assert await chat(slack).find_room(other) is None


@pytest.mark.parametrize("method", ["conversations.create", "chat.postMessage", "chat.update"])
@pytest.mark.parametrize("fault", ["dropped", "answer_lost", "http_500", "fatal_error", "internal_error"])
async def test_a_write_is_sent_once_and_its_lost_answer_is_unknown(
    slack: FakeSlack, method: str, fault: str
) -> None:
    opened = OPEN if method == "conversations.create" else None
    place = "" if opened else await room(slack)
    said = (await chat(slack).post(post(place))).ref if method == "chat.update" else ""
    slack.fail(method, fault)
    with pytest.raises(Unknown):
        await _write(slack, method, place, said)
    assert slack.calls[method] == 1


async def _write(slack: FakeSlack, method: str, place: str, said: str) -> None:
    match method:
        case "conversations.create":
            await chat(slack).open_room(OPEN)
        case "chat.postMessage":
            await chat(slack).post(post(place))
        case _:
            update = UpdateMessage(
                effect_id=some_id("message.update", "1"), room=place, message=said, document=MESSAGE
            )
            await chat(slack).update_message(update)


async def test_a_message_whose_answer_was_lost_is_found_once_the_history_shows_it(slack: FakeSlack) -> None:
    place = await room(slack)
    slack.fail("chat.postMessage", "answer_lost")
    with pytest.raises(Unknown):
        await chat(slack).post(post(place))
    assert await chat(slack).find_message(post(place)) is None
    await caught_up()
    found = await chat(slack).find_message(post(place))
    assert found is not None
    assert found.ref == slack.channels[place].messages[0]["ts"]


async def test_a_message_is_found_in_its_thread_and_behind_many_others(slack: FakeSlack) -> None:
    place = await room(slack)
    parent = (await chat(slack).post(post(place))).ref
    reply = post(place, thread=parent).model_copy(update={"effect_id": some_id("message.post", "reply")})
    said = await chat(slack).post(reply)
    for number in range(201):
        other = post(place).model_copy(update={"effect_id": some_id("message.post", f"other-{number}")})
        await chat(slack).post(other)
    await caught_up()
    first, answered = await chat(slack).find_message(post(place)), await chat(slack).find_message(reply)
    assert first is not None
    assert answered is not None
    assert (first.ref, answered.ref) == (parent, said.ref)


async def test_what_is_below_a_reply_is_in_its_thread(slack: FakeSlack) -> None:
    place = await room(slack)
    parent = (await chat(slack).post(post(place))).ref
    reply = post(place, thread=parent).model_copy(update={"effect_id": some_id("message.post", "reply")})
    said = (await chat(slack).post(reply)).ref
    sign = post(place, thread=said).model_copy(update={"effect_id": some_id("message.post", "sign")})
    made = await chat(slack).post(sign)
    assert [each.get("thread_ts") for each in slack.channels[place].messages] == [None, parent, parent]
    await caught_up()
    assert await chat(slack).find_message(sign) == made


async def test_metadata_that_somebody_else_wrote_is_not_ours(slack: FakeSlack) -> None:
    place = await room(slack)
    await chat(slack).post(post(place))
    slack.channels[place].messages[0]["user"] = "U0OTHER"
    await caught_up()
    assert await chat(slack).find_message(post(place)) is None


async def test_a_reply_to_a_message_that_is_gone_is_refused(slack: FakeSlack) -> None:
    place = await room(slack)
    with pytest.raises(Permanent):
        await chat(slack).post(post(place, thread="1764000000.000001"))
    assert not slack.channels[place].messages


async def test_a_rate_limit_carries_slacks_own_wish(slack: FakeSlack) -> None:
    place = await room(slack)
    slack.fail("chat.postMessage", "ratelimited")
    with pytest.raises(Transient) as refused:
        await chat(slack).post(post(place))
    assert refused.value.retry_after == timedelta(seconds=7)
    assert slack.calls["chat.postMessage"] == 1


@pytest.mark.parametrize("code", ["token_revoked", "account_inactive", "missing_scope"])
async def test_a_credential_that_slack_refuses_is_denied(slack: FakeSlack, code: str) -> None:
    with pytest.raises(Denied):
        await chat(slack, "xoxb-of-nobody").open_room(OPEN)
    slack.fail("auth.test", code)
    with pytest.raises(Denied):
        await chat(slack).open_room(OPEN)


async def test_health_asks_who_we_are_and_what_we_may(slack: FakeSlack) -> None:
    assert str(await chat(slack).health()) == "Slack, https://circle.slack.example/"
    slack.scopes = "commands,chat:write"
    with pytest.raises(Denied, match="groups:history, groups:read, groups:write"):
        await chat(slack).health()
    with pytest.raises(Denied):
        await chat(slack, "xoxb-of-nobody").health()


async def test_a_slack_that_cannot_be_reached_did_nothing() -> None:
    nowhere = FakeSlack()
    async with nowhere.served():
        pass
    with pytest.raises(Transient):
        await chat(nowhere).open_room(OPEN)


async def test_a_failed_look_did_nothing(slack: FakeSlack) -> None:
    place = await room(slack)
    slack.fail("conversations.history", "dropped", times=2)  # aiohttp reads once more by itself, and may
    with pytest.raises(Transient):
        await chat(slack).find_message(post(place))


async def test_whom_slack_does_not_let_in_is_named_also_when_all_are_asked_for_together(
    slack: FakeSlack,
) -> None:
    place = await room(slack)
    both = Invite(effect_id=some_id("room.invite", "1"), room=place, people=(DUTY_OFFICER, DEACTIVATED))
    for _ in range(2):
        assert (await chat(slack).invite(both)).missing == (DEACTIVATED,)
    assert "U0DUTY" in slack.channels[place].members


@pytest.mark.parametrize("fault", ["users_not_found", "failed_for_some_users"])
async def test_when_slack_names_nobody_each_is_asked_for_alone(slack: FakeSlack, fault: str) -> None:
    place = await room(slack)
    slack.fail("conversations.invite", fault)
    both = Invite(effect_id=some_id("room.invite", "1"), room=place, people=(DUTY_OFFICER, DEACTIVATED))
    assert (await chat(slack).invite(both)).missing == (DEACTIVATED,)


LONG = Document(blocks=(*MESSAGE.blocks, paragraph("It goes on. " * 3000)))


async def test_a_long_message_goes_on_in_further_ones_each_under_its_marking(slack: FakeSlack) -> None:
    place = await room(slack)
    made = await chat(slack).post(post(place, LONG))
    messages = slack.channels[place].messages
    assert len(messages) > 1
    assert made.ref == messages[0]["ts"]
    assert all("TLP:AMBER" in str(message["blocks"][0]) for message in messages)
    assert sum(str(message["blocks"]).count("It goes on.") for message in messages) == 3000


async def test_a_question_that_is_closed_has_no_buttons_any_more_and_others_keep_theirs(
    slack: FakeSlack,
) -> None:
    port, place = chat(slack), await room(slack)
    for number, question in enumerate(("C-1", "C-10"), start=1):
        asked = Document(
            blocks=(
                paragraph(f"{question}: affected?"),
                Button(label="affected", command=f"/incident answer {question} affected"),
            )
        )
        effect = some_id("message.post", f"asked-{number}")
        await port.post(Post(effect_id=effect, room=place, document=asked))
    await port.post(
        Post(effect_id=some_id("message.post", "closed"), room=place, document=MESSAGE, ends="C-1")
    )
    await port.furnishing.done()
    closed, open_still = slack.channels[place].messages[:2]
    assert "answer C-1 " not in str(closed["blocks"])
    assert "C-1: affected?" in str(closed["blocks"])
    assert "answer C-10 affected" in str(open_still["blocks"])
    assert slack.calls["chat.update"] == 1


async def test_a_long_message_is_taken_up_where_it_was_left(slack: FakeSlack) -> None:
    place = await room(slack)
    slack.fail("chat.postMessage", "ratelimited", skip=2)
    with pytest.raises(Unknown):
        await chat(slack).post(post(place, LONG))
    await caught_up()
    assert await chat(slack).find_message(post(place)) is None, "not all of it is there"
    made = await chat(slack).post(post(place, LONG))
    messages = slack.channels[place].messages
    parts = [message["metadata"]["event_payload"]["part"] for message in messages]
    assert parts == list(range(1, len(messages) + 1))
    await caught_up()
    assert await chat(slack).find_message(post(place)) == made


async def test_what_is_too_long_to_replace_a_message_is_refused(slack: FakeSlack) -> None:
    place = await room(slack)
    said = (await chat(slack).post(post(place))).ref
    update = UpdateMessage(effect_id=some_id("message.update", "1"), room=place, message=said, document=LONG)
    with pytest.raises(Permanent):
        await chat(slack).update_message(update)
