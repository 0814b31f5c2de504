"""Playbooks of an installation's own: files in a folder, each judged by itself, signed or refused in a sentence."""

import json
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli.playbook import app
from bot.library import Library
from bot.own_playbooks import PlaybooksInFolder, own_playbooks
from bot.settings import Settings
from playbooks import library as shipped
from playbooks.cacao.course import KeptPlaybook
from playbooks.domain.errors import Malformed, NotFound
from playbooks.library import content
from tests.unit.bot.test_library import Kept
from tests.unit.playbooks.cacao.test_signatures import SIGNERS, signed
from tests.workflows.asking import asking
from tests.workflows.nested import INNER, OUTER

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)
OTHER_KEY = SIGNERS["ES256"][0]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("bot.intake.reread.LOOK_EVERY", -1.0)
    folder = tmp_path / "playbooks"
    folder.mkdir()
    put(folder, "inner.yaml", INNER)
    put(folder, "outer.yaml", OUTER)
    return folder


@pytest.fixture
def signers(tmp_path: Path) -> Path:
    return trusting(tmp_path / "signers.json", SIGNERS["Ed25519"][0])


def put(folder: Path, name: str, text: bytes, seconds: int = 0) -> None:
    file = folder / name
    file.write_bytes(text)
    moment = file.stat().st_mtime + seconds
    os.utime(file, (moment, moment))


def trusting(file: Path, key: str, seconds: int = 0) -> Path:
    put(file.parent, file.name, json.dumps([{"name": "UNICC", "public_key": key}]).encode(), seconds)
    return file


def of(folder: Path, kept: Kept | None = None) -> Library:
    return Library(kept or Kept(), own=PlaybooksInFolder(folder))


def demanding(folder: Path, signers: Path, at: datetime = NOW) -> Library:
    return Library(Kept(), own=PlaybooksInFolder(folder, signers, must_be_signed=True, now=lambda: at))


async def refused(library: Library, name: str) -> str:
    with pytest.raises(Malformed) as error:
        await library.put(name)
    assert error.value.code == "playbook_refused"
    assert "\n" not in error.value.sentence
    return error.value.sentence


async def test_an_own_playbook_is_found_by_its_files_name_with_those_that_it_runs(folder: Path) -> None:
    kept = Kept()
    main, carried, signed_by, _takes = await of(folder, kept).put("outer")
    assert kept.contents[main] == OUTER
    assert [kept.contents[sha256] for sha256 in carried.values()] == [INNER]
    assert signed_by == ""


async def test_what_ships_is_found_beside_them_and_nothing_is_said_of_its_signature(folder: Path) -> None:
    kept = Kept()
    found = await of(folder, kept).put("ransomware")
    assert kept.contents[found.content] == content("ransomware")
    assert found.signed_by is None


async def test_an_own_playbook_runs_what_ships(folder: Path) -> None:
    reading = shipped.shipped("account-compromise")
    assert reading.playbook
    runs = OUTER.replace(b"playbook--5c5d9f5c-8f1c-4f0f-9c0a-0d1d3f6a1c02", reading.playbook.id.encode())
    runs = runs.replace(b"    uses: system\n    answers: found\n", b"")
    put(folder, "outer.yaml", runs)
    kept = Kept()
    found = await of(folder, kept).put("outer")
    assert content("account-compromise") in [kept.contents[sha256] for sha256 in found.carried.values()]


async def test_what_ships_runs_the_newer_version_of_a_playbook_that_the_folder_has(folder: Path) -> None:
    reading = shipped.shipped("account-compromise")
    assert reading.playbook
    newer = content("account-compromise").replace(
        b"\nsteps:", b"\nmodified: 2099-01-01T00:00:00.000Z\nsteps:", 1
    )
    put(folder, "our-accounts.yaml", newer)
    kept = Kept()
    found = await of(folder, kept).put("phishing")
    assert newer in [kept.contents[sha256] for sha256 in found.carried.values()]


async def test_a_change_is_taken_up_and_changes_nothing_that_is_kept(folder: Path) -> None:
    kept = Kept()
    library = of(folder, kept)
    before = await library.put("inner")
    changed = INNER.replace(b"Write down what was found", b"Something else")
    put(folder, "inner.yaml", changed, seconds=5)
    after = await library.put("inner")
    assert kept.contents[before.content] == INNER
    assert kept.contents[after.content] == changed


async def test_a_file_that_comes_later_is_there_and_one_that_goes_is_not(folder: Path) -> None:
    library = of(folder)
    put(folder, "later.yml", INNER)
    await library.put("later")
    (folder / "later.yml").unlink()
    with pytest.raises(NotFound, match="inner, outer"):
        await library.put("later")


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("bad.yaml", b"playbook: [what", "line 1"),
        ("bad.json", b"\xff\xfe", "refused"),
        ("ransomware.yaml", INNER, "ships with Muster"),
        ("Bad_Name.yaml", INNER, "small letters"),
        ("inner.json", INNER, "two files"),
    ],
)
async def test_a_refused_file_is_said_in_one_sentence_and_takes_no_other_with_it(
    folder: Path, caplog: pytest.LogCaptureFixture, name: str, text: bytes, says: str
) -> None:
    put(folder, name, text)
    library = of(folder)
    (refusal,) = [str(each.refusal) for each in (await library.own()).values() if each.refusal]
    assert says in refusal
    assert caplog.messages == [refusal]
    if Path(name).stem not in shipped.NAMES:
        assert await refused(library, Path(name).stem) == refusal
    if name != "inner.json":
        await library.put("outer")


async def test_a_name_that_ships_means_what_ships(folder: Path) -> None:
    put(folder, "ransomware.yaml", INNER)
    kept = Kept()
    assert kept.contents[(await of(folder, kept).put("ransomware")).content] == content("ransomware")


async def test_one_that_asks_for_a_service_of_no_catalogue_is_refused_before_anybody_runs_it(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(folder, "asks.yaml", asking("socc"))
    monkeypatch.delenv("MUSTER_DIRECTORY", raising=False)
    library = Library(Kept(), own=own_playbooks(Settings(playbooks=folder)))
    assert "no service “socc”" in await refused(library, "asks")
    assert isinstance(await library.put("inner"), KeptPlaybook)


async def test_what_is_no_file_of_a_playbook_is_passed_over(folder: Path) -> None:
    put(folder, "README.md", b"ours")
    (folder / "more.yaml").mkdir()
    (folder / "gone.yaml").symlink_to(folder / "nowhere")
    assert list(await of(folder).own()) == ["inner", "outer"]


def test_without_the_folder_nothing_begins(tmp_path: Path) -> None:
    with pytest.raises(Malformed, match="no folder"):
        PlaybooksInFolder(tmp_path / "nowhere")


def test_to_ask_for_signatures_without_signers_is_said(folder: Path) -> None:
    with pytest.raises(Malformed, match="MUSTER_SIGNERS"):
        own_playbooks(Settings(playbooks=folder, signed=True))


async def test_a_trusted_signer_is_named(folder: Path, signers: Path) -> None:
    put(folder, "block.json", json.dumps(signed()).encode())
    assert (await demanding(folder, signers).put("block")).signed_by == "UNICC"


async def test_unsigned_or_unknown_is_refused_where_signatures_are_asked_for(
    folder: Path, signers: Path
) -> None:
    put(folder, "block.json", json.dumps(signed("ES256")).encode())
    library = demanding(folder, signers)
    for name in ("inner", "block"):
        assert "no signer whom we trust has signed it" in await refused(library, name)
    assert isinstance(await library.put("ransomware"), KeptPlaybook)


async def test_where_none_are_asked_for_the_same_run_and_are_signed_by_nobody(
    folder: Path, signers: Path
) -> None:
    put(folder, "block.json", json.dumps(signed("ES256")).encode())
    library = Library(Kept(), own=PlaybooksInFolder(folder, signers))
    assert [(await library.put(name)).signed_by for name in ("inner", "block")] == ["", ""]


async def test_what_was_changed_after_it_was_signed_never_runs(folder: Path, signers: Path) -> None:
    put(folder, "block.json", json.dumps(signed() | {"name": "Another"}).encode())
    assert "not what was signed" in await refused(
        Library(Kept(), own=PlaybooksInFolder(folder, signers)), "block"
    )


async def test_a_signature_holds_for_its_time_alone(folder: Path, signers: Path) -> None:
    put(folder, "block.json", json.dumps(signed(valid_until="2026-12-01T00:00:00.000Z")).encode())
    at = NOW
    library = Library(Kept(), own=PlaybooksInFolder(folder, signers, must_be_signed=True, now=lambda: at))
    assert (await library.put("block")).signed_by == "UNICC"
    at = datetime(2026, 12, 2, tzinfo=UTC)
    assert "no signer" in await refused(library, "block")


async def test_signers_are_taken_up_when_their_file_changes(folder: Path, signers: Path) -> None:
    put(folder, "block.json", json.dumps(signed()).encode())
    library = demanding(folder, signers)
    await library.put("block")
    trusting(signers, OTHER_KEY, seconds=5)
    assert "no signer" in await refused(library, "block")


async def test_what_runs_an_unsigned_playbook_is_refused_with_its_name(folder: Path, signers: Path) -> None:
    library = demanding(folder, signers)
    with pytest.raises(Malformed, match="“inner” is refused"):
        await library.put_content(OUTER)


def test_they_are_listed_and_shown_by_name(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(folder, "bad.yaml", b"playbook: [what")
    monkeypatch.setenv("MUSTER_PLAYBOOKS", str(folder))
    listed = CliRunner().invoke(app, ["list"]).stdout
    assert "ransomware" in listed
    assert "inner                      Inner\n" in listed
    assert "“bad” is refused" in listed
    assert "Look at the system" in CliRunner().invoke(app, ["show", "inner"]).stdout
    assert "“bad” is refused" in str(CliRunner().invoke(app, ["show", "bad"]).exception)
