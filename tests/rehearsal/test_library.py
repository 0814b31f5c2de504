"""Every playbook that ships comes to an end when everybody does what is asked, in time."""

import pytest

from bot.rehearsal.theatre import Rehearses
from playbooks import library
from playbooks.rehearsal.report import Ending
from playbooks.rehearsal.script import Script

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest.mark.parametrize("name", library.NAMES)
async def test_a_shipped_playbook_is_rehearsed_to_its_end(stage: Rehearses, name: str) -> None:
    playbook = library.shipped(name).playbook
    assert playbook is not None
    report = await stage.rehearse(library.content(name), playbook, Script().with_parties(playbook))
    assert (report.ending, report.outcome) == (Ending.SUCCESSFUL, "successful")
    assert not report.refused
    assert not report.failed_effects
    assert not report.clocks
    assert all(passed.outcome == "success" for passed in report.path)
