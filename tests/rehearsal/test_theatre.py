"""A clock that stops costs some seconds and no rehearsal."""

import pytest
from temporalio.api.testservice.v1 import LockTimeSkippingRequest

from bot.composition.rehearsal import rehearsing, stage
from bot.rehearsal import stage as stages
from playbooks import library
from playbooks.rehearsal.report import Ending
from playbooks.rehearsal.script import Script

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(("locks", "is_played_again"), [(1, False), (2, True)])
async def test_a_clock_that_the_server_stopped_goes_on_or_the_rehearsal_is_played_again(
    monkeypatch: pytest.MonkeyPatch, locks: int, *, is_played_again: bool
) -> None:
    monkeypatch.setattr(stages, "_STANDS_STILL", stages._GLANCE * 5)
    playbook = library.shipped("ransomware").playbook
    assert playbook is not None
    async with rehearsing() as theatre:
        broken = theatre._built.enter_async_context(stage())
        theatre._stage = first = await broken
        for _ in range(locks):
            await first._client.test_service.lock_time_skipping(LockTimeSkippingRequest())
        report = await theatre.rehearse(library.content("ransomware"), playbook, Script())
        assert (theatre._stage is not first) is is_played_again
    assert report.ending is Ending.SUCCESSFUL


async def test_a_lock_that_was_forgotten_between_rehearsals_is_taken_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with stage() as on_stage:
        await on_stage._client.test_service.lock_time_skipping(LockTimeSkippingRequest())
        await on_stage._clock.settle()
        before = await on_stage._clock.now()
        async with on_stage._clock.running_ahead():
            pass
        await on_stage._clock.settle()
        assert await on_stage._clock.now() > before
