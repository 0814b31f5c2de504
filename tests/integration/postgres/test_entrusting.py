"""Keys that only an organization holds, the recovery key, and rotation: tried, not only written."""

from pathlib import Path

import pytest

from bot.organization_key import make_key, read_key, read_public
from integrations.postgres.database import Pool, connected, open_pool
from integrations.postgres.entrusting import (
    RECOVERY,
    entrust,
    entrusted,
    keys_in_use,
    recover,
    rewrap,
    seal_waiting,
    withdraw,
)
from integrations.postgres.keys import SigningKeys
from integrations.postgres.record import PostgresRecord
from integrations.postgres.sequencer import integrate
from integrations.postgres.vault import Vault
from playbooks.domain.entry import Entry
from playbooks.domain.errors import Conflict, Malformed, Unavailable
from playbooks.domain.kinds import Kind
from playbooks.domain.marking import Marking
from playbooks.domain.proof.envelope import open_sealed, unlock
from playbooks.domain.proof.slots import SALT_BYTES, SLOTS
from tests.record_samples import KEY, entry


@pytest.fixture
def keys(tmp_path: Path) -> SigningKeys:
    return SigningKeys.open(tmp_path / "record.key")


async def recorded(pool: Pool, keys: SigningKeys, *entries: Entry) -> None:
    await PostgresRecord(pool).append(
        entries
        or [
            entry(1, audience=("UNHCR", "WFP"), texts={"note": "for WFP"}),
            entry(2, audience=("UNHCR",), texts={"note": "for UNHCR alone"}),
            entry(3, audience=("UNHCR", "WFP"), marking=Marking.RED),
        ]
    )
    await integrate(pool, keys)


async def read(pool: Pool) -> list[Entry]:
    return [each async for _, each in PostgresRecord(pool).entries(KEY)]


async def test_an_organization_opens_what_it_may_read_with_its_own_key_alone(
    pool: Pool, keys: SigningKeys, tmp_path: Path
) -> None:
    public = read_public(make_key(tmp_path / "wfp.key"))
    private, _ = read_key(tmp_path / "wfp.key")
    await recorded(pool, keys)
    assert await seal_waiting(pool) == 0
    await entrust(pool, "WFP", public)
    assert await seal_waiting(pool) == 1, "neither what is for another, nor what is for named persons alone"
    assert await seal_waiting(pool) == 0
    async with connected(pool) as connection:
        row = await (
            await connection.execute(
                "SELECT entry, sealed, salts, texts FROM sealed_key JOIN body USING (entry) "
                "WHERE sealed_key.organization = 'WFP'"
            )
        ).fetchone()
    assert row is not None
    name, sealed, salts, texts = row
    key = open_sealed(private, name, sealed)
    salt = salts[SLOTS.index("texts") * SALT_BYTES :][:SALT_BYTES]
    assert unlock(key, name, "texts", salt, texts) == '{"note":"for WFP"}'
    await withdraw(pool, "WFP")
    assert await seal_waiting(pool) == 0
    assert [(each.in_use, each.sealed) for each in await entrusted(pool)] == [(False, 0)]


async def test_what_is_written_later_is_sealed_too_and_a_new_key_gets_everything(
    pool: Pool, keys: SigningKeys, tmp_path: Path
) -> None:
    first, second = (read_public(make_key(tmp_path / name)) for name in ("a", "b"))
    await entrust(pool, "UNHCR", first)
    await recorded(pool, keys)
    assert await seal_waiting(pool) == 2
    await entrust(pool, "UNHCR", second)
    assert await seal_waiting(pool) == 2
    assert [(each.in_use, each.sealed) for each in await entrusted(pool)] == [(False, 2), (True, 2)]


async def test_whoever_joins_later_gets_what_was_for_the_parties_before(
    pool: Pool, keys: SigningKeys, tmp_path: Path
) -> None:
    await entrust(pool, "WFP", read_public(make_key(tmp_path / "wfp.key")))
    await recorded(pool, keys, *(entry(n, audience=("parties",)) for n in range(450)))
    assert await seal_waiting(pool) == 0
    joined = entry(450, kind=Kind.PARTY_JOIN, data={"organization": "WFP"}, audience=("parties",))
    await recorded(pool, keys, joined)
    assert [await seal_waiting(pool) for _ in range(4)] == [200, 200, 51, 0]
    await recorded(pool, keys, entry(451, audience=("parties",)), entry(1, None, audience=("WFP",)))
    assert [await seal_waiting(pool) for _ in range(3)] == [1, 1, 0]


async def test_what_was_looked_at_is_not_looked_at_again(
    pool: Pool, keys: SigningKeys, tmp_path: Path
) -> None:
    """The work goes by what came in, not by how much there is."""
    await entrust(pool, "WFP", read_public(make_key(tmp_path / "wfp.key")))
    await recorded(pool, keys)
    assert await seal_waiting(pool) == 1
    assert await seal_waiting(pool) == 0
    async with connected(pool) as connection:
        await connection.execute("DELETE FROM sealed_key")
    await recorded(pool, keys, entry(4, audience=("WFP",)))
    assert await seal_waiting(pool) == 1
    await entrust(pool, "WFP", read_public(make_key(tmp_path / "other.key")))
    assert await seal_waiting(pool) == 2


async def test_lost_entry_keys_come_back_with_the_recovery_key(
    pool: Pool, keys: SigningKeys, database: str, tmp_path: Path
) -> None:
    public = read_public(make_key(tmp_path / "recovery.key"))
    await recorded(pool, keys)
    await entrust(pool, RECOVERY, public)
    assert await seal_waiting(pool) == 3
    (tmp_path / "keys" / "entries.json").unlink()
    fresh = Vault.at(tmp_path / "keys" / "entries.json")
    async with open_pool(database, vault=fresh) as after:
        with pytest.raises(Unavailable, match="is not in entries"):
            await read(after)
        with pytest.raises(Malformed, match="not sealed for this private key"):
            await recover(after, fresh, bytes(range(1, 33)), public)
        private, _ = read_key(tmp_path / "recovery.key")
        assert await recover(after, fresh, private, public) == 3
        assert [each.texts.get("note") for each in await read(after)][:2] == ["for WFP", "for UNHCR alone"]
        assert await keys_in_use(after) == {fresh.current: 3}


async def test_after_rewrapping_the_old_key_may_be_destroyed(
    pool: Pool, keys: SigningKeys, database: str, tmp_path: Path
) -> None:
    path = tmp_path / "keys" / "entries.json"
    await recorded(pool, keys)
    rotated = Vault.rotate(path)
    assert await rewrap(pool, rotated) == 3
    assert await rewrap(pool, rotated) == 0
    only_new = Vault({rotated.current: rotated._keys[rotated.current]})
    async with open_pool(database, vault=only_new) as after:
        assert len(await read(after)) == 3


def test_a_private_key_is_for_its_owner_alone_and_never_written_over(tmp_path: Path) -> None:
    path = tmp_path / "wfp.key"
    make_key(path)
    assert path.stat().st_mode & 0o777 == 0o600
    with pytest.raises(Conflict, match="never written over"):
        make_key(path)
    path.write_text("spoilt")
    with pytest.raises(Malformed, match="is no X25519 private key"):
        read_key(path)
    with pytest.raises(Malformed):
        read_public("AAAA")
