"""The signing key: made once, private, rotated without losing the old public keys, and refused when damaged."""

from pathlib import Path

import pytest

from integrations.postgres.keys import SigningKeys, load_public_keys
from playbooks.domain.errors import Malformed
from playbooks.domain.proof.heads import Head, key_id
from playbooks.domain.proof.slots import INSTALLATION
from tests.record_samples import NOON

HEAD = Head(tree=INSTALLATION, size=3, root=bytes(32), at=NOON)


def test_a_key_is_made_once_and_read_by_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "new" / "record.pem"
    made = SigningKeys.open(path)
    assert SigningKeys.open(path).key_id == made.key_id == key_id(made.public_key)
    assert path.stat().st_mode & 0o777 == 0o600
    assert load_public_keys(path.with_name("record.pem.public")) == {made.key_id: made.public_key}


def test_after_rotation_the_new_key_signs_and_the_old_one_still_counts(tmp_path: Path) -> None:
    path = tmp_path / "record.pem"
    old, new = SigningKeys.open(path), SigningKeys.rotate(path)
    assert old.key_id != new.key_id
    assert SigningKeys.open(path).public_keys == {old.key_id: old.public_key, new.key_id: new.public_key}
    assert old.sign(HEAD, 0).signed_by(SigningKeys.open(path).public_keys)
    assert new.sign(HEAD, 0).signed_by(SigningKeys.open(path).public_keys)


def test_a_signature_holds_for_its_head_and_its_key_alone(tmp_path: Path) -> None:
    keys, stranger = SigningKeys.open(tmp_path / "a.pem"), SigningKeys.open(tmp_path / "b.pem")
    signed = keys.sign(HEAD, 2)
    assert signed.signed_by(keys.public_keys)
    assert not signed.signed_by(stranger.public_keys)
    assert not signed.signed_by({keys.key_id: stranger.public_key})
    assert not signed.model_copy(update={"previous": 1}).signed_by(keys.public_keys)
    other = HEAD.model_copy(update={"size": 4})
    assert not signed.model_copy(update={"head": other}).signed_by(keys.public_keys)
    assert not signed.model_copy(update={"signature": b"short"}).signed_by(keys.public_keys)


PEM = b"-----BEGIN %s-----\nAAAA\n-----END %s-----\n"


@pytest.mark.parametrize("damage", [b"", PEM % (b"PRIVATE KEY", b"PRIVATE KEY")])
def test_a_damaged_key_is_refused_in_a_sentence(tmp_path: Path, damage: bytes) -> None:
    path = tmp_path / "record.pem"
    SigningKeys.open(path)
    path.write_bytes(damage)
    with pytest.raises(Malformed, match="is no Ed25519 private key in PEM"):
        SigningKeys.open(path)


def test_a_public_key_under_another_id_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "record.pem"
    SigningKeys.open(path)
    public = path.with_name("record.pem.public")
    public.write_text("0" * 16 + public.read_text()[16:])
    with pytest.raises(Malformed, match="restore the file"):
        SigningKeys.open(path)
