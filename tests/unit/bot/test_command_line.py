"""The command line: every command loads, and no command waits for what it does not need."""

import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli.app import COMMANDS, app, main

run = CliRunner()


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_that_is_listed_loads_and_explains_itself(name: str) -> None:
    answer = run.invoke(app, [name, "--help"])
    assert answer.exit_code == 0, answer.output
    assert f"Usage: muster {name}" in answer.output


def test_what_is_mistyped_is_answered_with_the_way_to_help() -> None:
    answer = run.invoke(app, ["plabook"])
    assert answer.exit_code == 2
    assert "No such command" in answer.output


def test_checking_a_file_loads_no_vendors_library() -> None:
    said = (
        "import sys; from bot.cli.app import COMMANDS; COMMANDS['playbook'].load('playbook');"
        "print([name for name in ('nio', 'slack_bolt', 'jira', 'pagerduty') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", said], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_fault_of_ours_is_a_sentence_and_no_stack_trace(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken() -> None:
        raise LookupError("a fault")

    monkeypatch.setattr("bot.cli.app.app", broken)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 1
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "LookupError" in said
    (traced,) = tmp_path.glob("muster-fault-*.txt")
    assert "a fault" in traced.read_text("utf-8")
