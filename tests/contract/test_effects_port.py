"""Both memories of the door keep to its port, and the door keeps its promises on the real one."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import pytest
import pytest_asyncio

from integrations.postgres.database import Pool, open_pool
from integrations.postgres.effects import PostgresEffects
from integrations.postgres.record import PostgresRecord
from integrations.simulated.effect_log import SimulatedEffects
from playbooks.actions.action import Action
from playbooks.actions.effect import OutcomeState
from playbooks.actions.means import Means
from playbooks.actions.registry import ACTIONS
from playbooks.domain.errors import Transient
from playbooks.domain.kinds import Kind
from playbooks.ports.write import Made, Write
from tests.contract.effects import check_effects_port
from tests.contract.house import SIMULATED, Act, House, WorkerDies
from tests.contract.virtual_time import NOON


@pytest_asyncio.fixture
async def pool(database: str) -> AsyncIterator[Pool]:
    async with open_pool(database) as opened:
        yield opened


class Clock:
    """Moved by hand, also by whoever sleeps."""

    def __init__(self) -> None:
        self.at = NOON

    def __call__(self) -> datetime:
        return self.at

    async def sleep(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


async def test_the_memory_in_memory_keeps_to_the_port() -> None:
    await check_effects_port(SimulatedEffects())


async def test_the_memory_in_postgresql_keeps_to_the_port(pool: Pool) -> None:
    await check_effects_port(PostgresEffects(pool))


@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.name)
async def test_after_a_worker_is_lost_the_door_on_postgresql_keeps_its_promise(
    action: Action, pool: Pool
) -> None:
    lost: list[str] = []

    async def dies_once(method: str, act: Act, write: Write) -> Made | None:
        made = await act(write)
        if method == action.method and not lost:
            lost.append(method)
            raise WorkerDies
        return made

    clock = Clock()
    effects = PostgresEffects(pool)
    house = House(dies_once, clock=clock, sleep=clock.sleep, effects=effects)
    request = await house.request(action.name)
    with pytest.raises(WorkerDies):
        await house.door.perform(request, "first")
    with pytest.raises(Transient) as busy:
        await house.door.perform(request, "second")
    assert busy.value.retry_after is not None
    clock.at += busy.value.retry_after
    outcome = await house.door.perform(request, "third")

    blind = action.how[SIMULATED[action.port]].means is Means.BLIND
    unknown = blind and not action.level.may_repeat
    assert outcome.state is (OutcomeState.UNKNOWN if unknown else OutcomeState.DONE)
    assert len(house.happened(request)) == (2 if blind and not unknown else 1)
    assert [row.id for row in await effects.unknowns()] == ([request.effect_id] if unknown else [])
    entries = [entry async for _, entry in PostgresRecord(pool).entries(request.incident)]
    assert [entry.kind for entry in entries] == [Kind.EFFECT_INTEND, Kind.EFFECT_CONCLUDE]
