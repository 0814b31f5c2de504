"""CACAO documents in valid shapes that are seldom seen: each runs to an end, is exported and read again."""

from datetime import timedelta
from pathlib import Path

import pytest

from bot.rehearsal.telling import told
from bot.rehearsal.theatre import Rehearses
from playbooks.cacao.export import content_hash, export
from playbooks.cacao.reading import read
from playbooks.rehearsal.report import Ending
from playbooks.rehearsal.script import Script
from playbooks.texts import load_texts

pytestmark = pytest.mark.asyncio(loop_scope="session")

UNUSUAL = {path.stem: path for path in sorted((Path(__file__).parent / "unusual").glob("*.json"))}


@pytest.mark.parametrize("name", UNUSUAL)
async def test_an_unusual_document_runs_to_an_end_and_comes_back_as_it_was(
    stage: Rehearses, name: str
) -> None:
    content = UNUSUAL[name].read_bytes()
    playbook = read(content).playbook
    assert playbook is not None
    report = await stage.rehearse(content, playbook, Script().with_parties(playbook))
    assert report.ending is Ending.SUCCESSFUL
    assert not report.refused
    assert playbook.name in told(report, load_texts(), timedelta())
    again = read(export(playbook)).playbook
    assert again is not None
    assert content_hash(again) == content_hash(playbook)
