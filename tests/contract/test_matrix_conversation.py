"""What people say reaches Muster: each line at least once, none from before its time, over restarts and gaps."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from bot.commands.desk import Desk
from bot.identities import account_of
from bot.matrix.front import MatrixFront
from integrations.matrix.conversation import MatrixConversation
from integrations.matrix.messages import replacing
from playbooks.domain.document import Document, paragraph
from playbooks.domain.errors import Transient, Unknown
from playbooks.ports.conversation import Changed, Heard, Invited, Said, Signed, Withdrawn
from playbooks.texts import load_texts
from tests.circle import Circle, directory
from tests.contract.chat import DUTY_OFFICER
from tests.contract.matrix_house import CONNECTION, WITHIN, House, until
from tests.synapse import Synapse

pytestmark = pytest.mark.slow


@pytest_asyncio.fixture
async def house(homeserver: Synapse, tmp_path: Path) -> AsyncIterator[House]:
    house = House(homeserver, tmp_path)
    yield house
    await house.close()


class Ears:
    """Remembers what it was told; `die_at` a line it never comes to an end."""

    def __init__(self, house: House, die_at: str = "") -> None:
        self.lines: list[Said] = []
        self.invitations: list[Invited] = []
        self.deeds: list[Heard] = []
        self._die_at = die_at
        self.conversation = MatrixConversation(
            CONNECTION, house.device, {DUTY_OFFICER: house.duty.account}.get
        )
        self.conversation.listen(self.hear)

    async def hear(self, heard: Heard) -> None:
        if isinstance(heard, Invited):
            return self.invitations.append(heard)
        if not isinstance(heard, Said):
            return self.deeds.append(heard)
        self.lines.append(heard)
        if heard.text == self._die_at:
            await asyncio.Event().wait()
        return None

    @property
    def texts(self) -> list[str]:
        return [line.text for line in self.lines]


async def test_a_line_is_told_with_who_where_and_when(house: House) -> None:
    ears = Ears(house)
    room = await house.room()
    event = await house.duty.say(room, "!incident status")
    await until(lambda: bool(ears.lines))
    said = ears.lines[0]
    assert (said.id, said.room, said.account, said.text) == (
        event,
        room,
        house.duty.account,
        "!incident status",
    )
    assert abs(datetime.now(UTC) - said.said_at).total_seconds() < WITHIN


async def test_what_was_said_while_muster_was_away_is_told_once_and_in_order(house: House) -> None:
    ears = Ears(house)
    room = await house.room()
    await house.duty.say(room, "before")
    await until(lambda: ears.texts == ["before"])
    await house.device.close()
    lines = [f"line {number}" for number in range(25)]  # more than a sync brings: the server leaves a gap
    for line in lines:
        await house.duty.say(room, line)
    house.new_device()
    after = Ears(house)
    await house.device.client()
    await until(lambda: len(after.lines) >= len(lines))
    assert after.texts == lines


async def test_what_was_not_finished_is_told_again(house: House) -> None:
    dying = Ears(house, die_at="second")
    room = await house.room()
    for line in ("first", "second", "third"):
        await house.duty.say(room, line)
    await until(lambda: "second" in dying.texts)
    await house.device.close()
    house.new_device()
    after = Ears(house)
    await house.device.client()
    await until(lambda: "third" in after.texts)
    assert "second" in after.texts
    again = {line.id for line in dying.lines} & {line.id for line in after.lines}
    assert again, "under the id that it had before"


async def test_a_kill_of_the_server_is_survived(house: House, tmp_path: Path) -> None:
    ears = Ears(house)
    room = await house.room()
    house.homeserver.stop(kill=True)
    with pytest.raises((Transient, Unknown)):
        await house.chat.post(house.post(room, "While it is away."))
    house.homeserver.start()
    made = await house.chat.post(house.post(room, "While it is away."))
    await house.duty.until_read("While it is away.")
    await house.duty.say(room, "after")
    await until(lambda: ears.texts == ["after"])
    assert made.ref


def a_file(name: str, kind: str, size: int) -> dict[str, Any]:
    """As it stands in an encrypted room: the key goes along, what is in it stays on the server."""
    key = {"kty": "oct", "alg": "A256CTR", "ext": True, "key_ops": ["encrypt", "decrypt"], "k": "a" * 43}
    file = {"url": "mxc://a/b", "v": "v2", "key": key, "iv": "a" * 22, "hashes": {"sha256": "a" * 43}}
    info = {"mimetype": kind, "size": size}
    return {"msgtype": "m.file", "body": name, "info": info, "file": file}


async def test_a_change_a_sign_a_withdrawal_and_a_file_are_told_with_what_they_are_about(
    house: House,
) -> None:
    ears = Ears(house)
    room = await house.room()
    line = await house.duty.say(room, "All is well")
    await house.duty.put(room, "m.room.message", replacing({"msgtype": "m.text", "body": "Most is"}, line))
    sign = {"m.relates_to": {"rel_type": "m.annotation", "event_id": line, "key": "👍"}}
    signed = await house.duty.put(room, "m.reaction", sign)
    await house.duty.client.room_redact(room, signed)
    await house.duty.put(room, "m.room.message", a_file("log.txt", "text/plain", 1_200))
    await until(lambda: len(ears.lines) == 2)
    assert [each.told() for each in ears.lines[1].files] == ["log.txt · text/plain · 2 kB"]
    told = [type(deed).__name__ for deed in ears.deeds]
    assert told == ["Changed", "Signed", "Withdrawn"]
    changed, signed_there, withdrawn = ears.deeds
    assert isinstance(changed, Changed)
    assert (changed.message, changed.text) == (line, "Most is")
    assert isinstance(signed_there, Signed)
    assert (signed_there.message, signed_there.sign) == (line, "👍")
    assert isinstance(withdrawn, Withdrawn)
    assert withdrawn.message == signed


async def test_a_file_that_is_forwarded_from_a_room_without_encryption_and_a_place_are_told_too(
    house: House,
) -> None:
    ears = Ears(house)
    room = await house.room()
    line = await house.duty.say(room, "Which server?")
    reply = {"m.relates_to": {"m.in_reply_to": {"event_id": line}}}
    image = {"msgtype": "m.image", "body": "This one.", "filename": "rack.png", "url": "mxc://a/b"}
    await house.duty.put(room, "m.room.message", {**image, **reply})
    place = {"msgtype": "m.location", "body": "Location geo:46.2,6.1", "geo_uri": "geo:46.2,6.1"}
    await house.duty.put(room, "m.room.message", place)
    await until(lambda: len(ears.lines) == 3)
    assert [each.told() for each in ears.lines[1].files] == ["rack.png"]
    assert ears.lines[1].replies_to == line
    assert ears.texts[1:] == ["This one.", "Location geo:46.2,6.1"]


async def test_an_answer_stands_in_the_lines_thread_and_is_given_once(house: House) -> None:
    ears = Ears(house)
    room = await house.room()
    event = await house.duty.say(room, "!incident status")
    await until(lambda: bool(ears.lines))
    for _ in range(2):
        await ears.conversation.answer(ears.lines[0], Document(blocks=(paragraph("All is well."),)))
    read = await house.duty.until_read("All is well.")
    assert read.source["content"]["m.relates_to"]["event_id"] == event
    assert read.source["content"]["msgtype"] == "m.notice"
    await house.chat.post(house.post(room, "The end."))
    await house.duty.until_read("The end.")
    assert sum("All is well." in message.body for message in house.duty.read) == 1


async def test_a_private_answer_goes_into_a_room_of_two_and_the_next_one_too(house: House) -> None:
    ears = Ears(house)
    room = await house.room()
    await house.duty.say(room, "!incident status")
    await until(lambda: bool(ears.lines))
    for number in range(2):
        said = ears.lines[0].model_copy(update={"id": f"$line-{number}"})
        await ears.conversation.answer(
            said, Document(blocks=(paragraph(f"Secret {number}."),)), privately=True
        )
    for number in range(2):
        await house.duty.until_read(f"Secret {number}.")
    direct = [known for id, known in house.duty.client.rooms.items() if id != room]
    assert len(direct) == 1
    assert set(direct[0].users) == {house.duty.account, house.homeserver.account(f"muster-{house.mark}")}


async def test_a_person_declares_an_incident_from_an_encrypted_room(house: House) -> None:
    circle, texts = Circle(), load_texts()
    people = directory().model_copy(
        update={
            "people": (
                directory()
                .person(DUTY_OFFICER)
                .model_copy(update={"identities": {"matrix": house.duty.account}}),
            )
        }
    )
    conversation = MatrixConversation(CONNECTION, house.device, account_of(people, CONNECTION))
    desk = Desk(circle, circle, people, texts)
    MatrixFront(CONNECTION, conversation, desk, people, texts, lambda: datetime.now(UTC))
    await house.device.client()
    account = house.homeserver.account(f"muster-{house.mark}")
    encrypted = [
        {"type": "m.room.encryption", "state_key": "", "content": {"algorithm": "m.megolm.v1.aes-sha2"}}
    ]
    room = (await house.duty.client.room_create(invite=[account], initial_state=encrypted)).room_id
    await house.duty.until_there(room, account)
    await house.duty.say(room, "!incident declare Ransomware on file servers")
    read = await house.duty.until_read("INC-2026-0001")
    assert read.decrypted
    assert circle.last.actor.id == DUTY_OFFICER
