"""`muster playbook check`: whatever the file is, an answer; and who signed it."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli.playbook import app
from playbooks.cacao import limits
from playbooks.domain.tongue import Tongue, speaking
from playbooks.library import content
from tests.unit.playbooks.cacao.test_signatures import SIGNERS, signed
from tests.workflows.asking import asking

run = CliRunner()


@pytest.fixture
def signed_file(tmp_path: Path) -> Path:
    file = tmp_path / "signed.json"
    file.write_text(json.dumps(signed()), encoding="utf-8")
    return file


def test_a_shipped_playbook_is_ok_and_said_to_be_unsigned(tmp_path: Path) -> None:
    file = tmp_path / "insider.yaml"
    file.write_bytes(content("insider"))
    answer = run.invoke(app, ["check", str(file)])
    assert answer.exit_code == 0
    assert answer.output == f"{file}: ok\n  signature: none\n"


def test_findings_are_in_the_language_asked_for_and_codes_in_none(tmp_path: Path) -> None:
    file = tmp_path / "twice.yaml"
    file.write_text("playbook: a\nplaybook: b\n", encoding="utf-8")
    with speaking(Tongue(language="es")):
        told = run.invoke(app, ["check", str(file)]).output
        (reported,) = json.loads(run.invoke(app, ["check", "--json", str(file)]).output)
    assert told == (
        f"{file}: rechazado\n  firma: ninguna\n  rechazo: línea 2: “playbook” figura dos veces en el mismo lugar. "
        "Conserve uno de los dos. (YAML 1.2)\n"
    )
    (finding,) = reported["findings"]
    assert (reported["verdict"], finding["severity"], finding["code"]) == ("refused", "refuse", "twice")


def test_unsigned_or_unknown_can_be_refused(tmp_path: Path, signed_file: Path) -> None:
    plain = tmp_path / "plain.yaml"
    plain.write_bytes(content("insider"))
    answer = run.invoke(app, ["check", "--signed", str(plain), str(signed_file)])
    assert answer.exit_code == 1
    assert f"{plain}: refused\n  signature: none" in answer.output
    assert f"{signed_file}: refused\n  signature: by nobody whom we trust" in answer.output


@pytest.mark.parametrize("form", ["json", "yaml"])
def test_a_signer_on_the_list_is_trusted(tmp_path: Path, signed_file: Path, form: str) -> None:
    listed = tmp_path / f"signers.{form}"
    key = SIGNERS["Ed25519"][0]
    said = (
        json.dumps([{"name": "UNICC", "public_key": key}])
        if form == "json"
        else f"- name: UNICC\n  public_key: {key}\n"
    )
    listed.write_text(said, encoding="utf-8")
    answer = run.invoke(app, ["check", "--signed", "--trusted", str(listed), str(signed_file)])
    assert answer.exit_code == 0, answer.output
    assert "signature: Signed by UNICC, whom we trust." in answer.output
    (report,) = json.loads(
        run.invoke(app, ["check", "--json", "--trusted", str(listed), str(signed_file)]).output
    )
    assert [each["standing"] for each in report["signatures"]] == ["trusted"]


def test_a_list_of_signers_that_is_none_says_what_it_should_be(tmp_path: Path, signed_file: Path) -> None:
    listed = tmp_path / "signers.yaml"
    for text in ("a: b", "- name: UNICC\n", "&a [*a]", "\x00"):
        listed.write_text(text, encoding="utf-8")
        answer = run.invoke(app, ["check", "--trusted", str(listed), str(signed_file)])
        assert "list of signers" in str(answer.exception)


def test_what_is_no_file_is_answered_and_the_others_are_too(tmp_path: Path, signed_file: Path) -> None:
    answer = run.invoke(app, ["check", str(tmp_path), str(signed_file)])
    assert answer.exit_code == 1
    assert f"{tmp_path}: refused" in answer.output
    assert "cannot be read" in answer.output
    assert f"{signed_file}: ok" in answer.output


def test_no_more_of_a_file_is_read_than_a_playbook_may_have() -> None:
    answer = run.invoke(app, ["check", "/dev/zero"])
    assert answer.exit_code == 1
    assert f"more than {limits.JSON_BYTES:,} bytes" in answer.output


def test_a_service_that_the_catalogue_lacks_is_found_before_the_step_runs(tmp_path: Path) -> None:
    for code in ("soc", "socc"):
        (tmp_path / f"{code}.yaml").write_bytes(asking(code))
    answer = run.invoke(app, ["check", *(str(tmp_path / f"{code}.yaml") for code in ("soc", "socc"))])
    assert answer.exit_code == 1
    assert f"{tmp_path / 'soc.yaml'}: ok" in answer.output
    (finding,) = [line for line in answer.output.splitlines() if "“socc”" in line]
    for said in (
        "refuse",
        "line 10",
        "“Ask”",
        "Muster catalogue, 003 §144",
        "phishing-simulation, pki",
        "directory",
    ):
        assert said in finding, said


def test_a_service_of_the_installations_own_is_of_the_catalogue(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    playbook, directory = tmp_path / "own.yaml", tmp_path / "directory.yaml"
    playbook.write_bytes(asking("malware-lab"))
    directory.write_text("services: [{code: malware-lab, name: Malware laboratory, provider: UNICC}]\n")
    assert run.invoke(app, ["check", str(playbook)]).exit_code == 1
    monkeypatch.setenv("MUSTER_DIRECTORY", str(directory))
    assert run.invoke(app, ["check", str(playbook)]).exit_code == 0


def test_the_picture_is_printed() -> None:
    answer = run.invoke(app, ["show", "notify-and-chase", "--format", "svg"])
    assert answer.exit_code == 0
    assert answer.output.startswith("<svg ")
