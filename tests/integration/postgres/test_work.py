"""Leases, effects, inbox, outbox, content."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from datetime import timedelta
from typing import Any

import pytest

from integrations.postgres.content import PostgresContent
from integrations.postgres.database import Pool, transaction
from integrations.postgres.effects import PostgresEffects
from integrations.postgres.inbox import PostgresInbox
from integrations.postgres.lease import PostgresLeases, fence
from integrations.postgres.outbox import PostgresOutbox
from integrations.postgres.record import PostgresRecord
from playbooks.domain.errors import Conflict, Malformed, NotFound
from playbooks.domain.ids import EffectId
from playbooks.ports.effects import Claim, ClaimState, EffectState
from playbooks.ports.inbox import Errand, Letter
from tests.record_samples import KEY, NOON, entry

PAGE = EffectId("INC-2026-0001/page/WFP")
MINUTE = timedelta(minutes=1)
SHORT = timedelta(milliseconds=300)


async def test_a_lease_changes_hands_when_given_back_with_a_higher_token(pool: Pool) -> None:
    leases = PostgresLeases(pool)
    async with leases.hold("sequencer", "a", SHORT) as first:
        waiting = asyncio.create_task(held_once(leases, "b"))
        assert [(each.holder, each.held) for each in await leases.listing()] == [("a", True)]
    assert await asyncio.wait_for(waiting, timeout=30) > first.token
    assert [(each.holder, each.held) for each in await leases.listing()] == [("b", False)]


async def held_once(leases: PostgresLeases, holder: str) -> int:
    async with leases.hold("sequencer", holder, SHORT) as lease:
        return lease.token


async def test_a_lease_is_renewed_while_it_is_held(pool: Pool) -> None:
    leases = PostgresLeases(pool)
    async with leases.hold("sequencer", "a", SHORT) as lease:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(held_once(leases, "b"), timeout=4 * SHORT.total_seconds())
        assert not lease.lost.is_set()


async def test_a_holder_is_told_of_its_loss_and_fenced_out(pool: Pool) -> None:
    leases = PostgresLeases(pool)
    async with leases.hold("sequencer", "a", SHORT) as lease:
        async with transaction(pool) as connection:
            assert await fence(connection, lease)
        async with transaction(pool) as connection:
            await connection.execute("UPDATE lease SET holder = 'b', token = token + 1")
        await asyncio.wait_for(lease.lost.wait(), timeout=30)
        async with transaction(pool) as connection:
            assert not await fence(connection, lease)


async def claim(effects: PostgresEffects, holder: str, minutes: int = 0, **given: Any) -> Claim:
    at = NOON + minutes * MINUTE
    return await effects.claim(
        PAGE, {"to": "WFP"}, incident=KEY, holder=holder, lease=MINUTE, now=at, **given
    )


async def test_one_of_many_claims_is_new_and_the_others_find_it_busy(pool: Pool) -> None:
    effects = PostgresEffects(pool)
    claims = await asyncio.gather(*(claim(effects, f"attempt {n}", entries=[entry(n)]) for n in range(8)))
    assert sorted(each.state for each in claims) == [ClaimState.BUSY] * 7 + [ClaimState.NEW]
    assert len([each async for each in PostgresRecord(pool).entries(KEY)]) == 1


async def test_an_attempt_that_outlived_its_lease_leaves_the_effect_unresolved(pool: Pool) -> None:
    effects = PostgresEffects(pool)
    await claim(effects, "first")
    assert (await claim(effects, "first", 1)).state is ClaimState.MINE
    again = await claim(effects, "second", 5)
    assert (again.state, again.previous_at, again.attempt) == (ClaimState.UNRESOLVED, NOON + MINUTE, 3)
    with pytest.raises(Conflict, match="not in this attempt's hands"):
        await effects.conclude(PAGE, "first", EffectState.DONE, {}, now=NOON)


async def test_a_released_effect_is_new_again(pool: Pool) -> None:
    effects = PostgresEffects(pool)
    await claim(effects, "first")
    await effects.release(PAGE, "first")
    assert (await claim(effects, "second")).state is ClaimState.NEW
    with pytest.raises(Conflict):
        await effects.release(PAGE, "first")
    with pytest.raises(NotFound):
        await effects.release(EffectId("none"), "first")


async def test_a_conclusion_stands_with_its_entry(pool: Pool) -> None:
    effects = PostgresEffects(pool)
    await claim(effects, "first")
    for _ in range(2):
        await effects.conclude(PAGE, "first", EffectState.DONE, {"id": "P1"}, now=NOON, entries=[entry(1)])
    found = await claim(effects, "second", 5)
    assert (found.state, found.concluded, found.outcome) == (
        ClaimState.CONCLUDED,
        EffectState.DONE,
        {"id": "P1"},
    )
    with pytest.raises(Conflict):
        await effects.conclude(PAGE, "first", EffectState.FAILED, {}, now=NOON)
    assert len([each async for each in PostgresRecord(pool).entries(KEY)]) == 1


async def test_an_unknown_effect_is_listed_until_somebody_finds_out(pool: Pool) -> None:
    effects = PostgresEffects(pool)
    await claim(effects, "first")
    await effects.conclude(PAGE, "first", EffectState.UNKNOWN, {}, now=NOON)
    assert [each.id for each in await effects.unknowns(KEY)] == [PAGE]
    assert [each.id for each in await effects.unknowns()] == [PAGE]
    await effects.conclude(PAGE, "the duty officer", EffectState.DONE, {"seen": True}, now=NOON + MINUTE)
    assert await effects.unknowns() == []
    assert (await effects.effect(PAGE)).state is EffectState.DONE


async def failing(
    batch: AbstractAsyncContextManager[Any], act: Callable[[Any], None] = lambda _: None
) -> None:
    """Work on a batch and break off with an error."""
    with pytest.raises(RuntimeError):  # noqa: PT012  the error must come from within
        async with batch as taken:
            act(taken)
            raise RuntimeError


def letter(number: int) -> Letter:
    return Letter(id=f"answer-{number}", recipient="incident/INC-2026-0001", body={"number": number})


async def test_letters_come_once_in_order_and_stay_when_delivery_fails(pool: Pool) -> None:
    inbox = PostgresInbox(pool)
    await inbox.commit([letter(1), letter(2)], entries=[entry(1)])
    await inbox.commit([letter(2), letter(3)])
    await failing(inbox.batch())
    async with inbox.batch(2) as letters, inbox.batch(2) as others:
        assert letters == [letter(1), letter(2)]
        assert others == [letter(3)]
    async with inbox.batch() as letters:
        assert letters == []


async def test_a_relay_is_woken_by_a_letter(pool: Pool) -> None:
    inbox = PostgresInbox(pool)
    arrivals = inbox.arrivals(timedelta(seconds=30))
    await anext(arrivals)
    await inbox.commit([letter(1)])
    await asyncio.wait_for(anext(arrivals), timeout=30)


async def test_a_relay_is_woken_by_the_clock(pool: Pool) -> None:
    arrivals = PostgresOutbox(pool).arrivals(timedelta(milliseconds=50))
    for _ in range(3):
        await asyncio.wait_for(anext(arrivals), timeout=30)


async def test_errands_not_done_come_again_with_an_attempt_more(pool: Pool) -> None:
    outbox = PostgresOutbox(pool)
    await outbox.post(
        [Errand(id=f"group-{n}", kind="declare", body={"n": n}) for n in (1, 2)], entries=[entry(1)]
    )
    await outbox.post([Errand(id="group-1", kind="declare", body={})])
    await failing(outbox.batch(), lambda batch: batch.done(batch.errands[0].id))
    async with outbox.batch() as batch:
        assert [(each.id, each.attempts, each.body) for each in batch.errands] == [("group-2", 1, {"n": 2})]


async def test_content_is_kept_by_its_hash_and_an_altered_one_is_refused(pool: Pool) -> None:
    content = PostgresContent(pool)
    sha256 = await content.put(b"playbook")
    assert await content.put(b"playbook") == sha256
    assert await content.get(sha256) == b"playbook"
    async with transaction(pool) as connection:
        await connection.execute("UPDATE content SET bytes = 'x'")
    with pytest.raises(Malformed, match="altered"):
        await content.get(sha256)
    with pytest.raises(NotFound):
        await content.get("none")
