"""The witnesses file: read, or refused with the place and what would be right."""

from datetime import timedelta
from pathlib import Path

import pytest

from bot.witness.file import read_witnesses
from playbooks.domain.errors import Malformed
from playbooks.domain.proof.notes import NoteKey, Signs

KEY = NoteKey("wfp.org/witness", Signs.COSIGNATURES, bytes(32))
LOG = NoteKey("muster/1", Signs.NOTES, bytes(32))


def test_without_a_file_there_are_no_witnesses() -> None:
    assert read_witnesses(None).by_name == {}


def test_a_witness_is_known_by_the_name_of_its_key(tmp_path: Path) -> None:
    path = tmp_path / "witnesses.yaml"
    path.write_text(f"every: 5\nwitnesses:\n- {{organization: WFP, vkey: {KEY}, url: 'https://wfp.org/w'}}\n")
    file = read_witnesses(path)
    assert file.pace == timedelta(seconds=5)
    assert file.by_name[KEY.name].key == KEY


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("witnesses: 3", "witnesses: a list belongs here"),
        (f"witnesses: [{{organization: WFP, vkey: {KEY}}}]", "has a url or a folder, and not both"),
        (f"witnesses: [{{organization: WFP, vkey: {KEY}, url: 'https://x', folder: y}}]", "and not both"),
        (f"witnesses: [{{organization: WFP, vkey: {LOG}, url: 'https://x'}}]", "does not cosign"),
        ("witnesses: [{organization: WFP, vkey: x, url: 'https://x'}]", r"written name\+id\+base64"),
        ("every: 0", "every: this is 1 at least"),
        ("[", "is no YAML text"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "witnesses.yaml"
    path.write_text(text)
    with pytest.raises(Malformed, match=said):
        read_witnesses(path)
    with pytest.raises(Malformed, match="cannot be read"):
        read_witnesses(tmp_path / "none.yaml")
