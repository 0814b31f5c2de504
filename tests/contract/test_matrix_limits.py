"""A homeserver that limits what Muster's account may do, as Synapse does unless it is told otherwise."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio
from nio import RoomInviteError

from integrations.matrix.chat import MatrixChat
from integrations.matrix.conversation import MatrixConversation
from playbooks.domain.document import Document, paragraph
from playbooks.domain.errors import Transient, Unknown
from playbooks.domain.ids import EffectId, PersonId
from playbooks.ports.chat import Invite, OpenRoom
from playbooks.ports.conversation import Said
from playbooks.ports.write import Made
from tests.contract.chat import DUTY_OFFICER
from tests.contract.matrix_house import CONNECTION, WITHIN, House, until
from tests.synapse import Synapse, synapse

pytestmark = pytest.mark.slow
PEOPLE = 9
PER_PERSON = 5
MINUTES_S = 60


@pytest.fixture(scope="module")
def strict(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Synapse]:
    """Synapse's own limits, of what is counted by the second ten times as quick, so that nobody waits for the test."""
    often = {"per_second": 3, "burst_count": 4}
    limits: dict[str, Any] = {
        "rc_invites": {
            "per_room": often,
            "per_issuer": often,
            "per_user": {"per_second": 0.003, "burst_count": PER_PERSON},
        },
        "rc_message": {"per_second": 2, "burst_count": 4},
    }
    with synapse(tmp_path_factory.mktemp("strict"), **limits) as server:
        yield server


@pytest_asyncio.fixture
async def house(strict: Synapse, tmp_path: Path) -> AsyncIterator[House]:
    house = House(strict, tmp_path)
    yield house
    await house.close()


def opening(house: House, number: int = 1) -> OpenRoom:
    """Of an incident that has a space."""
    key = f"INC-{number}-{house.mark}".upper()
    opener = EffectId(f"{CONNECTION.id}/{key}/room.open/room")
    return OpenRoom(effect_id=opener, name=key, topic="TLP:AMBER")


async def opened(chat: MatrixChat, request: OpenRoom) -> str:
    """As the door asks: what may have happened is looked for."""
    try:
        return (await chat.open_room(request)).ref
    except Unknown:
        async with asyncio.timeout(WITHIN):
            while True:
                with suppress(Unknown):
                    found = await chat.find_room(request)
                    assert found is not None
                    return found.ref


async def patiently(chat: MatrixChat, invitation: Invite) -> Made:
    """As the door asks: again as long as it may help."""
    async with asyncio.timeout(WITHIN):
        while True:
            with suppress(Transient):
                return await chat.invite(invitation)


async def nobody_waits(house: House) -> None:
    """Until everybody is invited, also into spaces."""
    client = await house.device.client()
    await until(lambda: not client.store.invitations.all())


async def invited_too_often(house: House, account: str) -> None:
    """By somebody else, until the server lets nobody invite that person for minutes."""
    token = house.homeserver.token(f"busy-{house.mark}", "PHONE")
    headers, rooms = {"Authorization": f"Bearer {token}"}, "/_matrix/client/v3"
    async with httpx.AsyncClient(base_url=house.homeserver.url, headers=headers) as web:
        room = (await web.post(f"{rooms}/createRoom", json={})).raise_for_status().json()["room_id"]
        wish_s = 0.0
        while wish_s < MINUTES_S:
            await asyncio.sleep(wish_s)
            said = await web.post(f"{rooms}/rooms/{room}/invite", json={"user_id": account})
            wish_s = said.json().get("retry_after_ms", 0) / 1000


async def test_everybody_gets_in_at_the_servers_pace_and_what_is_refused_uses_up_nobodys_allowance(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = {
        PersonId(f"responder-{number}"): house.homeserver.account(f"responder-{number}-{house.mark}")
        for number in range(PEOPLE)
    }
    chat = MatrixChat(CONNECTION, house.device, people.get)
    room = await opened(chat, opening(house))
    client, refused = await house.device.client(), Counter[str]()
    invite = client.room_invite

    async def counted(room: str, account: str) -> Any:
        said = await invite(room, account)
        refused[account] += isinstance(said, RoomInviteError)
        return said

    monkeypatch.setattr(client, "room_invite", counted)
    invitation = Invite(effect_id=house.id("room.invite"), room=room, people=tuple(people))
    assert (await patiently(chat, invitation)).missing == ()
    assert set(people.values()) <= set(client.rooms[room].users)
    (space,) = client.rooms[room].parents
    await nobody_waits(house)
    await house.device.seen(lambda: set(people.values()) <= set(client.rooms[space].users))
    assert max(refused.values()) <= PER_PERSON - 2, "or she could not be invited elsewhere for five minutes"


async def test_whom_the_server_lets_in_late_holds_nobody_up_and_is_invited_also_by_whoever_speaks_then(
    house: House, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("integrations.matrix.invitations._HOLDS_UP_S", 0.1)
    duty, colleague = house.duty.account, house.homeserver.account(f"colleague-{house.mark}")
    chat = MatrixChat(CONNECTION, house.device, {DUTY_OFFICER: duty, PersonId("colleague"): colleague}.get)
    await invited_too_often(house, duty)
    last = await opened(chat, opening(house))
    both = Invite(effect_id=house.id("room.invite"), room=last, people=(DUTY_OFFICER, PersonId("colleague")))
    assert (await patiently(chat, both)).missing == ()
    users = (await house.device.client()).rooms[last].users
    assert colleague in users
    assert duty not in users
    assert "docs/chat.md says how Muster's account is exempted" in caplog.text
    await house.device.close()
    client = await house.new_device().client()
    assert (last, duty) in client.store.invitations.all()


async def test_every_line_is_answered_however_slowly_the_server_takes_the_answers(house: House) -> None:
    room = await house.room()
    conversation = MatrixConversation(CONNECTION, house.device, {DUTY_OFFICER: house.duty.account}.get)
    thread, now = await house.duty.say(room, "!incident status"), datetime.now(UTC)
    for number in range(PEOPLE):
        said = Said(
            id=f"$line-{number}", room=room, account=house.duty.account, text="", thread=thread, said_at=now
        )
        await conversation.answer(said, Document(blocks=(paragraph(f"The answer to line {number}."),)))
    for number in range(PEOPLE):
        await house.duty.until_read(f"The answer to line {number}.")
