"""What every door's memory keeps to."""

from datetime import timedelta

import pytest

from playbooks.domain.actor import Actor, ActorKind
from playbooks.domain.entry import Entry, entry_id
from playbooks.domain.errors import Conflict, NotFound
from playbooks.domain.ids import EffectId
from playbooks.domain.kinds import Kind
from playbooks.ports.effects import Claim, ClaimState, Effects, EffectState
from tests.contract.samples import INCIDENT, UNHCR, some_id
from tests.contract.virtual_time import NOON

LEASE = timedelta(seconds=20)
SECOND = timedelta(seconds=1)


async def check_effects_port(effects: Effects) -> None:
    """`effects` is empty."""
    await _a_claim_is_exclusive_until_its_lease_ends(effects)
    await _what_was_given_back_is_new(effects)
    await _what_is_concluded_stays_so(effects)
    await _what_is_unknown_may_be_cleared_up(effects)
    await _only_the_holder_concludes(effects)
    await _what_was_never_claimed_is_not_found(effects)
    await _what_was_moved_is_found_under_its_new_reference(effects)


async def _claim(effects: Effects, id: EffectId, holder: str, after: timedelta = timedelta()) -> Claim:
    return await effects.claim(
        id,
        {"action": "mail.send"},
        incident=INCIDENT,
        holder=holder,
        lease=LEASE,
        now=NOON + after,
        entries=(_entry(id),),
    )


def _entry(id: EffectId) -> Entry:
    return Entry(
        id=entry_id(id),
        incident=INCIDENT,
        kind=Kind.EFFECT_INTEND,
        at=NOON,
        actor=Actor(id="unhcr-ciso", kind=ActorKind.PERSON, organization=UNHCR),
        subject=f"effect/{id}",
    )


async def _a_claim_is_exclusive_until_its_lease_ends(effects: Effects) -> None:
    id = some_id("mail.send", "exclusive")
    first = await _claim(effects, id, "a")
    assert (first.state, first.attempt, first.until) == (ClaimState.NEW, 1, NOON + LEASE)
    busy = await _claim(effects, id, "b", SECOND)
    assert (busy.state, busy.until, busy.holds) == (ClaimState.BUSY, NOON + LEASE, False)
    mine = await _claim(effects, id, "a", 2 * SECOND)
    assert (mine.state, mine.previous_at) == (ClaimState.MINE, NOON)
    lost = await _claim(effects, id, "b", LEASE + 2 * SECOND)
    assert (lost.state, lost.attempt, lost.holds) == (ClaimState.UNRESOLVED, 3, True)


async def _what_was_given_back_is_new(effects: Effects) -> None:
    id = some_id("mail.send", "released")
    await _claim(effects, id, "a")
    await effects.release(id, "a")
    again = await _claim(effects, id, "b", SECOND)
    assert (again.state, again.attempt) == (ClaimState.NEW, 2)
    with pytest.raises(Conflict):
        await effects.release(id, "a")


async def _what_is_concluded_stays_so(effects: Effects) -> None:
    id = some_id("mail.send", "concluded")
    await _claim(effects, id, "a")
    for _ in range(2):
        await effects.conclude(id, "a", EffectState.DONE, {"ref": "1"}, now=NOON)
    with pytest.raises(Conflict):
        await effects.conclude(id, "a", EffectState.FAILED, {}, now=NOON)
    claim = await _claim(effects, id, "b", LEASE * 2)
    assert (claim.state, claim.concluded, claim.outcome) == (
        ClaimState.CONCLUDED,
        EffectState.DONE,
        {"ref": "1"},
    )
    assert (await effects.effect(id)).state is EffectState.DONE


async def _what_is_unknown_may_be_cleared_up(effects: Effects) -> None:
    id = some_id("mail.send", "unknown")
    await _claim(effects, id, "a")
    await effects.conclude(id, "a", EffectState.UNKNOWN, {}, now=NOON)
    assert [row.id for row in await effects.unknowns(INCIDENT)] == [id]
    await effects.conclude(id, "unhcr-ciso", EffectState.DONE, {"ref": "1"}, now=NOON)
    assert await effects.unknowns() == []


async def _only_the_holder_concludes(effects: Effects) -> None:
    id = some_id("mail.send", "overtaken")
    await _claim(effects, id, "a")
    await _claim(effects, id, "b", LEASE)
    with pytest.raises(Conflict):
        await effects.conclude(id, "a", EffectState.DONE, {}, now=NOON)
    with pytest.raises(Conflict):
        await effects.release(id, "a")


async def _what_was_never_claimed_is_not_found(effects: Effects) -> None:
    id = some_id("mail.send", "never")
    with pytest.raises(NotFound):
        await effects.effect(id)
    with pytest.raises(NotFound):
        await effects.conclude(id, "a", EffectState.DONE, {}, now=NOON)
    with pytest.raises(NotFound):
        await effects.release(id, "a")


async def _what_was_moved_is_found_under_its_new_reference(effects: Effects) -> None:
    id = some_id("ticket.create", "moved")
    request = {"connection": "unhcr/tickets"}
    await effects.claim(id, request, incident=INCIDENT, holder="a", lease=LEASE, now=NOON)
    await effects.conclude(id, "a", EffectState.DONE, {"vendor_ref": "SEC-1"}, now=NOON)
    await effects.follow(id, "OPS-7")
    assert await effects.made("unhcr/tickets", "SEC-1") is None
    found = await effects.made("unhcr/tickets", "OPS-7")
    assert found is not None
    assert found.id == id
    with pytest.raises(NotFound):
        await effects.follow(some_id("ticket.create", "never"), "OPS-8")
