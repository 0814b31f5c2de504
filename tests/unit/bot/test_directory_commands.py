"""`muster directory` as people and machines use it."""

import json
from pathlib import Path

from typer.testing import CliRunner

from bot.cli.directory import directory_app
from bot.cli.doctor import Health, directory_findings
from bot.settings import Settings
from playbooks.directory import load_directory, shipped_organizations

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


def test_what_an_organization_tells_of_its_team_is_shown_to_people_and_machines(tmp_path: Path) -> None:
    file = written(
        tmp_path, 'organizations:\n  - {code: WFP, team: {emergency: "+39 06 555 01 00", route: matrix}}\n'
    )
    result = RUN.invoke(directory_app, ["show", "wfp", "--file", file])
    assert result.exit_code == 0
    assert "Emergency telephone: +39 06 555 01 00" in result.stdout
    result = RUN.invoke(directory_app, ["show", "WFP", "--file", file, "--json"])
    assert json.loads(result.stdout)["team"]["route"] == "matrix"
    assert RUN.invoke(directory_app, ["show", "XYZ", "--file", file]).exit_code == 1


def test_the_check_refuses_who_speaks_from_another_server_and_too_large_a_committee(tmp_path: Path) -> None:
    file = written(
        tmp_path,
        """
organizations: [{code: WFP, team: {matrix: matrix.wfp.org, services: [magic], hours: 24/7}}]
people:
  - {id: wfp-ciso, organization: WFP, duties: [ciso, on_call, secretary], identities: {matrix: "@a:evil.org"}}
  - {id: cern-ciso, organization: CERN, duties: [ciso, on_call, co_chair]}
  - {id: ilo-ciso, organization: ILO, duties: [ciso, on_call, secretary]}
""",
    )
    result = RUN.invoke(directory_app, ["check", "--file", file, "--json"])
    found = {each["code"] for each in json.loads(result.stdout)["findings"]}
    wrong = {"another_homeserver", "unknown_service", "co_chair_of_no_member", "too_many_in_committee"}
    assert found == {*wrong, "no_contact"}


def test_the_check_tells_of_connections_whose_rooms_would_be_named_alike(tmp_path: Path) -> None:
    entry = """
  - {organization: %s, vendor: matrix, url: https://matrix.example.org, place: "%s", ceiling: TLP:AMBER,
     credentials: {token: env:TOKEN, store_key: env:KEY}}"""
    file = tmp_path / "connections.yaml"
    for place, refused in (("", True), ("wfp-", False)):
        file.write_text(f"connections:{entry % ('UNHCR', '')}{entry % ('WFP', place)}\n", "utf-8")
        result = RUN.invoke(directory_app, ["check", "--connections", str(file), "--json"])
        findings = json.loads(result.stdout)["findings"]
        assert [each["code"] for each in findings] == ["connections_same_names"] * refused
        assert result.exit_code == refused
        if refused:
            assert "unhcr/chat names its rooms on matrix.example.org alike" in findings[0]["sentence"]


def test_the_doctor_says_what_nobody_should_rely_on_a_directory_with(tmp_path: Path) -> None:
    file = tmp_path / "directory.yaml"
    file.write_text(
        "people:\n"
        "  - {id: wfp-duty, organization: WFP, duties: [on_call], identities: {slack: U1}}\n"
        "  - {id: wfp-ciso, organization: WFP, duties: [ciso], identities: {slack: U1}}\n"
    )
    settings = Settings(data=tmp_path, directory=file)
    (finding,) = directory_findings(settings, load_directory(shipped_organizations(), file.read_bytes()))
    assert finding.health is Health.BROKEN
    assert "stands for two people" in finding.detail
