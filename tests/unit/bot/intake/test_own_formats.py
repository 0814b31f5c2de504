"""Formats of an installation's own: files in a folder, taken up when they change, refused in a sentence."""

import os
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli.alert import app
from bot.intake.own_formats import FormatsInFolder
from bot.intake.sources import SourcesInFile
from integrations.siem.registry import FORMATS
from playbooks.domain.errors import Malformed

MAPPING = "name: acme-edr\nproduct: Acme EDR\nwhen: acme.version\ntitle: acme.rule\n"
ALERT = b'{"acme": {"version": 1, "rule": "Files are being encrypted"}}'
SOURCES = """
sources:
  - {name: acme, organization: UNICC, format: acme-edr, keys: [{id: k, use: bearer, secret: "env:K"}]}
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("bot.intake.reread.LOOK_EVERY", -1.0)
    folder = tmp_path / "mappings"
    folder.mkdir()
    put(folder, MAPPING)
    return folder


def put(folder: Path, text: str, name: str = "acme.yaml", seconds: int = 0) -> None:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    moment = file.stat().st_mtime + seconds
    os.utime(file, (moment, moment))


def test_own_formats_stand_before_those_that_ship(folder: Path) -> None:
    own, *shipped = FormatsInFolder(folder)()
    assert own.name == "acme-edr"
    assert tuple(shipped) == FORMATS


def test_a_mapping_that_comes_later_is_taken_up(folder: Path) -> None:
    formats = FormatsInFolder(folder)
    put(folder, MAPPING.replace("acme-edr", "acme-xdr"), "more.yaml")
    assert [form.name for form in formats()[:2]] == ["acme-edr", "acme-xdr"]


def test_a_broken_change_leaves_the_formats_as_they_were(folder: Path) -> None:
    formats = FormatsInFolder(folder)
    put(folder, "name: acme-edr", seconds=5)
    assert formats()[0].name == "acme-edr"
    put(folder, MAPPING.replace("acme.rule", "acme.name"), seconds=10)
    assert formats()[0].title[0].text == "acme.name"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("name: x", "product"),
        ("a: [", "not YAML"),
        ("name: wazuh\nproduct: W\ntitle: t", "another format's already"),
        ("name: acme-edr\nproduct: W\ntitle: t", "another format's already"),
    ],
)
def test_at_start_a_bad_mapping_is_named_in_one_sentence(folder: Path, text: str, says: str) -> None:
    put(folder, text, "bad.yml")
    with pytest.raises(Malformed, match=f"bad.yml.*{says}"):
        FormatsInFolder(folder)


def test_without_the_folder_nothing_begins(tmp_path: Path) -> None:
    with pytest.raises(Malformed, match="no folder"):
        FormatsInFolder(tmp_path / "nowhere")


def test_a_source_may_name_an_own_format_and_none_that_nobody_has(folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "sources.yaml"
    file.write_text(SOURCES, encoding="utf-8")
    environ = {"K": "a-bearer-long-enough"}
    assert SourcesInFile(file, environ, FormatsInFolder(folder)).find("acme") is not None
    with pytest.raises(Malformed, match="acme-edr"):
        SourcesInFile(file, environ)


def test_the_command_reads_by_a_file_by_an_own_name_and_by_shape(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    alert = tmp_path / "alert.json"
    alert.write_bytes(ALERT)
    by_file = CliRunner().invoke(app, ["normalize", "--source", str(folder / "acme.yaml"), str(alert)])
    assert '"format": "acme-edr"' in by_file.output
    unknown = CliRunner().invoke(app, ["normalize", "--source", "acme-edr", str(alert)])
    assert '"format": "unknown"' in unknown.stdout
    assert "read by its shape" in unknown.stderr
    monkeypatch.setenv("MUSTER_FORMATS", str(folder))
    for source in ("acme-edr", "auto"):
        by_name = CliRunner().invoke(app, ["normalize", "--source", source, str(alert)])
        assert '"format": "acme-edr"' in by_name.stdout
        assert not by_name.stderr
