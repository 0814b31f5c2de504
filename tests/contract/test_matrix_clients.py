"""What people's own clients send is understood: matrix-js-sdk with Element's crypto, and whatever clients differ in."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from integrations.matrix.chat import MatrixChat
from integrations.matrix.conversation import MatrixConversation
from playbooks.domain.document import Button, Document, Heading, paragraph
from playbooks.ports.chat import Invite, Post
from playbooks.ports.conversation import Changed, Doubted, Heard, Said, Signed, Withdrawn
from tests.contract.chat import DUTY_OFFICER
from tests.contract.matrix_house import CONNECTION, House, until
from tests.matrix_js import js_client
from tests.synapse import Synapse

pytestmark = pytest.mark.slow
_VOTE = "org.matrix.msc3381.poll.response"
_ANSWERS = ("for", "against", "abstain")
QUESTION = Document(
    blocks=(
        Heading(text="Shall we disconnect the field offices?"),
        *(Button(label=answer.title(), command=f"/incident answer C-1 {answer}") for answer in _ANSWERS),
    )
)


@pytest_asyncio.fixture
async def house(homeserver: Synapse, tmp_path: Path) -> AsyncIterator[House]:
    house = House(homeserver, tmp_path)
    yield house
    await house.close()


class Ears:
    """Remembers what it was told."""

    def __init__(self, house: House) -> None:
        self.heard: list[Heard] = []
        MatrixConversation(CONNECTION, house.device, lambda _person: None).listen(self._hear)

    async def _hear(self, heard: Heard) -> None:
        self.heard.append(heard)

    @property
    def texts(self) -> list[str]:
        return [each.text for each in self.heard if isinstance(each, Said)]


def vote(poll: str, answer: str, kind: str = _VOTE) -> dict[str, Any]:
    said = {"answers": [f"/incident answer C-1 {answer}"]}
    return {"m.relates_to": {"rel_type": "m.reference", "event_id": poll}, kind: said}


def message(body: str, **more: Any) -> dict[str, Any]:
    return {"msgtype": "m.text", "body": body, **more}


async def test_a_question_is_a_poll_in_elements_sdk_and_each_vote_is_the_voters_own_command(
    house: House,
) -> None:
    account = house.homeserver.account(name := f"commander-{house.mark}")
    token = house.homeserver.token(name, "ELEMENT")
    ears = Ears(house)
    async with js_client(house.homeserver.url, account, token, "ELEMENT") as client:
        chat = MatrixChat(CONNECTION, house.device, {DUTY_OFFICER: account}.get)
        room = (await chat.open_room(house.open)).ref
        await chat.invite(Invite(effect_id=house.id("room.invite"), room=room, people=(DUTY_OFFICER,)))
        await client.until("joined", room)
        post = Post(effect_id=house.id("message.post"), room=room, document=QUESTION)
        made = await chat.post(post)
        poll = await client.line("poll", "Shall we disconnect")
        assert [each["id"] for each in poll["answers"]] == [
            f"/incident answer C-1 {answer}" for answer in _ANSWERS
        ]
        assert (await chat.post(post)).ref == made.ref, "the same transaction is the same poll"
        assert await chat.find_message(post) == made
        for answer in ("for", "against"):
            await client.put(room, _VOTE, vote(poll["id"], answer))
        await until(lambda: len(ears.texts) == 2)
        assert ears.texts == ["!incident answer C-1 for", "!incident answer C-1 against"]
        said = [each for each in ears.heard if isinstance(each, Said)]
        assert {(each.account, each.thread) for each in said} == {(account, poll["id"])}
        closed = Document(blocks=(paragraph("The consultation is closed."),))
        over = Post(effect_id=house.id("message.post", "2"), room=room, document=closed, ends="C-1")
        assert await chat.post(over) == await chat.post(over) == await chat.find_message(over)
        await client.line("ended", poll["id"])
        line = await client.put(room, "m.room.message", message("!incident  status"))
        edit = {"rel_type": "m.replace", "event_id": line}
        await client.put(
            room, "m.room.message", message("* x", **{"m.new_content": message("x"), "m.relates_to": edit})
        )
        sign = {"rel_type": "m.annotation", "event_id": line, "key": "👍"}
        await client.put(room, "m.reaction", {"m.relates_to": sign})
        await client.put(room, "redact", {"event_id": line})
        await until(lambda: len(ears.heard) == 6)
        assert [type(each) for each in ears.heard[2:]] == [Said, Changed, Signed, Withdrawn]
    assert b"Shall we disconnect" not in house.stored()
    assert b"answer C-1" not in house.stored(), "nor does the server know who votes how"


async def test_a_vote_in_a_poll_of_somebody_else_is_no_command(house: House) -> None:
    ears = Ears(house)
    room = await house.room()
    trap = {"org.matrix.msc3381.poll.start": {"question": {"body": "Lunch?"}, "answers": []}}
    theirs = await house.duty.put(room, "org.matrix.msc3381.poll.start", trap)
    await house.duty.put(room, _VOTE, vote(theirs, "for"))
    ours = await house.chat.post(Post(effect_id=house.id("message.post"), room=room, document=QUESTION))
    relation = {"rel_type": "m.reference", "event_id": ours.ref}
    await house.duty.put(
        room, _VOTE, {"m.relates_to": relation, _VOTE: {"answers": ["/incident close It is over"]}}
    )
    await house.duty.put(room, _VOTE, {"m.relates_to": relation, _VOTE: {"answers": []}})
    await house.duty.put(room, _VOTE, {"m.relates_to": "odd", _VOTE: "odd"})
    await house.duty.say(room, "The end.")
    await until(lambda: "The end." in ears.texts)
    assert ears.texts == ["The end."]


async def test_elements_sdk_is_not_left_waiting_for_emoji_in_a_room_or_between_devices(house: House) -> None:
    account = house.homeserver.account(name := f"commander-{house.mark}")
    token = house.homeserver.token(name, "ELEMENT")
    muster = house.homeserver.account(f"muster-{house.mark}")
    keys: list[str] = []
    conversation = MatrixConversation(CONNECTION, house.device, lambda _person: None)

    async def hear(heard: Heard) -> None:
        if isinstance(heard, Doubted):
            keys.append(await conversation.decline(heard))

    conversation.listen(hear)
    async with js_client(house.homeserver.url, account, token, "ELEMENT") as client:
        chat = MatrixChat(CONNECTION, house.device, {DUTY_OFFICER: account}.get)
        room = (await chat.open_room(house.open)).ref
        await chat.invite(Invite(effect_id=house.id("room.invite"), room=room, people=(DUTY_OFFICER,)))
        await client.until("joined", room)
        await chat.post(house.post(room, "Here is Muster."))
        await client.until("read", "Here is Muster.")
        assert await client.verify(muster, device="MUSTER") == "m.user"
        assert await client.verify(muster, room=room) == "m.user"
    assert (
        str(await chat.health()) == f"Matrix, {muster}, device MUSTER, signed by its account, key {keys[0]}"
    )
    assert keys[0] == keys[1]
