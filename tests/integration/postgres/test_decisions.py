"""Decisions: each number and each cause once for each judge; whoever forgot one is told."""

import asyncio
from datetime import timedelta

from integrations.postgres.database import Pool
from integrations.postgres.ledger import PostgresLedger
from integrations.postgres.record import PostgresRecord
from playbooks.ports.record import Decision
from tests.record_samples import KEY, command, entry, verdict

JUDGE = f"incident/{KEY}"


def _decision(number: int | None, cause: int) -> Decision:
    return Decision(
        number=number, cause=f"web:{cause}", entries=(entry(cause),), verdict=verdict(entry(cause))
    )


async def test_a_decision_stands_as_it_was_given(pool: Pool) -> None:
    record = PostgresRecord(pool)
    assert await record.decide(JUDGE, _decision(1, 1)) == ()
    assert [each async for _position, each in record.entries(KEY)] == [entry(1)]
    assert await record.decided(KEY) == {JUDGE: 1}


async def test_the_same_again_is_told_what_stands_without_words(pool: Pool) -> None:
    record = PostgresRecord(pool)
    await record.decide(JUDGE, _decision(1, 1))
    later = entry(1, at=entry(2).at)
    (stands,) = await record.decide(JUDGE, Decision(number=1, cause="web:1", entries=(later,)))
    assert stands == _decision(1, 1).model_copy(update={"entries": (entry(1).without_words(),)})


async def test_whoever_forgot_some_is_told_them_in_order_and_decides_nothing(pool: Pool) -> None:
    record = PostgresRecord(pool)
    for number in (1, 2, 3):
        await record.decide(JUDGE, _decision(number, number))
    stand = await record.decide(JUDGE, _decision(2, 9))
    assert [each.cause for each in stand] == ["web:2", "web:3"]
    assert await record.entries_by_id([entry(9).id]) == ()


async def test_a_cause_is_decided_on_once_however_long_ago(pool: Pool) -> None:
    record = PostgresRecord(pool)
    for number in (1, 2, 3):
        await record.decide(JUDGE, _decision(number, number))
    stand = await record.decide(JUDGE, _decision(4, 1))
    assert [(each.number, each.cause) for each in stand] == [(1, "web:1")]
    assert await record.decided(KEY) == {JUDGE: 3}


async def test_what_stands_by_itself_takes_no_number(pool: Pool) -> None:
    record = PostgresRecord(pool)
    assert await record.decide(JUDGE, _decision(None, 1)) == ()
    assert await record.decide(JUDGE, _decision(None, 2)) == ()
    assert [each.cause for each in await record.decide(JUDGE, _decision(None, 1))] == ["web:1"]
    assert await record.decided(KEY) == {}


async def test_of_two_who_take_the_same_number_one_is_told_of_the_other(pool: Pool) -> None:
    record = PostgresRecord(pool)
    tries = [record.decide(JUDGE, _decision(1, cause)) for cause in range(1, 9)]
    told = await asyncio.gather(*tries)
    (taken,) = [cause for cause, stand in enumerate(told, start=1) if not stand]
    assert {stand[0].cause for stand in told if stand} == {f"web:{taken}"}
    assert [each async for _position, each in record.entries(KEY)] == [entry(taken)]


async def test_a_command_that_is_decided_and_not_settled_is_carried_to_its_judge_again(pool: Pool) -> None:
    record, ledger = PostgresRecord(pool), PostgresLedger(pool)
    await ledger.enter(command())
    await record.decide(JUDGE, _decision(1, 1), settles=command().id)
    assert await ledger.verdict(command().id) == verdict(entry(1))
    assert await ledger.enter(command()) is None
    assert await ledger.pending(timedelta(0)) == [command()]
    other = verdict().model_copy(update={"code": "another"})
    assert await ledger.settle(command().id, other) == verdict(entry(1))
    assert await ledger.enter(command()) == verdict(entry(1))
    assert await ledger.pending(timedelta(0)) == []
