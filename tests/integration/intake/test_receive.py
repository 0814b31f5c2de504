"""Accepting alerts on a real PostgreSQL."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from bot.intake.split import split
from integrations.postgres.database import Pool, connected, open_pool
from integrations.postgres.intake import PostgresIntake
from playbooks.domain.errors import Unavailable
from playbooks.domain.ids import OrganizationCode
from playbooks.ports.intake import Delivery, Receipt

UNICC = OrganizationCode("UNICC")
NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


@pytest.fixture
async def pool(database: str) -> AsyncIterator[Pool]:
    async with open_pool(database) as pool:
        yield pool


@pytest.fixture
def intake(pool: Pool) -> PostgresIntake:
    return PostgresIntake(pool)


def delivery(*documents: object, source: str = "soc", at: datetime = NOW) -> Delivery:
    body = b"\n".join(json.dumps(document).encode() for document in documents)
    return Delivery(uuid4(), source, UNICC, body, at, *split(source, body))


async def count(pool: Pool, table: str, condition: str = "true") -> int:
    async with connected(pool) as connection:
        query: Any = f"SELECT count(*) FROM {table} WHERE {condition}"  # noqa: S608  of this test's own words
        row = await (await connection.execute(query)).fetchone()
        assert row is not None
        return int(row[0])


async def test_what_is_acknowledged_is_committed(intake: PostgresIntake, pool: Pool) -> None:
    assert await intake.receive(delivery({"a": 1}, {"a": 2})) == Receipt(2, 0, 0)
    assert await count(pool, "delivery", "understood_at IS NULL") == 1


async def test_the_same_alert_again_is_counted(intake: PostgresIntake) -> None:
    assert await intake.receive(delivery({"a": 1}, {"a": 1}, {"b": 1})) == Receipt(2, 1, 0)
    assert await intake.receive(delivery({"a": 1}, {"c": 1})) == Receipt(1, 1, 0)
    assert await intake.receive(delivery({"a": 1}, source="other")) == Receipt(1, 0, 0)


async def test_the_same_alert_a_day_later_is_a_new_one(intake: PostgresIntake) -> None:
    await intake.receive(delivery({"a": 1}))
    later = NOW + timedelta(hours=25)
    assert await intake.receive(delivery({"a": 1}, at=later)) == Receipt(1, 0, 0)
    assert await intake.receive(delivery({"a": 1}, at=later)) == Receipt(0, 1, 0)


async def test_simultaneous_senders_share_a_commit_and_one_repeat_is_accepted_once(
    intake: PostgresIntake, pool: Pool
) -> None:
    receipts = await asyncio.gather(*(intake.receive(delivery({"n": n % 7})) for n in range(300)))
    assert sum(receipt.accepted for receipt in receipts) == 7
    assert sum(receipt.duplicates for receipt in receipts) == 293
    assert await count(pool, "delivery") == 300
    assert await count(pool, "(SELECT DISTINCT xmin::text FROM delivery) AS commits") < 20


async def test_several_processes_do_not_wait_for_one_another_for_ever(pool: Pool) -> None:
    doors = [PostgresIntake(pool) for _ in range(4)]
    same = [[{"n": n} for n in range(3_000)], [{"n": n} for n in reversed(range(3_000))]]
    receipts = await asyncio.gather(
        *(door.receive(delivery(*same[n % 2])) for n, door in enumerate(doors * 5))
    )
    assert sum(receipt.accepted for receipt in receipts) == 3_000


async def test_what_cannot_be_read_is_kept_with_its_reason(intake: PostgresIntake, pool: Pool) -> None:
    body = b'{"a": 1}\n{"b\n'
    receipt = await intake.receive(Delivery(uuid4(), "soc", UNICC, body, NOW, *split("soc", body)))
    assert receipt == Receipt(1, 0, 1)
    await intake.set_aside(Delivery(uuid4(), "soc", UNICC, b"\x00\xff", NOW, ()), "It is no JSON.")
    async with connected(pool) as connection:
        rows = await (await connection.execute("SELECT raw, reason FROM set_aside ORDER BY id")).fetchall()
    assert [bytes(raw) for raw, _ in rows] == [b'{"b\n', b"\x00\xff"]
    assert rows[1][1] == "It is no JSON."


async def test_a_database_away_is_said_to_every_sender(database: str) -> None:
    async with open_pool(database) as pool:
        intake = PostgresIntake(pool)
    answers = await asyncio.gather(
        *(intake.receive(delivery({"n": n})) for n in range(5)), return_exceptions=True
    )
    assert all(isinstance(answer, Unavailable) for answer in answers)
