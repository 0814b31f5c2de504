"""The ledger: one verdict a command, one key a request."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from integrations.postgres.database import Pool
from integrations.postgres.ledger import PostgresLedger
from playbooks.domain.errors import Conflict, NotFound
from playbooks.domain.ids import CommandId, OrganizationCode
from tests.record_samples import NOON, command, verdict

WFP = OrganizationCode("WFP")


async def test_a_repeat_is_pending_and_then_gets_the_stored_verdict(pool: Pool) -> None:
    ledger = PostgresLedger(pool)
    assert await ledger.enter(command()) is None
    assert await ledger.enter(command(received_at=NOON + timedelta(minutes=1))) is None
    assert await ledger.settle(command().id, verdict()) == verdict()
    assert await ledger.enter(command()) == verdict()
    assert await ledger.verdict(command().id) == verdict()


async def test_the_first_verdict_stands(pool: Pool) -> None:
    ledger = PostgresLedger(pool)
    await ledger.enter(command())
    await ledger.settle(command().id, verdict())
    other = verdict().model_copy(update={"code": "another"})
    assert await ledger.settle(command().id, other) == verdict()


@pytest.mark.parametrize(
    "change", [{"verb": "severity"}, {"args": {"pinned": True}}, {"texts": {"note": "else"}}]
)
async def test_the_same_id_for_another_body_is_a_conflict(pool: Pool, change: dict[str, Any]) -> None:
    ledger = PostgresLedger(pool)
    await ledger.enter(command())
    with pytest.raises(Conflict, match="used before for another command"):
        await ledger.enter(command(**change))


async def test_a_command_is_read_back_with_its_words(pool: Pool) -> None:
    ledger = PostgresLedger(pool)
    await ledger.enter(command())
    assert await ledger.command(command().id) == command()
    assert await ledger.texts(command().id) == command().texts


async def test_what_was_never_entered_is_not_found(pool: Pool) -> None:
    ledger = PostgresLedger(pool)
    for question in (ledger.command, ledger.texts, ledger.verdict):
        with pytest.raises(NotFound):
            await question(CommandId("web:none"))
    with pytest.raises(NotFound):
        await ledger.settle(CommandId("web:none"), verdict())


async def test_pending_commands_are_those_old_enough_and_unjudged(pool: Pool) -> None:
    ledger = PostgresLedger(pool)
    for number in (1, 2, 3):
        await ledger.enter(command(number))
    await ledger.settle(command(2).id, verdict())
    assert await ledger.pending(timedelta(0)) == [command(1), command(3)]
    assert await ledger.pending(timedelta(0), limit=1) == [command(1)]
    assert await ledger.pending(timedelta(hours=1)) == []


async def test_keys_are_given_out_once_a_request_without_gaps(pool: Pool) -> None:
    ledger = PostgresLedger(pool)
    asked = [CommandId(f"web:{number % 20}") for number in range(60)]
    keys = await asyncio.gather(*(ledger.allocate(each, WFP, 2026) for each in asked))
    assert sorted(set(keys)) == [f"INC-2026-{number:04}" for number in range(1, 21)]
    assert keys[:20] == keys[20:40] == keys[40:]
    assert await ledger.allocate(CommandId("web:next-year"), WFP, 2027) == "INC-2027-0001"
    assert [each.key for each in await ledger.incidents()] == [*sorted(set(keys)), "INC-2027-0001"]
