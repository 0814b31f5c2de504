"""Chat systems behind a whole installation: a command said there, the door's effects there, the answer there."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.cli.servers import deciding
from bot.composition.installation import installation
from bot.everything import everything, web_port
from bot.settings import Settings
from tests.contract.fakes.slack import APP_TOKEN, TOKEN, FakeSlack
from tests.contract.matrix_house import Person
from tests.synapse import Synapse, synapse

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]
WITHIN = 60

CONNECTIONS = """
connections:
  - organization: UNHCR
    vendor: slack
    url: {slack}api
    credentials: {{bot_token: "env:SLACK_BOT", app_token: "env:SLACK_APP"}}
    ceiling: TLP:AMBER+STRICT
  - organization: WFP
    vendor: matrix
    url: {matrix}
    credentials: {{token: "env:MATRIX_TOKEN", store_key: "env:MATRIX_KEY"}}
    ceiling: TLP:AMBER+STRICT
"""
PEOPLE = """
people:
  - {{id: unhcr-ciso, organization: UNHCR, duties: [ciso], identities: {{slack: U0CISO}}}}
  - {{id: wfp-duty, organization: WFP, duties: [on_call, responder], identities: {{matrix: "{duty}"}}}}
"""


@pytest.fixture
def homeserver(tmp_path: Path) -> Iterator[Synapse]:
    folder = tmp_path / "synapse"
    folder.mkdir()
    with synapse(folder) as server:
        yield server


@asynccontextmanager
async def connected(
    folder: Path, slack: FakeSlack, homeserver: Synapse, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[None]:
    for name, secret in {
        "SLACK_BOT": TOKEN,
        "SLACK_APP": APP_TOKEN,
        "MATRIX_TOKEN": homeserver.token("muster", "MUSTER"),
        "MATRIX_KEY": "a key of this test",
    }.items():
        monkeypatch.setenv(name, secret)
    (folder / "connections.yaml").write_text(CONNECTIONS.format(slack=slack.url, matrix=homeserver.url))
    (folder / "people.yaml").write_text(PEOPLE.format(duty=homeserver.account("duty")))
    settings = Settings(
        data=folder / "data", directory=folder / "people.yaml", connections=folder / "connections.yaml"
    )
    settings = settings.model_copy(update={"port": web_port(settings)})
    async with everything(settings, lambda _: None, ui=False):
        yield


async def until(so: Callable[[], bool]) -> None:
    async with asyncio.timeout(WITHIN):
        while not so():
            await asyncio.sleep(0.05)


async def test_an_incident_lives_in_slack_and_on_matrix(
    tmp_path: Path, homeserver: Synapse, monkeypatch: pytest.MonkeyPatch
) -> None:
    duty = Person(homeserver, "duty", tmp_path / "duty")
    async with FakeSlack("U0CISO").served() as slack, connected(tmp_path, slack, homeserver, monkeypatch):
        await slack.deliver("slash_commands", _typed(slack, "declare Ransomware on file servers", "1"), "e-1")
        await until(lambda: bool(slack.answers))
        key = f"INC-{datetime.now(UTC):%Y}-0001"
        assert key in str(slack.answers[0])
        await until(lambda: bool(slack.channels) and bool(slack.channel(key.lower()).messages))
        assert "Ransomware on file servers" in str(slack.channel(key.lower()).messages[0])

        account = homeserver.account("muster")
        encrypted = [
            {"type": "m.room.encryption", "state_key": "", "content": {"algorithm": "m.megolm.v1.aes-sha2"}}
        ]
        room = (await duty.client.room_create(invite=[account], initial_state=encrypted)).room_id
        await duty.until_there(room, account)
        await duty.say(room, "!incident declare Phishing of staff")
        read = await duty.until_read(f"INC-{datetime.now(UTC):%Y}-0002")
        assert read.decrypted
        assert "!incident role" in read.body
    await duty.client.close()


async def test_a_worker_that_runs_apart_hears_what_is_said_over_a_socket(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SLACK_BOT", TOKEN)
    monkeypatch.setenv("SLACK_APP", APP_TOKEN)
    bare = Settings(data=tmp_path / "data")
    bare = bare.model_copy(update={"port": web_port(bare)})
    async with FakeSlack("U0CISO").served() as slack, everything(bare, lambda _: None, ui=False) as running:
        (tmp_path / "people.yaml").write_text(PEOPLE.format(duty="@duty:example.org"))
        (tmp_path / "connections.yaml").write_text(
            CONNECTIONS.format(slack=slack.url, matrix="").partition("  - organization: WFP")[0]
        )
        apart = running.muster.settings.model_copy(
            update={"directory": tmp_path / "people.yaml", "connections": tmp_path / "connections.yaml"}
        ).model_copy(update={"retainers": None})
        async with installation(apart) as muster, deciding(muster):
            await slack.deliver("slash_commands", _typed(slack, "declare Ransomware", "1"), "e-1")
            await until(lambda: bool(slack.answers))
            assert f"INC-{datetime.now(UTC):%Y}-0001" in str(slack.answers[0])


def _typed(slack: FakeSlack, text: str, trigger: str) -> dict[str, str]:
    return {
        "team_id": "T0CIRCLE",
        "channel_id": "C0ANY",
        "user_id": "U0CISO",
        "command": "/incident",
        "text": text,
        "response_url": f"{slack.url}response/{trigger}",
        "trigger_id": trigger,
    }
