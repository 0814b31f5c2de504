"""The drills for keys, as an operator does them on an installation (docs/operating.md): tried, not only written."""

import logging
from collections.abc import AsyncIterator
from pathlib import Path
from shutil import copytree

import pytest
import pytest_asyncio

from bot.composition.installation import Installation, installation
from bot.composition.keyrings import rotate_payload_key, rotate_signing_key
from bot.composition.keys import drilled, entrust_key, recover_keys
from bot.organization_key import make_key, read_key, read_public
from bot.settings import Settings
from integrations.postgres.database import connected
from integrations.postgres.entrusting import RECOVERY, seal_waiting
from integrations.postgres.keys import SigningKeys
from integrations.postgres.sequencer import integrate
from integrations.postgres.vault import Vault
from integrations.postgres.verify import verify_live
from playbooks.domain.errors import Malformed, Unavailable
from playbooks.domain.kinds import Kind
from tests.record_samples import KEY, entry


@pytest.fixture
def settings(database: str, temporal_address: str, tmp_path: Path) -> Settings:
    return Settings(data=tmp_path / "data", database_url=database, temporal_address=temporal_address)


@pytest_asyncio.fixture
async def muster(settings: Settings) -> AsyncIterator[Installation]:
    async with installation(settings) as opened:
        await recorded(opened, 1, 2, 3)
        yield opened


async def recorded(muster: Installation, *numbers: int) -> None:
    await muster.record.append([entry(number) for number in numbers])
    assert await integrate(muster.pool, muster.keys) >= len(numbers)


async def read(muster: Installation) -> list[str]:
    return [each.texts.get("note", "") async for _, each in muster.record.entries(KEY)]


@pytest.fixture
def backup(muster: Installation, tmp_path: Path) -> Path:
    return copytree(muster.settings.keys, tmp_path / "backup")


async def test_a_backup_of_the_keys_is_tried_on_the_record_and_what_it_lacks_is_named(
    muster: Installation, backup: Path
) -> None:
    assert await drilled(muster, backup) == []
    newer = rotate_payload_key(muster.settings)
    assert await drilled(muster, backup) == [f"The payload key {newer} is missing in {backup}."]
    Vault.at(backup / "other.json")
    (backup / "other.json").replace(backup / "entries.json")
    (problem, *_) = await drilled(muster, backup)
    assert problem.endswith(f"is missing in {backup}: 3 entries are under it.")
    (backup / "entries.json").unlink()
    assert await drilled(muster, backup) == [f"entries.json is missing in {backup}."]


async def test_a_backup_from_before_a_rotation_of_the_signing_key_does_not_verify_what_came_after(
    settings: Settings, muster: Installation, backup: Path
) -> None:
    rotated = rotate_signing_key(settings)
    async with installation(settings) as again:
        assert again.keys.key_id == rotated
        await recorded(again, 4)
        (problem,) = await drilled(again, backup)
        assert "signed" in problem
        assert await drilled(again, settings.keys) == []


async def test_when_the_signing_key_is_lost_a_new_one_signs_and_what_was_signed_still_verifies(
    settings: Settings, muster: Installation
) -> None:
    (settings.keys / "record.key").unlink()
    async with installation(settings) as again:
        assert again.keys.key_id != muster.keys.key_id
        await recorded(again, 4)
        async with connected(again.pool) as connection:
            report = await verify_live(connection, again.keys.public_keys)
            without = await verify_live(
                connection, SigningKeys.open(settings.data / "stranger.key").public_keys
            )
    assert report.first_problem is None
    assert without.first_problem is not None


async def test_the_glass_is_broken_with_an_entry_and_an_alarm_and_what_people_wrote_is_back(
    settings: Settings, muster: Installation, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    public = read_public(make_key(tmp_path / "recovery.key"))
    private, _ = read_key(tmp_path / "recovery.key")
    written = await read(muster)
    await entrust_key(muster, RECOVERY, public)
    await integrate(muster.pool, muster.keys)
    assert await seal_waiting(muster.pool) == 1, "that it was entrusted is an entry as well"
    (settings.keys / "entries.json").unlink()
    async with installation(settings) as again:
        with pytest.raises(Unavailable, match="is not in entries"):
            await read(again)
        with pytest.raises(Malformed, match="not the recovery key"):
            await recover_keys(again, private, bytes(32), "a stranger's")
        assert [record for record in caplog.records if record.levelno == logging.CRITICAL] == []
        await recover_keys(again, private, public, "the disk of the keys burned")
        (alarm,) = [record for record in caplog.records if record.levelno == logging.CRITICAL]
        assert alarm.getMessage().startswith("BREAK-GLASS")
        assert await read(again) == written
        await integrate(again.pool, again.keys)
        log = [each async for _, each in again.record.entries(None)]
        (broken,) = [each for each in log if each.kind == Kind.KEY_BREAK]
        assert "the disk of the keys burned" in broken.texts.values()
