"""Bundles out of the database, and proofs over stored trees."""

import json
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from integrations.postgres.database import Connection, Pool, connected, open_pool, snapshot
from integrations.postgres.export import ReaderSlots, export_bundle, latest_signed_head
from integrations.postgres.growth import Growth
from integrations.postgres.keys import SigningKeys
from integrations.postgres.proofs import consistency_path, inclusion_path
from integrations.postgres.record import PostgresRecord
from integrations.postgres.sequencer import integrate
from playbooks.domain.entry import Entry
from playbooks.domain.errors import NotFound
from playbooks.domain.ids import IncidentKey
from playbooks.domain.proof.bundle_check import verify_bundle
from playbooks.domain.proof.merkle import Frontier, leaf_hash, root, verify_consistency, verify_inclusion
from playbooks.domain.proof.slots import INSTALLATION, SLOTS
from tests.record_samples import KEY, entry

OTHER = IncidentKey("INC-2026-0002")
EVERY_SLOT = frozenset(SLOTS)


def everything(_: Entry) -> frozenset[str]:
    return EVERY_SLOT


async def exported(pool: Pool, keys: SigningKeys, slots: ReaderSlots = everything) -> bytes:
    return b"".join([line async for line in export_bundle(snapshot(pool), keys, KEY, slots)])


async def recorded(pool: Pool, keys: SigningKeys, *batches: list[Entry]) -> None:
    for batch in batches:
        await PostgresRecord(pool).append(batch)
        assert await integrate(pool, keys) == len(batch)


async def test_a_bundle_out_of_the_database_verifies(pool: Pool, keys: SigningKeys) -> None:
    await recorded(pool, keys, [entry(1), entry(1, OTHER)], [entry(2)], [entry(2, OTHER), entry(1, None)])
    raw = await exported(pool, keys)
    report = verify_bundle((raw,), keys.public_keys)
    assert (report.ok, report.entries, report.first_problem) == (True, 2, None)
    assert json.loads(raw.splitlines()[0])["signature"]["head"]["size"] == 5


async def test_a_bundle_shows_its_reader_what_may_be_seen_and_nothing_else(
    pool: Pool, keys: SigningKeys
) -> None:
    secret = entry(2, texts={"note": "the seizure is at dawn"}, data={"to": "UNDP"})
    await recorded(pool, keys, [entry(1), secret, entry(3)])

    def chatham_house(each: Entry) -> frozenset[str]:
        return frozenset() if each.id == secret.id else EVERY_SLOT - {"actor", "organization"}

    raw = await exported(pool, keys, chatham_house)
    assert verify_bundle((raw,), keys.public_keys).withheld == 1
    assert all(word.encode() not in raw for word in ("dawn", "UNDP", "unhcr-ciso", secret.id))
    assert sum(b'"position"' in line for line in raw.splitlines()[1:]) == 3


async def test_what_is_not_integrated_is_not_in_the_bundle(pool: Pool, keys: SigningKeys) -> None:
    with pytest.raises(NotFound, match="Nothing of INC-2026-0001"):
        await exported(pool, keys)
    await recorded(pool, keys, [entry(1)])
    await PostgresRecord(pool).append([entry(2)])
    assert verify_bundle((await exported(pool, keys),)).entries == 1


@pytest_asyncio.fixture
async def stored_tree(all_rights: str) -> AsyncIterator[tuple[Pool, list[bytes]]]:
    """A tree of 66,000 leaves, so that nodes of both stored levels are read."""
    growth = Growth({"big": Frontier()})
    leaves = [leaf_hash(number.to_bytes(4)) for number in range(66_000)]
    for leaf in leaves:
        growth.add("big", leaf, None)
    async with (
        open_pool(all_rights, role="none") as pool,
        connected(pool) as connection,
        connection.cursor() as cursor,
    ):
        await cursor.execute(
            "INSERT INTO leaf (tree, position, hash) SELECT * FROM unnest(%s::text[], %s::bigint[], %s::bytea[])",
            [[row[column] for row in growth.leaves] for column in range(3)],
        )
        async with cursor.copy("COPY node (tree, level, index, hash) FROM STDIN") as copy:
            for node in growth.nodes:
                await copy.write_row(node)
        yield pool, leaves


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
async def test_proofs_over_a_large_stored_tree(
    stored_tree: tuple[Pool, list[bytes]], data: st.DataObject
) -> None:
    pool, leaves = stored_tree
    size = data.draw(st.integers(1, len(leaves)))
    old = data.draw(st.integers(1, size))
    head, older = root(leaves[:size]), root(leaves[:old])
    async with connected(pool) as connection:
        path = await inclusion_path(connection, "big", old, size)
        assert verify_inclusion(leaves[old - 1], old - 1, size, path, head)
        path = await consistency_path(connection, "big", old, size)
        assert verify_consistency(old, size, older, head, path)


async def test_the_log_of_today_begins_with_the_log_of_yesterday(pool: Pool, keys: SigningKeys) -> None:
    """What a witness will check: a head kept elsewhere, against the newest."""
    await recorded(pool, keys, [entry(1), entry(2, None)])
    async with connected(pool) as connection:
        kept = await kept_head(connection)
        await recorded(pool, keys, [entry(3)], [entry(4), entry(5, None)])
        now = await kept_head(connection)
        path = await consistency_path(connection, INSTALLATION, kept[0], now[0])
    assert verify_consistency(*kept[:1], *now[:1], kept[1], now[1], path)


async def kept_head(connection: Connection) -> tuple[int, bytes]:
    signed = await latest_signed_head(connection)
    assert signed is not None
    return signed.head.size, signed.head.root
