"""The whole story as people type it in the web room; `test_the_story_on_matrix.py` has it over two homeservers."""

import pytest

from tests.workflows.house import House
from tests.workflows.story import Story, play

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_an_attack_on_several_organizations_is_answered_as_one_and_each_takes_home_what_it_may_read(
    house: House,
) -> None:
    await play(Story(house))
