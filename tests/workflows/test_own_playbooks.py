"""A playbook of the installation's own runs as those that ship do, and carries what it began with."""

from pathlib import Path

import pytest

from bot.library import Library
from bot.own_playbooks import PlaybooksInFolder
from integrations.postgres.content import PostgresContent
from playbooks.domain.kinds import Kind
from playbooks.texts.wording import sentence
from tests.workflows.house import House
from tests.workflows.nested import INNER

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_file_of_the_folder_runs_and_a_change_of_it_changes_no_run(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "own-look.yaml").write_bytes(INNER)
    own = PlaybooksInFolder(tmp_path)
    monkeypatch.setattr(house, "library", Library(PostgresContent(house.muster.pool), own=own))
    key = await house.declared()
    verdict = await house.do("unhcr-duty", "playbook.run", key, playbook="own-look")
    said = sentence(house.muster.texts, f"verdict.{verdict.code}", verdict.args)
    assert "No signer whom we trust has signed it." in str(said)
    task = await house.waiting_task(key, "inside")
    (tmp_path / "own-look.yaml").write_bytes(b"playbook: [what")
    await house.do("unhcr-responder", "task.done", key, task=task.id, answer="true")
    await house.waiting_task(key, "Write down")
    (started,) = [
        entry async for _, entry in house.muster.record.entries(key) if entry.kind == Kind.RUN_START
    ]
    assert started.data["playbook"] == "own-look"
    assert started.data["unsigned"] is True
