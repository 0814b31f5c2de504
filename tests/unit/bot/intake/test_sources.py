"""Sources as data, and keys that rotate without a gap."""

import os
from pathlib import Path

import pytest

from bot.intake.sources import SourcesInFile, read_sources
from playbooks.domain.errors import Malformed

TEXT = """
sources:
  - name: soc
    organization: UNICC
    format: elastic
    speaks_for: [UNHCR]
    keys:
      - {id: old, use: signature, secret: "file:old.key"}
      - {id: new, use: signature, secret: "env:NEW"}
      - {id: token, use: bearer, secret: "env:TOKEN"}
    rate: {per_second: 10, burst: 100}
"""
ENVIRON = {"NEW": "a-new-signing-key", "TOKEN": "a-bearer-of-the-soc"}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    (tmp_path / "old.key").write_text("an-old-signing-key\n", encoding="utf-8")
    file = tmp_path / "sources.yaml"
    file.write_text(TEXT, encoding="utf-8")
    return file


@pytest.fixture
def sources(file: Path, monkeypatch: pytest.MonkeyPatch) -> SourcesInFile:
    monkeypatch.setattr("bot.intake.reread.LOOK_EVERY", -1.0)
    return SourcesInFile(file, ENVIRON)


def later(file: Path, text: str, seconds: int) -> None:
    file.write_text(text, encoding="utf-8")
    moment = file.stat().st_mtime + seconds
    os.utime(file, (moment, moment))


def test_secrets_are_fetched_from_where_they_are(sources: SourcesInFile) -> None:
    known = sources.find("soc")
    assert known is not None
    assert known.signing == (b"an-old-signing-key", b"a-new-signing-key")
    assert known.bearers == (b"a-bearer-of-the-soc",)
    assert sources.find("nobody") is None


def test_a_changed_file_is_taken_up(sources: SourcesInFile, file: Path) -> None:
    later(file, TEXT.replace("name: soc", "name: siem"), 5)
    assert sources.find("soc") is None
    assert sources.find("siem") is not None


def test_a_changed_secret_is_taken_up(sources: SourcesInFile, file: Path) -> None:
    later(file.parent / "old.key", "a-newer-signing-key", 5)
    known = sources.find("soc")
    assert known is not None
    assert known.signing[0] == b"a-newer-signing-key"


def test_a_broken_change_leaves_the_old_in_force(sources: SourcesInFile, file: Path) -> None:
    later(file, "sources: [{name: soc}]", 5)
    assert sources.find("soc") is not None
    file.unlink()
    assert sources.find("soc") is not None


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("env:NEW", "env:AWAY", "Key “new” of source “soc” is not at env:AWAY"),
        ("file:old.key", "file:gone.key", "is not at file:gone.key"),
        ("env:TOKEN", "plain-text-secret", "sources.0.keys.2.secret"),
        ("name: soc", "name: So C", "sources.0.name"),
        ("burst: 100", "burst: 0", "sources.0.rate.burst"),
        ("sources:", "sauces:", "sauces"),
        ("sources:\n", "sources: [", "not YAML"),
    ],
)
def test_a_fault_is_said_with_its_place(file: Path, old: str, new: str, says: str) -> None:
    file.write_text(TEXT.replace(old, new), encoding="utf-8")
    with pytest.raises(Malformed) as fault:
        SourcesInFile(file, ENVIRON)
    assert says in fault.value.sentence
    assert "\n" not in fault.value.sentence


def test_a_short_secret_is_refused(file: Path) -> None:
    with pytest.raises(Malformed, match="shorter than 16 bytes"):
        SourcesInFile(file, ENVIRON | {"TOKEN": "short"})


def test_two_sources_of_one_name_are_refused() -> None:
    block = TEXT.split("sources:\n", maxsplit=1)[1]
    with pytest.raises(Malformed, match="two sources are called soc"):
        read_sources(f"sources:\n{block}{block}".encode())


BOX = """
sources:
  - name: nas
    organization: UNICC
    mailbox: {host: imap.unicc.example.org, user: soc, password: "env:BOX"}
"""


def test_a_source_may_have_a_mailbox_and_no_key(tmp_path: Path) -> None:
    file = tmp_path / "sources.yaml"
    file.write_text(BOX, encoding="utf-8")
    (known,) = SourcesInFile(file, {"BOX": "a-password"}).with_mailboxes()
    assert known.password == "a-password"
    assert known.source.mailbox is not None
    assert (known.source.mailbox.port, known.source.mailbox.security) == (993, "tls")
    with pytest.raises(Malformed, match="mailbox of source “nas” is not at env:BOX"):
        SourcesInFile(file, {})


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("    mailbox: {host", "    other: {host", "other"),
        ("user: soc,", "user: soc, security: none,", "this machine alone"),
        ('"env:BOX"', "a-password", "password"),
    ],
)
def test_what_is_wrong_with_a_mailbox_is_said(old: str, new: str, says: str) -> None:
    with pytest.raises(Malformed, match=says):
        read_sources(BOX.replace(old, new).encode())


def test_a_source_without_a_way_in_is_refused() -> None:
    with pytest.raises(Malformed, match="or a `mailbox`, or both"):
        read_sources(b"sources: [{name: nas, organization: UNICC}]")
