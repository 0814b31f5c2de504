"""PostgreSQL is away, and all that know of an open incident are answered, also by a process that just started."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.kept.copy import LocalCopy
from bot.kept.sealed import kept_key
from tests.contract.fakes.slack import APP_TOKEN, TOKEN, FakeSlack
from tests.faults.house import House, Part, house, until

pytestmark = [pytest.mark.faults, pytest.mark.slow]

CONNECTIONS = """
connections:
  - organization: UNHCR
    vendor: slack
    url: {slack}api
    credentials: {{bot_token: "file:bot", app_token: "file:app"}}
    ceiling: TLP:AMBER+STRICT
"""
PEOPLE = """
people:
  - {id: unhcr-ciso, organization: UNHCR, duties: [ciso], identities: {slack: U0CISO}}
  - {id: unhcr-duty, organization: UNHCR, duties: [on_call], identities: {slack: U0DUTY}}
  - {id: wfp-duty, organization: WFP, duties: [on_call], identities: {slack: U0WFP}}
"""
KEY = f"INC-{datetime.now(UTC):%Y}-0001"


class Talk:
    """People in Slack; each line has an id of its own."""

    def __init__(self, slack: FakeSlack) -> None:
        self._slack, self._lines = slack, 0

    async def said(self, line: str, account: str = "U0DUTY") -> str:
        """What Muster answers to a line."""
        self._lines += 1
        id = f"t-{self._lines}"
        await self._slack.deliver("slash_commands", _typed(self._slack, line, id, account), f"e-{id}")

        async def answered() -> str:
            return "".join(str(each) for each in self._slack.answers if each["id"] == id)

        return await until(answered, f"an answer to {line}")


async def test_without_the_database_all_that_know_of_an_incident_are_answered_and_nothing_is_lost(
    fault_data: Path,
) -> None:
    async with FakeSlack("U0CISO", "U0DUTY", "U0WFP").served() as slack, house(fault_data) as home:
        _with_slack(home, fault_data, slack)
        await home.start(Part.WORKER)
        talk = Talk(slack)
        assert KEY in await talk.said("declare Ransomware on file servers", "U0CISO")
        await talk.said(f"{KEY} task add Draw up a list", "U0CISO")
        await until(lambda: _is_copied(home, "Draw up a list"), "the copy is made")

        await home.kill(Part.POSTGRES)
        await home.kill_and_restart(Part.WORKER)
        told, who, tasks, called, strange, kept = await asyncio.gather(
            talk.said(f"{KEY} status"),
            talk.said(f"{KEY} who"),
            talk.said(f"{KEY} tasks"),
            talk.said("directory show WFP"),
            talk.said(f"{KEY} status", "U0WFP"),
            talk.said(f"{KEY} severity low"),
        )
        assert "how things stood at" in told
        assert "Ransomware on file servers" in told
        assert "unhcr-ciso" in who
        assert "Draw up a list" in tasks
        assert "World Food Programme" in called
        assert "Ransomware" not in strange
        assert "not carried out" in kept

        await home.start(Part.POSTGRES)

        async def is_back() -> bool:
            return "how things stood" not in await talk.said(f"{KEY} status")

        await until(is_back, "the database is back")
        assert "'/incident kept confirm K-" in await talk.said("kept"), "the line is still there"


def _with_slack(home: House, data: Path, slack: FakeSlack) -> None:
    files = {
        "connections.yaml": CONNECTIONS.format(slack=slack.url),
        "people.yaml": PEOPLE,
        "bot": TOKEN,
        "app": APP_TOKEN,
    }
    for name, content in files.items():
        (data / name).write_text(content)
        (data / name).chmod(0o600)
    home.settings = home.settings.model_copy(
        update={
            "directory": data / "people.yaml",
            "connections": data / "connections.yaml",
            "retainers": None,
        }
    )


async def _is_copied(home: House, words: str) -> bool:
    """Read as another process does that asks while the database is away."""
    copied = LocalCopy(home.settings.data / "copy", kept_key(home.settings.keys)).read()
    return copied is not None and any(
        words in entry.texts.values() for entries in copied.incidents.values() for entry in entries
    )


def _typed(slack: FakeSlack, text: str, trigger: str, account: str) -> dict[str, str]:
    return {
        "team_id": "T0CIRCLE",
        "channel_id": "C0ANY",
        "user_id": account,
        "command": "/incident",
        "text": text,
        "response_url": f"{slack.url}response/{trigger}",
        "trigger_id": trigger,
    }
