"""PostgreSQL is away for a while, and missed no longer than that."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
import pytest_asyncio

from bot.commands.desk import Speaker
from bot.composition.installation import Installation, installation
from integrations.postgres import silence
from integrations.postgres.database import Pool, connected, open_pool
from playbooks.domain.document import plain
from playbooks.domain.errors import BrokenOff, Unavailable
from playbooks.domain.ids import CommandId
from tests.faults.house import House, Part, house, until

pytestmark = [pytest.mark.faults, pytest.mark.slow]

AWAY = timedelta(seconds=8)
"""Long enough for a pool that tries more and more seldom to be late."""
MISSED = timedelta(seconds=4)
HEARD_WITHIN = timedelta(seconds=12)


@pytest_asyncio.fixture
async def home(fault_data: Path) -> AsyncIterator[House]:
    """PostgreSQL alone."""
    home = House(fault_data)
    await home.start(Part.POSTGRES)
    yield home
    await home.stop()


async def test_after_an_outage_the_database_is_there_again_at_once(home: House) -> None:
    async with open_pool(home.settings.database_url, role="none") as pool:
        assert await _answers(pool)
        await home.kill(Part.POSTGRES)
        await until(lambda: _fails(pool), "its last processes have ended")
        back_at = time.monotonic() + AWAY.total_seconds()
        while time.monotonic() < back_at:
            with pytest.raises(Unavailable):
                await _answers(pool, within=timedelta(seconds=1))
        await home.start(Part.POSTGRES)
        await until(lambda: _answers(pool, within=MISSED), "it answers", MISSED)


async def test_whoever_asks_first_after_a_restart_of_the_database_is_answered(home: House) -> None:
    async with open_pool(home.settings.database_url, role="none", size=8) as pool:
        async with AsyncExitStack() as stack:
            for _ in range(8):
                await stack.enter_async_context(connected(pool))
        await home.kill_and_restart(Part.POSTGRES)
        assert await _answers(pool, within=MISSED), (
            "no connection of before is given out, nor tried one by one"
        )


async def test_in_an_outage_whoever_asks_is_told_at_once(home: House) -> None:
    async with open_pool(home.settings.database_url, role="none") as pool:
        assert await _answers(pool)
        await home.kill(Part.POSTGRES)
        with pytest.raises(Unavailable):
            await _answers(pool)
        await until(lambda: _known_to_be_away(pool), "it is known", timedelta(seconds=30))
        pool.timeout = 300
        with pytest.raises(Unavailable):
            async with asyncio.timeout(30):
                await _answers(pool)


async def test_a_database_that_hangs_is_away_for_all_who_wait_for_it_and_there_again_when_it_goes_on(
    home: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(silence, "LONG", 1.0)
    async with open_pool(home.settings.database_url, role="none", size=3) as pool:
        await asyncio.gather(*(_answers(pool) for _ in range(3)))
        with home.frozen(Part.POSTGRES):
            told = await asyncio.wait_for(
                asyncio.gather(*(_answers(pool) for _ in range(3)), return_exceptions=True), 30
            )
            assert all(isinstance(each, Unavailable) for each in told)
            assert any(isinstance(each, BrokenOff) for each in told), (
                "who asked is not told that it was not taken"
            )
            await until(lambda: _known_to_be_away(pool), "it is known", timedelta(seconds=30))
        await until(lambda: _answers(pool, within=MISSED), "it answers", MISSED)


async def test_a_long_statement_is_left_to_a_database_that_answers(
    home: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(silence, "LONG", 0.2)
    async with open_pool(home.settings.database_url, role="none") as pool, connected(pool) as connection:
        row = await (await connection.execute("SELECT pg_sleep(3), 7")).fetchone()
        assert row is not None
        assert row[1] == 7


async def test_while_temporal_hangs_whoever_commands_hears_soon_that_it_is_taken_and_it_is_carried_out_once(
    fault_data: Path,
) -> None:
    async with house(fault_data, Part.WORKER) as home, installation(home.settings) as muster:
        person = muster.directory.person("unhcr-ciso")

        def speaker(id: str) -> Speaker:
            return Speaker(
                person=person, incident=None, command_id=CommandId(id), received_at=datetime.now(UTC)
            )

        declared = await muster.desk.hear("declare Ransomware on file servers", speaker("t:1"))
        assert declared.verdict is not None
        key = declared.verdict.incident
        with home.frozen(Part.TEMPORAL):
            began = time.monotonic()
            told = plain((await muster.desk.hear(f"{key} note The relay is quiet", speaker("t:2"))).document)
            assert time.monotonic() - began < HEARD_WITHIN.total_seconds()
            assert "taken and not decided yet" in told

        async def is_taken() -> bool:
            said = await muster.desk.hear(f"{key} timeline", speaker(uuid4().hex))
            return "The relay is quiet" in plain(said.document)

        await until(is_taken, "the note stands in the timeline", timedelta(seconds=60))


async def test_who_starts_while_both_are_away_answers_keeps_and_carries_on_when_they_are_back(
    fault_data: Path,
) -> None:
    async with house(fault_data, Part.WORKER) as home:
        async with installation(home.settings) as before:
            declared = await before.desk.hear("declare Ransomware on file servers", _ciso(before, "b:1"))
            assert declared.verdict is not None
            key = declared.verdict.incident
            await until(lambda: _is_copied(before), "the copy is made")

        await asyncio.gather(home.kill(Part.TEMPORAL), home.kill(Part.POSTGRES))
        await home.kill_and_restart(Part.WORKER)
        async with installation(home.settings) as muster:
            told = plain((await muster.desk.hear(f"{key} status", _ciso(muster, "b:2"))).document)
            assert "how things stood at" in told
            kept = plain((await muster.desk.hear(f"{key} note Twice away", _ciso(muster, "b:3"))).document)
            assert "not carried out" in kept
            name = kept.partition("kept on this machine as ")[2][:8]

            await home.start(Part.POSTGRES)

            async def confirmed() -> bool:
                said = await muster.desk.hear(f"kept confirm {name}", _ciso(muster, uuid4().hex))
                return "will be carried on" in plain(said.document)

            await until(confirmed, "the database takes it, while the engine is away")
            dropped = plain((await muster.desk.hear(f"kept drop {name}", _ciso(muster, "b:4"))).document)
            assert "not decided yet" in dropped, "what is taken cannot be dropped"

            await home.start(Part.TEMPORAL)

            async def is_told() -> bool:
                said = await muster.desk.hear("kept", _ciso(muster, uuid4().hex))
                return "was carried out once" in plain(said.document)

            await until(is_told, "what became of it is told")
            timeline = plain((await muster.desk.hear(f"{key} timeline", _ciso(muster, "b:5"))).document)
            assert timeline.count("Twice away") == 1
            assert "Nothing of yours" in plain(
                (await muster.desk.hear("kept", _ciso(muster, "b:6"))).document
            )


def _ciso(muster: Installation, id: str) -> Speaker:
    person = muster.directory.person("unhcr-ciso")
    return Speaker(person=person, incident=None, command_id=CommandId(id), received_at=datetime.now(UTC))


async def _is_copied(muster: Installation) -> bool:
    copied = muster.copy.read()
    return copied is not None and bool(copied.incidents)


async def _fails(pool: Pool) -> bool:
    try:
        await _answers(pool, within=timedelta(seconds=1))
    except Unavailable:
        return True
    return False


async def _known_to_be_away(pool: Pool) -> bool:
    return pool.away


async def _answers(pool: Pool, within: timedelta | None = None) -> bool:
    if within is not None:
        pool.timeout = within.total_seconds()
    async with connected(pool) as connection:
        await connection.execute("SELECT 1")
    return True
