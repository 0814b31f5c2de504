"""`muster directory` as people and machines use it."""

import json
from pathlib import Path

from typer.testing import CliRunner

from bot.cli.directory import directory_app

RUN = CliRunner()


def written(folder: Path, text: str) -> str:
    file = folder / "directory.yaml"
    file.write_text(text, encoding="utf-8")
    return str(file)


def test_the_list_names_every_organization_once() -> None:
    result = RUN.invoke(directory_app, ["list", "--json"])
    assert result.exit_code == 0
    assert len(json.loads(result.stdout)["organizations"]) == 50


def test_the_list_is_readable() -> None:
    result = RUN.invoke(directory_app, ["list"])
    assert result.exit_code == 0
    assert "World Food Programme" in result.stdout
    assert "observer, provider" in result.stdout


def test_the_shipped_directory_is_in_order() -> None:
    result = RUN.invoke(directory_app, ["check"])
    assert (result.exit_code, result.stdout) == (
        0,
        "The directory is in order: 50 organizations, 0 people.\n",
    )


def test_a_fault_is_one_line_and_exit_1(tmp_path: Path) -> None:
    file = written(tmp_path, "people: [{id: a, organization: NOWHERE}]")
    result = RUN.invoke(directory_app, ["check", "--file", file])
    assert result.exit_code == 1
    assert result.stderr.startswith("“a” belongs to “NOWHERE”, which is not in the directory")
    as_json = json.loads(RUN.invoke(directory_app, ["check", "--file", file, "--json"]).stdout)
    assert (as_json["ok"], as_json["findings"][0]["code"]) == (False, "unknown_organization")


def test_a_warning_is_said_and_passes(tmp_path: Path) -> None:
    file = written(tmp_path, "people: [{id: a, organization: WFP, duties: [ciso]}]")
    result = RUN.invoke(directory_app, ["check", "--file", file])
    assert result.exit_code == 0
    assert "nobody on call" in result.stderr


def test_what_is_no_directory_is_said_in_one_line(tmp_path: Path) -> None:
    result = RUN.invoke(directory_app, ["check", "--file", written(tmp_path, "people: [")])
    assert result.exit_code == 1
    assert result.stderr.count("\n") == 1
