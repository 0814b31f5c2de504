"""Signed notes, checkpoints and cosignatures against published examples."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from playbooks.domain.errors import Malformed
from playbooks.domain.proof.checkpoint import Checkpoint
from playbooks.domain.proof.notes import Note, NoteKey, Signs, cosign, notes, sign

# The example of golang.org/x/mod/sumdb/note, where the format comes from.
NEUMANN = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
NOTE = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
    "\n"
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
# The example of c2sp.org/tlog-cosignature.
COSIGNED = (
    "example.com/behind-the-sofa\n"
    "20852163\n"
    "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
    "\n"
    "— example.com/behind-the-sofa "
    "Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n"
    "— witness.example.com/w1 "
    "jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==\n"
)
PRIVATE = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = PRIVATE.public_key().public_bytes_raw()


def test_the_published_note_is_good_and_an_altered_one_is_not() -> None:
    note, key = Note.read(NOTE), NoteKey.read(NEUMANN)
    assert str(note) == NOTE
    assert str(key) == NEUMANN
    assert note.signed(key)
    assert not Note(note.text.replace("answer", "Answer"), note.signatures).signed(key)


def test_the_published_checkpoint_is_read_and_written_alike() -> None:
    note = Note.read(COSIGNED)
    checkpoint = Checkpoint.read(note.text)
    assert (checkpoint.origin, checkpoint.size) == ("example.com/behind-the-sofa", 20852163)
    assert checkpoint.text == note.text
    assert str(note) == COSIGNED
    assert [line.name for line in note.signatures] == [
        "example.com/behind-the-sofa",
        "witness.example.com/w1",
    ]


@given(at=st.integers(0, 2**40), bit=st.integers(0, 63 * 8))
def test_a_cosignature_holds_its_time_and_no_bit_of_it_can_be_altered(at: int, bit: int) -> None:
    key = NoteKey("wfp.org/witness", Signs.COSIGNATURES, PUBLIC)
    text = Checkpoint("muster/1", 7, bytes(32)).text
    made = cosign(key, text, at, PRIVATE.sign)
    assert Note(text, (made,)).cosigned_at(key) == at
    altered = bytearray(made.made)
    altered[bit // 8] ^= 1 << bit % 8
    assert Note(text, (type(made)(made.name, made.key, bytes(altered)),)).cosigned_at(key) is None


def test_a_logs_signature_does_not_pass_for_a_cosignature() -> None:
    log = NoteKey("muster/1", Signs.NOTES, PUBLIC)
    note = Note("muster/1\n", (sign(log, "muster/1\n", PRIVATE.sign),))
    assert note.signed(log)
    assert note.cosigned_at(NoteKey("muster/1", Signs.COSIGNATURES, PUBLIC)) is None


def test_notes_that_stand_one_after_another_are_told_apart() -> None:
    text = Checkpoint("muster/1", 7, bytes(32)).text
    one = Note(text, (sign(NoteKey("muster/1", Signs.NOTES, PUBLIC), text, PRIVATE.sign),))
    assert notes(f"{COSIGNED}\n{one}{one}\n\n") == [Note.read(COSIGNED), one, one]
    assert notes("") == []


@pytest.mark.parametrize(
    "raw",
    [
        "",
        "no signature\n",
        "text\n\nno dash\n",
        NOTE[:-1],
        NOTE.replace("x08g", "x0"),
        NOTE.replace("— Peter", "—  Peter"),
        NOTE.replace("PeterNeumann", "Peter+Neumann"),
    ],
)
def test_what_is_no_note_is_refused_in_a_sentence(raw: str) -> None:
    with pytest.raises(Malformed, match="is not right"):
        Note.read(raw)


@pytest.mark.parametrize(
    "vkey", ["", "name", NEUMANN.replace("c74f", "c74e"), NEUMANN.replace("+AR", "+BR"), NEUMANN[:-4]]
)
def test_a_key_whose_id_does_not_fit_is_refused(vkey: str) -> None:
    with pytest.raises(Malformed):
        NoteKey.read(vkey)


@pytest.mark.parametrize(
    "text",
    ["", "muster/1\n7\n", "muster/1\n07\nAAAA\n", f"muster/1\n-1\n{'A' * 43}=\n", f"\n7\n{'A' * 43}=\n"],
)
def test_what_is_no_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(Malformed, match="is no checkpoint"):
        Checkpoint.read(text)
