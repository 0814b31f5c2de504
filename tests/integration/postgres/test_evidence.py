"""What evidence holds: kept by incident and hash, found whole or not at all."""

import hashlib

import pytest

from integrations.postgres.database import Pool, connected
from integrations.postgres.evidence import PostgresEvidence
from playbooks.domain.errors import Malformed, NotFound
from playbooks.domain.ids import IncidentKey
from playbooks.ports.evidence import MOST_BYTES

FIRST, SECOND = IncidentKey("INC-2026-0001"), IncidentKey("INC-2026-0002")
CONTENT = bytes(range(256)) * 4096


async def test_a_file_is_kept_once_and_comes_back_byte_for_byte(pool: Pool) -> None:
    store = PostgresEvidence(pool)
    hashes = {await store.keep(FIRST, CONTENT) for _ in range(2)}
    assert hashes == {hashlib.sha256(CONTENT).hexdigest()} == await store.kept(FIRST)
    assert await store.fetch(FIRST, hashes.pop()) == CONTENT


async def test_a_file_of_one_incident_is_not_there_for_another(pool: Pool) -> None:
    store = PostgresEvidence(pool)
    sha256 = await store.keep(FIRST, CONTENT)
    assert await store.kept(SECOND) == frozenset()
    with pytest.raises(NotFound):
        await store.fetch(SECOND, sha256)
    await store.keep(SECOND, CONTENT)
    await store.forget(FIRST, sha256)
    assert await store.fetch(SECOND, sha256) == CONTENT


async def test_a_file_that_was_altered_is_not_given_out(pool: Pool) -> None:
    store = PostgresEvidence(pool)
    sha256 = await store.keep(FIRST, CONTENT)
    async with connected(pool) as connection:
        await connection.execute("UPDATE evidence SET bytes = bytes || '\\x00'")
    with pytest.raises(Malformed) as refused:
        await store.fetch(FIRST, sha256)
    assert refused.value.code == "content_altered"


async def test_a_file_beyond_the_limit_is_refused_with_what_to_do(pool: Pool) -> None:
    with pytest.raises(Malformed) as refused:
        await PostgresEvidence(pool).keep(FIRST, b"0" * (MOST_BYTES + 1))
    assert "evidence add" in refused.value.sentence
