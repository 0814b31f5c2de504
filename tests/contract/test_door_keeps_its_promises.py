"""Every action of the registry under every fault: what is promised is what really happened out there."""

import asyncio
from collections.abc import Callable
from datetime import timedelta

import pytest

from integrations.simulated.faults import FaultKind, Rule
from playbooks.actions.action import Action
from playbooks.actions.decision import BLIND_ATTEMPTS
from playbooks.actions.effect import EffectOutcome, OutcomeState
from playbooks.actions.means import Means
from playbooks.actions.registry import ACTIONS
from playbooks.domain.errors import Unknown
from playbooks.domain.kinds import Kind
from playbooks.ports.operator import Trouble
from playbooks.ports.write import Made, Write
from tests.contract.house import CISO, SIMULATED, Act, House, Tamper, WorkerDies, untouched
from tests.contract.virtual_time import in_virtual_time

Fault = Callable[[Action], tuple[Tamper, tuple[Rule, ...]]]


def _tampered(tamper: Callable[[Action], Tamper]) -> Fault:
    return lambda action: (tamper(action), ())


def _vendor(fault: FaultKind, times: int = 1, span: timedelta = timedelta()) -> Fault:
    return lambda action: (
        untouched,
        (Rule(fault=fault, method=action.method, times=times, span=span),),
    )


def _once(action: Action, strike: Tamper) -> Tamper:
    """Strike at the first call that would change something."""
    struck = False

    async def tamper(method: str, act: Act, write: Write) -> Made | None:
        nonlocal struck
        if struck or method != action.method:
            return await act(write)
        struck = True
        return await strike(method, act, write)

    return tamper


def _dies_before(action: Action) -> Tamper:
    async def strike(_method: str, _act: Act, _write: Write) -> Made | None:
        raise WorkerDies

    return _once(action, strike)


def _dies_after(action: Action) -> Tamper:
    async def strike(_method: str, act: Act, write: Write) -> Made | None:
        await act(write)
        raise WorkerDies

    return _once(action, strike)


def _outlives_before(action: Action) -> Tamper:
    """It stalls longer than Temporal waits, and would act then."""

    async def strike(_method: str, act: Act, write: Write) -> Made | None:
        await asyncio.sleep(action.times.activity.total_seconds() * 2)
        return await act(write)

    return _once(action, strike)


def _outlives_after(action: Action) -> Tamper:
    async def strike(_method: str, act: Act, write: Write) -> Made | None:
        made = await act(write)
        await asyncio.sleep(action.times.activity.total_seconds() * 2)
        return made

    return _once(action, strike)


def _acts_in_a_thread_that_nobody_can_stop(action: Action) -> Tamper:
    """The call is given up, and acts half a second later all the same."""

    async def late(act: Act, write: Write) -> Made | None:
        await asyncio.sleep(action.times.client.total_seconds() + 0.5)
        return await act(write)

    async def strike(_method: str, act: Act, write: Write) -> Made | None:
        return await asyncio.shield(asyncio.create_task(late(act, write)))

    return _once(action, strike)


def _dies_at_the_last_moment(action: Action) -> Tamper:
    """A lost request, a slow look, a slow call that acts just before the lease ends; then the worker dies."""
    nearly = action.times.client.total_seconds() - 0.1
    stalls = iter([1.9, nearly, nearly])

    async def tamper(method: str, act: Act, write: Write) -> Made | None:
        stall = next(stalls, None)
        if stall is None:
            return await act(write)
        await asyncio.sleep(stall)
        if stall != nearly:
            raise Unknown("The request was lost.")
        made = await act(write)
        if method == action.method:
            raise WorkerDies
        return made

    return tamper


def _both(fault: FaultKind) -> Fault:
    return lambda action: (untouched, (Rule(fault=fault, method=action.method, times=1), *_NO_LOOKING))


_NO_LOOKING = (Rule(fault=FaultKind.RATE_LIMITED, method="find_*", times=2, span=timedelta(seconds=5)),)

FAULTS: dict[str, Fault] = {
    "nothing": lambda _: (untouched, ()),
    "worker dies before its effect": _tampered(_dies_before),
    "worker dies after its effect": _tampered(_dies_after),
    "attempt outlives its time-out before its effect": _tampered(_outlives_before),
    "attempt outlives its time-out after its effect": _tampered(_outlives_after),
    "a given-up call acts late": _tampered(_acts_in_a_thread_that_nobody_can_stop),
    "request lost": _vendor(FaultKind.REQUEST_LOST),
    "answer lost": _vendor(FaultKind.ANSWER_LOST),
    "answer lost twice": _vendor(FaultKind.ANSWER_LOST, times=2),
    "answer lost, and nobody may look for a while": _both(FaultKind.ANSWER_LOST),
    "worker dies, and nobody may look for a while": lambda action: (_dies_after(action), _NO_LOOKING),
    "it acts at the very end of its lease and dies": _tampered(_dies_at_the_last_moment),
    "hangs after its effect": _vendor(FaultKind.HANGS, span=timedelta(minutes=5)),
    "outage": _vendor(FaultKind.OUTAGE, times=3),
    "rate limited": _vendor(FaultKind.RATE_LIMITED, times=2, span=timedelta(seconds=30)),
}
CERTAIN = {"nothing", "outage", "rate limited"}
"""Faults after which everybody knows that nothing happened."""
SETS_A_STATE_TWICE = {"containment.rejoin"}


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.name)
def test_an_effect_happens_as_often_as_its_action_promises(action: Action, fault: str) -> None:
    in_virtual_time(_check(action, fault))


async def _check(action: Action, fault: str) -> None:
    tamper, rules = FAULTS[fault](action)
    house = House(tamper)
    request = await house.request(action.name)
    house.world.switch_on(*rules)

    outcome = await house.perform(request)
    again = await house.perform(request)

    assert again == outcome, "an effect that is concluded is not done again"
    _promised(action, outcome, len(house.happened(request)), certain=fault in CERTAIN)
    if outcome.state is OutcomeState.UNKNOWN:
        assert outcome.asked == CISO
        assert [(c.trouble, c.asked) for c in house.operator.concerns] == [(Trouble.UNKNOWN, CISO)]
    kinds = [entry.kind for entry in house.remembered.record.kept]
    assert kinds == [Kind.EFFECT_INTEND, Kind.EFFECT_CONCLUDE]


def _promised(action: Action, outcome: EffectOutcome, happened: int, *, certain: bool) -> None:
    means = action.how[SIMULATED[action.port]].means
    if means is not Means.BLIND or certain:
        assert outcome.state is OutcomeState.DONE
        assert happened == 1
    elif not action.level.may_repeat:
        assert happened <= 1
        assert outcome.state is OutcomeState.UNKNOWN
    elif outcome.state is OutcomeState.UNKNOWN:
        assert outcome.attempts > BLIND_ATTEMPTS, "it is given up only after several attempts were lost"
    else:
        assert outcome.state is OutcomeState.DONE
        assert 1 <= happened <= BLIND_ATTEMPTS
        assert outcome.repeated, "who may have it twice is told so"
