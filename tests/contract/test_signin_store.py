"""What every sign-in store promises: secrets work once, in time, and for whom they were made."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import pytest_asyncio
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bot.kept.passkeys import PasskeyCopy
from bot.kept.signin import SignInAtHand
from integrations.postgres.database import open_pool
from integrations.postgres.signin import PostgresSignIn
from playbooks.domain.errors import Conflict, NotFound
from playbooks.domain.ids import PersonId
from playbooks.ports.signin import Challenge, Passkey, Proof, RecoveryCodes, Session, SignInStore
from tests.web.signin_store import MemorySignIn

NOW = datetime(2026, 11, 22, 0, 20, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
DUTY, CISO = PersonId("wfp-duty"), PersonId("wfp-ciso")
CODES = RecoveryCodes(salt=b"s" * 16, hashes=(b"one", b"two"))
IDLE = timedelta(hours=2)


@pytest.fixture
def memory() -> SignInStore:
    return MemorySignIn()


@pytest_asyncio.fixture
async def postgresql(database: str) -> AsyncIterator[SignInStore]:
    async with open_pool(database, size=4) as pool:
        yield PostgresSignIn(pool)


@pytest.fixture
def at_hand(postgresql: SignInStore, tmp_path: Path) -> SignInStore:
    return SignInAtHand(postgresql, PasskeyCopy(tmp_path, AESGCM.generate_key(256)))


@pytest.fixture(params=["memory", "postgresql", "at_hand"])
def store(request: pytest.FixtureRequest) -> SignInStore:
    found: SignInStore = request.getfixturevalue(request.param)
    return found


def a_passkey(id: bytes = b"key", person: PersonId = DUTY) -> Passkey:
    return Passkey(credential_id=id, person=person, public_key=b"cose", sign_count=0, created_at=NOW)


def a_session(digest: bytes = b"session") -> Session:
    return Session(
        digest=digest,
        person=DUTY,
        proof=Proof.PASSKEY,
        opened_at=NOW,
        seen_at=NOW,
        expires_at=NOW + timedelta(hours=12),
    )


async def test_an_enrolment_works_once(store: SignInStore) -> None:
    await store.invite(DUTY, b"link", LATER)
    assert await store.invited(b"link", NOW) == DUTY
    assert await store.enrol(b"link", a_passkey(), CODES, NOW) == DUTY
    assert await store.enrolled() == {DUTY}
    assert await store.invited(b"link", NOW) is None
    with pytest.raises(NotFound):
        await store.enrol(b"link", None, CODES, NOW)


async def test_of_two_who_use_one_link_at_once_one_enrols(store: SignInStore) -> None:
    await store.invite(DUTY, b"link", LATER)
    tries = (store.enrol(b"link", a_passkey(bytes([number])), CODES, NOW) for number in range(4))
    done = await asyncio.gather(*tries, return_exceptions=True)
    assert sorted(type(each).__name__ for each in done) == ["NotFound", "NotFound", "NotFound", "str"]
    assert len(await store.passkeys(DUTY)) == 1


async def test_an_enrolment_ends_in_time_and_with_the_next_one(store: SignInStore) -> None:
    await store.invite(DUTY, b"first", LATER)
    assert await store.invited(b"first", LATER) is None
    await store.invite(DUTY, b"second", LATER)
    assert await store.invited(b"first", NOW) is None
    assert await store.invited(b"second", NOW) == DUTY


async def test_an_enrolment_that_fails_uses_nothing_up(store: SignInStore) -> None:
    await store.add_passkey(a_passkey(person=CISO))
    await store.invite(DUTY, b"link", LATER)
    with pytest.raises(Conflict):
        await store.enrol(b"link", a_passkey(), CODES, NOW)
    assert await store.invited(b"link", NOW) == DUTY
    assert await store.codes_left(DUTY) == 0


async def test_enrolling_again_replaces_the_codes_and_keeps_the_passkeys(store: SignInStore) -> None:
    for number, codes in enumerate((CODES, RecoveryCodes(salt=b"t" * 16, hashes=(b"three",)))):
        await store.invite(DUTY, bytes([number]), LATER)
        await store.enrol(bytes([number]), a_passkey(bytes([number])), codes, NOW)
    assert await store.recovery_salt(DUTY) == b"t" * 16
    assert await store.codes_left(DUTY) == 1
    assert [passkey.credential_id for passkey in await store.passkeys(DUTY)] == [b"\x00", b"\x01"]


async def test_a_recovery_code_works_once_and_for_its_person(store: SignInStore) -> None:
    await store.invite(DUTY, b"link", LATER)
    await store.enrol(b"link", None, CODES, NOW)
    assert not await store.redeem_code(CISO, b"one")
    done = await asyncio.gather(*(store.redeem_code(DUTY, b"one") for _ in range(4)))
    assert sorted(done) == [False, False, False, True]
    assert await store.codes_left(DUTY) == 1
    assert await store.recovery_salt(CISO) is None


async def test_a_passkey_is_found_and_its_use_is_noted(store: SignInStore) -> None:
    await store.add_passkey(a_passkey())
    await store.passkey_used(b"key", 7, LATER)
    found = await store.passkey(b"key")
    assert found == a_passkey().model_copy(update={"sign_count": 7, "used_at": LATER})
    assert await store.passkey(b"other") is None
    with pytest.raises(Conflict):
        await store.add_passkey(a_passkey(person=CISO))


async def test_one_forgets_ones_own_passkey_alone(store: SignInStore) -> None:
    await store.add_passkey(a_passkey())
    assert not await store.remove_passkey(CISO, b"key")
    assert await store.remove_passkey(DUTY, b"key")
    assert not await store.remove_passkey(DUTY, b"key")
    assert await store.passkey(b"key") is None


async def test_revoking_leaves_nothing_to_sign_in_with_and_touches_nobody_else(store: SignInStore) -> None:
    for person, link in ((DUTY, b"duty"), (CISO, b"ciso")):
        await store.invite(person, link, LATER)
        await store.enrol(link, a_passkey(link, person), CODES, NOW)
    await store.open_session(a_session())
    await store.invite(DUTY, b"another", LATER)
    await store.revoke(DUTY)
    assert await store.enrolled() == {CISO}
    assert await store.session(b"session", NOW, IDLE) is None
    assert await store.invited(b"another", NOW) is None
    assert await store.codes_left(CISO) == 2


async def test_a_challenge_is_answered_once_and_in_time(store: SignInStore) -> None:
    for digest in (b"in time", b"late"):
        await store.keep_challenge(Challenge(digest=digest, visit=b"visit", person=None, expires_at=LATER))
    taken = await asyncio.gather(*(store.take_challenge(b"in time", NOW) for _ in range(3)))
    assert [each.visit for each in taken if each] == [b"visit"]
    assert await store.take_challenge(b"late", LATER) is None


async def test_a_session_ends_by_idleness_by_age_and_by_closing(store: SignInStore) -> None:
    await store.open_session(a_session())
    at = NOW + timedelta(minutes=119)
    found = await store.session(b"session", at, IDLE)
    assert found
    assert found.person == DUTY
    assert found.seen_at == at
    assert await store.session(b"session", at + IDLE, IDLE) is None
    for _ in range(10):
        at += timedelta(hours=1)
        await store.session(b"session", at, IDLE)
    assert await store.session(b"session", NOW + timedelta(hours=12), IDLE) is None
    assert await store.session(b"session", at, IDLE)
    await store.close_session(b"session")
    await store.close_session(b"session")
    assert await store.session(b"session", at, IDLE) is None


async def test_looking_at_a_session_does_not_keep_it_alive(store: SignInStore) -> None:
    await store.open_session(a_session())
    for minutes in (60, 119):
        assert await store.session(b"session", NOW + timedelta(minutes=minutes), IDLE, use=False)
    assert await store.session(b"session", NOW + timedelta(minutes=121), IDLE, use=False) is None


async def test_attempts_are_counted_by_scope_within_the_window(store: SignInStore) -> None:
    window = timedelta(minutes=15)
    counts = [await store.attempt("person:wfp-duty", NOW, window) for _ in range(3)]
    assert counts == [1, 2, 3]
    assert await store.attempt("person:wfp-ciso", NOW, window) == 1
    assert await store.attempt("person:wfp-duty", NOW + window, window) == 1
    await store.forgive("person:wfp-duty")
    assert await store.attempt("person:wfp-duty", NOW, window) == 1


async def test_sweeping_takes_what_is_over_and_leaves_the_rest(store: SignInStore) -> None:
    await store.invite(DUTY, b"over", NOW)
    await store.invite(CISO, b"good", LATER)
    await store.open_session(a_session())
    await store.sweep(NOW)
    assert await store.invited(b"good", NOW) == CISO
    assert await store.session(b"session", NOW, IDLE)


async def test_sessions_of_one_person_and_one_way_in_are_ended_together(store: SignInStore) -> None:
    sessions = {
        b"hers": a_session(b"hers").model_copy(update={"proof": Proof.OPENID}),
        b"passkey": a_session(b"passkey"),
        b"other": a_session(b"other").model_copy(update={"proof": Proof.OPENID, "person": CISO}),
    }
    for session in sessions.values():
        await store.open_session(session)
    await store.close_sessions(DUTY, Proof.OPENID)
    left = [digest for digest in sessions if await store.session(digest, NOW, IDLE) is not None]
    assert left == [b"passkey", b"other"]
