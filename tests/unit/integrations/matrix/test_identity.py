import copy
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from integrations.matrix.identity import Identity, device_is_signed, master_of

ACCOUNT = "@muster:wfp.example"
DEVICE: dict[str, Any] = {
    "user_id": ACCOUNT,
    "device_id": "MUSTER",
    "algorithms": ["m.megolm.v1.aes-sha2"],
    "keys": {"ed25519:MUSTER": "aKey", "curve25519:MUSTER": "another"},
    "signatures": {ACCOUNT: {"ed25519:MUSTER": "its own"}},
    "unsigned": {"device_display_name": "Muster"},
}
OURS = Identity(ACCOUNT, "a key of this test")
THEIRS = Identity(ACCOUNT, "another key")


def told(identity: Identity, signer: Identity) -> dict[str, Any]:
    announced = identity.announcement()
    return {
        "master_keys": {ACCOUNT: announced["master_key"]},
        "self_signing_keys": {ACCOUNT: announced["self_signing_key"]},
        "device_keys": {ACCOUNT: {"MUSTER": signer.signature_of(DEVICE)}},
    }


def test_the_same_secret_is_the_same_identity_and_another_is_another() -> None:
    assert Identity(ACCOUNT, "a key of this test").announcement() == OURS.announcement()
    assert OURS.master != THEIRS.master
    assert Identity("@muster:unhcr.example", "a key of this test").master != OURS.master


def test_a_device_is_an_accounts_own_only_by_the_keys_that_the_account_names() -> None:
    assert device_is_signed(told(OURS, OURS), ACCOUNT, "MUSTER")
    assert not device_is_signed(told(OURS, THEIRS), ACCOUNT, "MUSTER")
    assert not device_is_signed(told(OURS, OURS), ACCOUNT, "OTHER")
    assert not device_is_signed(told(OURS, OURS), "@other:wfp.example", "MUSTER")


def test_a_self_signing_key_that_the_master_key_did_not_sign_signs_nothing() -> None:
    answer = told(THEIRS, THEIRS)
    answer["master_keys"] = told(OURS, OURS)["master_keys"]
    assert not device_is_signed(answer, ACCOUNT, "MUSTER")


def test_no_changed_device_is_signed() -> None:
    for name, value in {
        "device_id": "OTHER",
        "user_id": "@x:y",
        "algorithms": [],
        "keys": {},
        "more": 1,
    }.items():
        answer = told(OURS, OURS)
        answer["device_keys"][ACCOUNT]["MUSTER"][name] = value
        assert not device_is_signed(answer, ACCOUNT, "MUSTER"), name


PLACES = ("master_keys", "self_signing_keys", "device_keys")


@settings(max_examples=60)
@given(
    st.sampled_from(PLACES), st.sampled_from([None, 1, "x", [], {}, {ACCOUNT: None}, {ACCOUNT: {"keys": {}}}])
)
def test_whatever_a_homeserver_says_is_answered(place: str, said: Any) -> None:
    answer = copy.deepcopy(told(OURS, OURS))
    answer[place] = said
    assert not device_is_signed(answer, ACCOUNT, "MUSTER")
    assert place != "master_keys" or master_of(answer, ACCOUNT) is None
