"""What a first start puts into the data folder fits together, whatever is configured already."""

from pathlib import Path

from bot.first_start import prepared
from bot.own_directory import read_directory
from bot.retainers import read_retainers
from bot.settings import Settings


def started(data: Path, directory: Path | None = None) -> Settings:
    settings = prepared(Settings(data=data, directory=directory, retainers=None, sources=None))
    read_retainers(settings.retainers, read_directory(settings))
    return settings


def test_an_agreement_to_try_comes_with_the_people_to_try_and_goes_with_them(tmp_path: Path) -> None:
    own = tmp_path / "people.yaml"
    own.write_text("people:\n  - {id: wfp-duty, organization: WFP, duties: [on_call]}\n")
    assert started(tmp_path / "own", own).retainers is None
    assert started(tmp_path / "tried").retainers == tmp_path / "tried" / "retainers.yaml"
    assert started(tmp_path / "tried", own).retainers is None, "it names people who are not there any more"


def test_an_agreement_that_somebody_wrote_there_holds_with_her_own_directory_too(tmp_path: Path) -> None:
    started(tmp_path)
    written = tmp_path / "retainers.yaml"
    written.write_text("agreements: []\n")
    own = tmp_path / "people.yaml"
    own.write_text("people: []\n")
    assert started(tmp_path, own).retainers == written
