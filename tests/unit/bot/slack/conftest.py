from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.circle import Circle
from tests.contract.fakes.slack import FakeSlack


@pytest_asyncio.fixture
async def slack() -> AsyncIterator[FakeSlack]:
    async with FakeSlack().served() as workspace:
        yield workspace


@pytest.fixture
def circle() -> Circle:
    return Circle()
