"""A command beside a running Muster works on all of its settings."""

from pathlib import Path

import pytest

from bot.cli.running import settings_of
from bot.everything import RUNNING
from bot.settings import Settings


def test_every_setting_of_the_running_installation_is_handed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.environ", {})
    files = {
        name: tmp_path / f"{name}.yaml"
        for name, field in Settings.model_fields.items()
        if field.annotation == Path | None
    }
    assert len(files) > 8
    said = {"data": tmp_path, "database_url": "host=here", "port": 8123, **files}
    running = Settings.model_validate(said)
    (tmp_path / RUNNING).write_text(running.model_dump_json(), "utf-8")
    assert settings_of(tmp_path) == running


def test_without_one_the_settings_are_those_of_the_environment(tmp_path: Path) -> None:
    assert settings_of(tmp_path) == Settings(data=tmp_path)
