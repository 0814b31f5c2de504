"""A rehearsal asks for a shared service of the catalogue that ships, and its provider does the task."""

import pytest

from bot.rehearsal.theatre import Rehearses
from playbooks.library import content, shipped
from playbooks.rehearsal.report import Ending, Report
from playbooks.rehearsal.script import read_script

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def rehearsed(stage: Rehearses, script: str) -> Report:
    playbook = shipped("activate-retainer").playbook
    assert playbook is not None
    return await stage.rehearse(content("activate-retainer"), playbook, read_script(script, playbook))


async def test_where_the_vendor_does_not_come_the_provider_is_asked_and_does_its_part(
    stage: Rehearses,
) -> None:
    report = await rehearsed(stage, "steps: {Did the vendor come?: false}")
    assert report.ending is Ending.SUCCESSFUL
    names = [passed.name for passed in report.path]
    assert "Ask the shared service provider" in names
    assert "Ask the others for responders" not in names


async def test_where_the_provider_declines_the_others_are_asked(stage: Rehearses) -> None:
    script = "steps: {Did the vendor come?: false, Ask the shared service provider: decline}"
    report = await rehearsed(stage, script)
    assert report.ending is Ending.SUCCESSFUL
    assert "Ask the others for responders" in [passed.name for passed in report.path]
