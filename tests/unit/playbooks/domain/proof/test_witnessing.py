"""What a witness cosigns and what it refuses."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from playbooks.domain.errors import Malformed
from playbooks.domain.proof.checkpoint import Checkpoint
from playbooks.domain.proof.merkle import consistency_ranges, leaf_hash, proof, root
from playbooks.domain.proof.notes import Note, NoteKey, Signs, sign
from playbooks.domain.proof.witnessing import Ruling, Submission, rule

PRIVATE = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
LOG = NoteKey("muster/1", Signs.NOTES, PRIVATE.public_key().public_bytes_raw())
LEAVES = [leaf_hash(bytes([number])) for number in range(64)]


def submission(
    leaves: list[bytes], old: int, *, size: int | None = None, origin: str = "muster/1", key: NoteKey = LOG
) -> Submission:
    size = len(leaves) if size is None else size
    text = Checkpoint(origin, size, root(leaves[:size])).text
    path = proof(consistency_ranges(old, size), lambda low, high: root(leaves[low:high])) if old > 0 else []
    return Submission(old, tuple(path), Note(text, (sign(key, text, PRIVATE.sign),)))


def checkpoint(leaves: list[bytes]) -> Checkpoint:
    return Checkpoint("muster/1", len(leaves), root(leaves))


@given(data=st.data())
def test_what_continues_is_cosigned_and_any_rewritten_leaf_before_is_a_fork(data: st.DataObject) -> None:
    old = data.draw(st.integers(1, 40))
    new = data.draw(st.integers(old, 60))
    latest = checkpoint(LEAVES[:old])
    assert rule(submission(LEAVES[:new], old), latest, (LOG,)).ruling is Ruling.COSIGNED
    rewritten = list(LEAVES[:new])
    rewritten[data.draw(st.integers(0, old - 1))] = leaf_hash(b"another")
    ruled = rule(submission(rewritten, old), latest, (LOG,))
    assert ruled.ruling is Ruling.FORK
    assert ruled.sentence.startswith("FORK of muster/1: the log showed ")


def test_the_first_checkpoint_is_taken_as_it_is() -> None:
    assert rule(submission(LEAVES[:5], 0), None, (LOG,)).ruling is Ruling.COSIGNED


def test_a_smaller_log_than_before_is_never_cosigned() -> None:
    latest = checkpoint(LEAVES[:9])
    assert rule(submission(LEAVES[:5], 3), latest, (LOG,)).ruling is Ruling.OTHER_SIZE
    assert rule(submission(LEAVES[:5], 0), latest, (LOG,)).ruling is Ruling.OTHER_SIZE


def test_a_stranger_and_a_strange_log_are_refused() -> None:
    other = Ed25519PrivateKey.generate().public_key().public_bytes_raw()
    unknown_key = rule(submission(LEAVES[:5], 0), None, (NoteKey("muster/1", Signs.NOTES, other),))
    assert unknown_key.ruling is Ruling.UNKNOWN_KEY
    strange = submission(LEAVES[:5], 0, origin="muster/2", key=NoteKey("muster/2", Signs.NOTES, LOG.public))
    assert rule(strange, None, (LOG,)).ruling is Ruling.UNKNOWN_LOG
    assert rule(strange, None, ()).ruling is Ruling.UNKNOWN_LOG


@given(old=st.integers(0, 20), new=st.integers(20, 64))
def test_a_submission_is_read_as_it_was_written(old: int, new: int) -> None:
    made = submission(LEAVES[:new], old)
    assert Submission.read(str(made)) == made


@pytest.mark.parametrize(
    "raw",
    [
        "",
        "old -1\n\nx\n",
        "old 01\n\nx\n",
        "old 1\nAAAA\n\nx\n",
        "old 1\n" + "A" * 43 + "=\n" * 64 + "\nx\n",
        str(submission(LEAVES[:5], 0)).replace("old 0", "old 6"),
        str(submission(LEAVES[:5], 0)).replace("muster/1\n5\n", "muster/1\nfive\n"),
    ],
)
def test_what_is_no_submission_is_refused(raw: str) -> None:
    with pytest.raises(Malformed):
        Submission.read(raw)
