"""The command line: every command loads, and no command waits for what it does not need."""

import subprocess
import sys

import pytest
from typer.testing import CliRunner

from bot.cli.app import COMMANDS, app

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
