"""nio's store in memory: it answers what nio asks for each device that a room's key goes to."""

from typing import Any

from nio import Api, KeysClaimResponse, KeysQueryResponse
from nio.crypto import Olm, OlmDevice
from vodozemac import Account

from integrations.matrix.kept import ImageStore

ROOM = "!crisis:unhcr.example"
PEOPLE = tuple(f"@responder-{number}:unhcr.example" for number in range(20))
DEVICE = "PHONE"


def opened(image: bytes = b"") -> Olm:
    return Olm("@muster:unhcr.example", "MUSTER", ImageStore("@muster:unhcr.example", "MUSTER", "key", image))


def met() -> Olm:
    """Muster's device, which knows everybody's and has a session with each."""
    olm, devices, claimed = opened(), {}, {}
    for person in PEOPLE:
        account = Account()
        account.generate_one_time_keys(1)
        keys = {
            f"curve25519:{DEVICE}": account.curve25519_key.to_base64(),
            f"ed25519:{DEVICE}": account.ed25519_key.to_base64(),
        }
        device = {"algorithms": [], "device_id": DEVICE, "user_id": person, "keys": keys}
        devices[person] = {DEVICE: signed(account, person, device)}
        ((id, key),) = account.one_time_keys.items()
        one_time = signed(account, person, {"key": key.to_base64()})
        claimed[person] = {DEVICE: {f"signed_curve25519:{id}": one_time}}
    olm.handle_response(KeysQueryResponse(devices, {}))
    olm.handle_response(KeysClaimResponse(claimed, {}))
    return olm


def signed(account: Account, person: str, said: dict[str, Any]) -> dict[str, Any]:
    signature = account.sign(Api.to_canonical_json(said).encode()).to_base64()
    return {**said, "signatures": {person: {f"ed25519:{DEVICE}": signature}}}


def given(olm: Olm) -> set[tuple[str, str]]:
    """The devices that a new key of the room is sealed for."""
    shared = olm.share_group_session_parallel(ROOM, list(PEOPLE), ignore_unverified_devices=True)
    return {device for devices, _ in shared for device in devices}


def first(olm: Olm) -> OlmDevice:
    return olm.device_store[PEOPLE[0]][DEVICE]


def test_a_room_s_key_goes_to_a_device_that_was_given_one_before_with_one_statement_to_the_store() -> None:
    olm, statements = met(), list[str]()
    given(olm)
    del olm.outbound_group_sessions[ROOM]
    olm.store.database.connection().set_trace_callback(statements.append)
    assert given(olm) == {(person, DEVICE) for person in PEOPLE}
    about_devices = [each for each in statements if "megolm" not in each.lower()]
    assert len([each for each in about_devices if each not in {"BEGIN", "COMMIT"}]) == len(PEOPLE)


def test_a_device_that_is_kept_from_a_room_s_key_is_so_after_a_start_too_until_it_is_let_in_again() -> None:
    olm = met()
    given(olm)
    olm.blacklist_device(first(olm))
    again = opened(olm.store.image)
    for each in (olm, again):
        assert each.is_device_blacklisted(first(each))
        assert (PEOPLE[0], DEVICE) not in given(each)
    again.unblacklist_device(first(again))
    assert (PEOPLE[0], DEVICE) in given(opened(again.store.image))


def test_whatever_the_rows_of_the_store_refer_to_is_bound_with_them() -> None:
    """So the store need not look for it, which peewee would with each statement."""
    models = set(ImageStore.models)
    assert {referred for model in models for referred in model._meta.refs.values()} <= models
