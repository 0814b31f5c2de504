"""Bodies under lock: what is stored tells no word, and only who has the key reads it."""

from pathlib import Path

import pytest

from integrations.postgres.database import Pool, connected, open_pool
from integrations.postgres.keys import SigningKeys
from integrations.postgres.record import PostgresRecord
from integrations.postgres.sequencer import integrate
from integrations.postgres.vault import CLEAR, Vault
from integrations.postgres.verify import verify_live
from playbooks.domain.entry import Entry
from playbooks.domain.errors import Malformed, Unavailable
from tests.record_samples import KEY, entry

SECRET = "the seizure is at dawn"


async def stored(pool: Pool) -> str:
    async with connected(pool) as connection:
        return str(await (await connection.execute("SELECT * FROM body")).fetchall())


async def read(pool: Pool) -> list[Entry]:
    return [each async for _, each in PostgresRecord(pool).entries(KEY)]


async def test_what_people_said_and_who_they_are_is_stored_under_lock(pool: Pool) -> None:
    await PostgresRecord(pool).append([entry(1, texts={"note": SECRET}, data={"to": "UNDP", "x": "hidden"})])
    rows = await stored(pool)
    assert all(word not in rows for word in ("dawn", "unhcr-ciso", "UNDP", "hidden", "web:1"))
    (shown,) = await read(pool)
    assert (shown.texts, shown.actor.id, shown.cause) == ({"note": SECRET}, "unhcr-ciso", "web:1")


async def test_without_the_key_nothing_is_read_and_it_is_said_which_is_missing(
    pool: Pool, database: str, keys: SigningKeys, tmp_path: Path
) -> None:
    await PostgresRecord(pool).append([entry(1)])
    await integrate(pool, keys)
    other = Vault({"e9": bytes(32)})
    for vault in (CLEAR, other):
        async with open_pool(database, vault=vault) as stranger:
            with pytest.raises(Unavailable, match=r"entry key “[0-9a-f]{8}” is not in entries"):
                await read(stranger)
    async with open_pool(database) as stranger, connected(stranger) as connection:
        with pytest.raises(Unavailable, match="restore it from its backup"):
            await verify_live(connection, keys.public_keys)


async def test_after_rotation_the_new_key_writes_and_both_read(
    pool: Pool, database: str, keys: SigningKeys, tmp_path: Path
) -> None:
    await PostgresRecord(pool).append([entry(1)])
    rotated = Vault.rotate(tmp_path / "keys" / "entries.json")
    old, new = rotated.ids
    async with open_pool(database, vault=rotated) as after:
        await PostgresRecord(after).append([entry(2)])
        await integrate(after, keys)
        assert len(await read(after)) == 2
        async with connected(after) as connection:
            assert (await verify_live(connection, keys.public_keys)).ok
            rows = await (await connection.execute("SELECT key FROM body ORDER BY entry")).fetchall()
    assert [bytes(row[0])[:9].decode() for row in rows] == [f"{old}.", f"{new}."]


async def test_what_was_written_before_there_were_keys_is_still_read(
    pool: Pool, database: str, keys: SigningKeys
) -> None:
    async with open_pool(database) as before:
        await PostgresRecord(before).append([entry(1)])
        await integrate(before, keys)
    assert [each.id for each in await read(pool)] == [f"{KEY}/1"]


def test_the_file_of_keys_is_for_its_owner_alone_and_a_spoilt_one_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "entries.json"
    Vault.at(path)
    assert path.stat().st_mode & 0o777 == 0o600
    path.write_text("spoilt")
    with pytest.raises(Malformed, match="is no file of entry keys"):
        Vault.at(path)
