"""An encrypted incident room with people of two homeservers: who somebody is, her own organization's server says."""

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import pytest_asyncio

from bot.commands.desk import Desk
from bot.identities import account_of
from bot.matrix.front import MatrixFront
from integrations.matrix.chat import MatrixChat
from integrations.matrix.conversation import MatrixConversation
from playbooks.domain.ids import PersonId
from playbooks.ports.chat import Invite
from playbooks.texts import load_texts
from tests.circle import Circle, directory
from tests.contract.matrix_house import CONNECTION, House, Person
from tests.synapse import Synapse, synapse

pytestmark = pytest.mark.slow
WFP_DUTY, UNHCR_DUTY = PersonId("wfp-duty"), PersonId("unhcr-duty")


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Synapse, Synapse]]:
    with (
        synapse(tmp_path_factory.mktemp("unhcr"), federates=True) as unhcr,
        synapse(tmp_path_factory.mktemp("wfp"), federates=True) as wfp,
    ):
        yield unhcr, wfp


@pytest_asyncio.fixture
async def house(servers: tuple[Synapse, Synapse], tmp_path: Path) -> AsyncIterator[House]:
    house = House(servers[0], tmp_path)
    yield house
    await house.close()


@pytest_asyncio.fixture
async def duty_of_wfp(servers: tuple[Synapse, Synapse], house: House) -> AsyncIterator[Person]:
    """Of the same name as the one on the first server, which proves nothing about her."""
    person = Person(servers[1], f"duty-{house.mark}", house.folder / "wfp")
    yield person
    await person.client.close()


async def test_a_command_over_federation_is_obeyed_for_whom_her_own_server_vouches(
    house: House, duty_of_wfp: Person
) -> None:
    namesake, circle, texts = house.duty, Circle(), load_texts()
    known = directory().person(WFP_DUTY).model_copy(update={"identities": {"matrix": duty_of_wfp.account}})
    people = directory().model_copy(update={"people": (known,)})
    conversation = MatrixConversation(CONNECTION, house.device, account_of(people, CONNECTION))
    desk = Desk(circle, circle, people, texts)
    MatrixFront(CONNECTION, conversation, desk, people, texts, lambda: datetime.now(UTC))

    chat = MatrixChat(
        CONNECTION, house.device, {WFP_DUTY: duty_of_wfp.account, UNHCR_DUTY: namesake.account}.get
    )
    room = (await chat.open_room(house.open)).ref
    everybody = Invite(effect_id=house.id("room.invite"), room=room, people=(WFP_DUTY, UNHCR_DUTY))
    assert (await chat.invite(everybody)).missing == ()
    for each in (duty_of_wfp, namesake):
        await each.until_there(room, each.account)
    await namesake.until_there(room, duty_of_wfp.account)
    await duty_of_wfp.until_there(room, namesake.account)

    await duty_of_wfp.say(room, "!incident declare Ransomware on file servers")
    for reader in (duty_of_wfp, namesake):
        assert (await reader.until_read("INC-2026-0001")).decrypted
    assert (circle.last.actor.id, circle.last.actor.organization) == (WFP_DUTY, "WFP")

    await namesake.say(room, "!incident declare Something else")
    await namesake.until_read(namesake.account)
    assert len(circle.commands) == 1, "a namesake of another server is a stranger, and is told so"

    await chat.post(house.post(room, "All is contained."))
    assert (await duty_of_wfp.until_read("All is contained.")).decrypted
    assert b"All is contained." not in house.stored()
