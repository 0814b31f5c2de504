"""A Slack token that lives for twelve hours: renewed ahead, kept under lock, found again after a restart."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import pytest_asyncio
from pydantic import SecretStr

from integrations.postgres.database import Pool, connected, open_pool
from integrations.postgres.tokens import PostgresTokens
from integrations.postgres.vault import Vault
from integrations.slack.chat import SlackChat
from integrations.slack.rotation import Rotating, RotatingClient, Rotation
from playbooks.domain.connection import Connection, Vendor, connection_id
from playbooks.domain.errors import Denied, ProviderError
from playbooks.domain.ids import OrganizationCode
from playbooks.domain.marking import Marking
from tests.contract.fakes.slack import CLIENT, REFRESH, FakeSlack

UNHCR = OrganizationCode("UNHCR")
CONNECTION = Connection(
    id=connection_id(UNHCR, "chat"), organization=UNHCR, vendor=Vendor.SLACK, ceiling=Marking.AMBER
)
BEGIN = datetime(2026, 11, 22, 9, tzinfo=UTC)


@pytest_asyncio.fixture
async def pool(database: str, tmp_path: Path) -> AsyncIterator[Pool]:
    async with open_pool(database, vault=Vault.at(tmp_path / "entries.json")) as opened:
        yield opened


@pytest_asyncio.fixture
async def slack() -> AsyncIterator[FakeSlack]:
    async with FakeSlack().served() as workspace:
        yield workspace


class Process:
    """One that uses the workspace; what it remembers goes with it, what is in the database stays."""

    def __init__(self, slack: FakeSlack, pool: Pool, configured: str = REFRESH) -> None:
        self.now = BEGIN
        id, secret = CLIENT
        app = Rotating(id, SecretStr(secret), SecretStr(configured))
        rotation = Rotation(CONNECTION.id, app, PostgresTokens(pool), lambda: self.now, slack.api)
        self.chat = SlackChat(CONNECTION, RotatingClient(rotation, slack.api), lambda _person: None)

    async def works(self) -> bool:
        return "Slack" in str(await self.chat.health())


async def test_the_first_token_is_asked_for_once_and_renewed_two_hours_ahead(
    slack: FakeSlack, pool: Pool
) -> None:
    process = Process(slack, pool)
    assert await process.works()
    process.now += timedelta(hours=9, minutes=59)
    assert await process.works()
    assert slack.calls["oauth.v2.access"] == 1
    process.now += timedelta(minutes=2)
    assert await process.works()
    assert slack.calls["oauth.v2.access"] == 2


async def test_a_restart_finds_what_was_kept_and_asks_for_nothing(slack: FakeSlack, pool: Pool) -> None:
    assert await Process(slack, pool).works()
    assert await Process(slack, pool).works()
    assert slack.calls["oauth.v2.access"] == 1, "the refresh token of the file is worth nothing any more"


async def test_processes_that_need_a_new_one_at_once_ask_for_one(slack: FakeSlack, pool: Pool) -> None:
    processes = [Process(slack, pool) for _ in range(4)]
    assert all(await asyncio.gather(*(each.works() for each in processes)))
    for each in processes:
        each.now += timedelta(hours=11)
    assert all(await asyncio.gather(*(each.works() for each in processes for _ in range(3))))
    assert slack.calls["oauth.v2.access"] == 2


async def test_nothing_of_a_token_stands_in_clear_in_the_database(slack: FakeSlack, pool: Pool) -> None:
    assert await Process(slack, pool).works()
    async with connected(pool) as database:
        rows = await (await database.execute("SELECT token::text, body FROM token")).fetchall()
    [(told, body)] = rows
    for secret in (slack.token, slack.refresh, REFRESH):
        assert secret not in told
        assert secret.encode() not in bytes(body)


@pytest.mark.parametrize(("fault", "asked"), [("internal_error", 2), ("http_500", 2), ("ratelimited", 1)])
async def test_while_no_new_one_can_be_had_the_old_one_is_used_for_as_long_as_it_is_good(
    slack: FakeSlack, pool: Pool, fault: str, asked: int
) -> None:
    """Slack that takes no more calls is not asked again before the time that it said."""
    process = Process(slack, pool)
    assert await process.works()
    process.now += timedelta(hours=11)
    slack.fail("oauth.v2.access", fault, times=asked)
    assert await process.works()
    process.now += timedelta(hours=2)
    with pytest.raises(ProviderError):
        await process.works()
    later = Process(slack, pool)
    later.now = process.now
    assert await later.works(), "it is asked for again each time it is needed"


async def test_a_refresh_token_that_slack_does_not_take_is_denied_until_a_new_one_is_put_there(
    slack: FakeSlack, pool: Pool
) -> None:
    process = Process(slack, pool)
    assert await process.works()
    process.now += timedelta(hours=11)
    slack.refresh = "xoxe-1-installed-anew"
    with pytest.raises(Denied, match="invalid_refresh_token"):
        await process.works()
    assert await Process(slack, pool, "xoxe-1-installed-anew").works()


async def test_a_renewal_is_put_to_its_end_when_whoever_wanted_it_goes_away(
    slack: FakeSlack, pool: Pool
) -> None:
    asked = asyncio.Event()
    rotate = slack._rotate

    def slowly(args: dict[str, str], authorization: str) -> dict[str, object]:
        asked.set()
        return rotate(args, authorization)

    slack._rotate = slowly  # type: ignore[method-assign]
    going = asyncio.create_task(Process(slack, pool).works())
    await asked.wait()
    going.cancel()
    with pytest.raises(asyncio.CancelledError):
        await going
    tokens = PostgresTokens(pool)
    async with asyncio.timeout(30):
        while await tokens.kept(CONNECTION.id) is None:
            await asyncio.sleep(0.01)
    assert await Process(slack, pool).works()
    assert slack.calls["oauth.v2.access"] == 1
