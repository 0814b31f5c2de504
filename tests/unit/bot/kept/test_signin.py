"""Signing in while the database is away."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from typing_extensions import override

from bot.kept.passkeys import PasskeyCopy
from bot.kept.signin import SignInAtHand
from playbooks.domain.errors import Unavailable
from playbooks.domain.ids import PersonId
from playbooks.ports.signin import Challenge, Passkey, Proof, Session
from tests.web.signin_store import MemorySignIn

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
SOON, LATER = NOON + timedelta(minutes=1), NOON + timedelta(hours=12)
IDLE = timedelta(hours=2)
DUTY, CISO = PersonId("wfp-duty"), PersonId("wfp-ciso")
KEY = bytes(32)
HERS = Passkey(
    credential_id=b"\xff\x00hers", person=DUTY, public_key=b"\xfecose", sign_count=3, created_at=NOON
)


class Database(MemorySignIn):
    """A store that can go away."""

    away = False
    asked = 0

    @override
    def __getattribute__(self, name: str) -> Any:
        found = super().__getattribute__(name)
        if not callable(found) or name.startswith("_"):
            return found
        self.asked += 1
        return self._none if self.away else found

    async def _none(self, *_asked: object, **_said: object) -> None:
        raise Unavailable("It does not answer.", code="database_unavailable")


@pytest.fixture
def database() -> Database:
    return Database()


@pytest.fixture
def machine(database: Database, tmp_path: Path) -> Callable[[], SignInAtHand]:
    """A process on one machine, with a clock that stands: what did not answer a moment ago is not asked again."""
    return lambda: SignInAtHand(database, PasskeyCopy(tmp_path, KEY), lambda: 0)


def a_session(digest: bytes = b"new", proof: Proof = Proof.PASSKEY) -> Session:
    return Session(digest=digest, person=DUTY, proof=proof, opened_at=NOON, seen_at=NOON, expires_at=LATER)


async def signs_in(store: SignInAtHand) -> None:
    """As the pages do it: asked, answered, known, used, opened."""
    await store.keep_challenge(Challenge(digest=b"asked", visit=b"here", person=None, expires_at=SOON))
    assert await store.take_challenge(b"asked", NOON) is not None
    passkey = await store.passkey(HERS.credential_id)
    assert passkey is not None
    await store.passkey_used(passkey.credential_id, passkey.sign_count + 1, NOON)
    await store.open_session(a_session())


async def test_while_the_database_is_away_a_passkey_that_the_machine_knows_signs_in(
    database: Database, machine: Callable[[], SignInAtHand]
) -> None:
    await machine().add_passkey(HERS)
    database.away = True
    started_again = machine()
    await signs_in(started_again)
    opened = await started_again.session(b"new", SOON, IDLE)
    assert opened is not None
    assert opened.person == DUTY
    with pytest.raises(Unavailable):
        await started_again.take_challenge(b"asked", NOON)  # once answered it is unknown
    used = await started_again.passkey(HERS.credential_id)
    assert used is not None
    assert used.sign_count == 4, "a copy of her authenticator is found out"


async def test_it_asks_a_database_that_was_silent_a_moment_ago_once(
    database: Database, machine: Callable[[], SignInAtHand]
) -> None:
    await machine().add_passkey(HERS)
    database.away, database.asked = True, 0
    await signs_in(machine())
    assert database.asked == 1


async def test_when_the_database_is_back_whoever_signed_in_stays_so_and_it_is_known_there(
    database: Database, machine: Callable[[], SignInAtHand], tmp_path: Path
) -> None:
    await machine().add_passkey(HERS)
    database.away = True
    clock = iter(range(0, 1000, 10))
    store = SignInAtHand(database, PasskeyCopy(tmp_path, KEY), lambda: next(clock))
    await signs_in(store)
    database.away = False
    assert await store.session(b"new", SOON, IDLE) is not None
    assert database.sessions[b"new"].person == DUTY
    assert database.keys[HERS.credential_id].sign_count == 4
    assert await machine().session(b"new", SOON, IDLE) is not None, "another process knows her too"


@pytest.mark.parametrize("whose", ["nobody's", "another's"])
async def test_it_does_not_where_her_passkey_was_taken_from_her_meanwhile(
    whose: str, database: Database, machine: Callable[[], SignInAtHand], tmp_path: Path
) -> None:
    await machine().add_passkey(HERS)
    database.away = True
    clock = iter(range(0, 1000, 10))
    store = SignInAtHand(database, PasskeyCopy(tmp_path, KEY), lambda: next(clock))
    await signs_in(store)
    database.away = False
    database.keys = {}
    if whose == "another's":
        database.keys[HERS.credential_id] = HERS.model_copy(update={"person": CISO})
    assert await store.session(b"new", SOON, IDLE) is None
    assert not database.sessions
    database.away = True
    assert await store.session(b"new", SOON, IDLE) is None, "nor afterwards"


async def test_a_passkey_that_was_revoked_signs_nobody_in(
    database: Database, machine: Callable[[], SignInAtHand]
) -> None:
    store = machine()
    await store.add_passkey(HERS)
    await store.revoke(DUTY)
    database.away = True
    assert await machine().passkey(HERS.credential_id) is None


async def test_a_machine_that_knows_no_passkeys_says_that_the_database_is_away(
    database: Database, machine: Callable[[], SignInAtHand]
) -> None:
    database.away = True
    for question in (machine().passkey(b"any"), machine().session(b"any", NOON, IDLE)):
        with pytest.raises(Unavailable):
            await question


async def test_a_file_that_somebody_spoiled_signs_nobody_in(
    database: Database, machine: Callable[[], SignInAtHand], tmp_path: Path
) -> None:
    await machine().add_passkey(HERS)
    (place,) = tmp_path.iterdir()
    content = place.read_bytes()
    assert HERS.public_key not in content
    place.write_bytes(content[:-1] + bytes((content[-1] ^ 1,)))
    database.away = True
    with pytest.raises(Unavailable):
        await machine().passkey(HERS.credential_id)


@pytest.mark.parametrize("proof", [Proof.PASSKEY, Proof.RECOVERY_CODE, Proof.ENROLMENT])
async def test_no_session_opens_without_a_proof_that_this_machine_could_check(
    proof: Proof, database: Database, machine: Callable[[], SignInAtHand]
) -> None:
    await machine().add_passkey(HERS)
    database.away = True
    store = machine()
    with pytest.raises(Unavailable):
        await store.open_session(a_session(proof=proof))
    assert await store.session(b"new", NOON, IDLE) is None


async def test_who_comes_from_her_organization_s_sign_in_is_taken_and_put_out_again_by_it(
    database: Database, machine: Callable[[], SignInAtHand]
) -> None:
    await machine().add_passkey(HERS)
    database.away = True
    store = machine()
    await store.open_session(a_session(proof=Proof.OPENID))
    assert await store.session(b"new", NOON, IDLE) is not None
    with pytest.raises(Unavailable):
        await store.close_sessions(DUTY, Proof.OPENID)
    assert await store.session(b"new", NOON, IDLE) is None


async def test_printed_codes_wait_for_the_database(
    database: Database, machine: Callable[[], SignInAtHand]
) -> None:
    database.away = True
    with pytest.raises(Unavailable, match="passkey"):
        await machine().recovery_salt(DUTY)
    with pytest.raises(Unavailable, match="passkey"):
        await machine().redeem_code(DUTY, b"one")


async def test_tries_are_counted_meanwhile_too(
    database: Database, machine: Callable[[], SignInAtHand]
) -> None:
    database.away = True
    store = machine()
    window = timedelta(minutes=15)
    assert [await store.attempt("address", NOON, window) for _ in range(3)] == [1, 2, 3]
    assert await store.attempt("other", NOON, window) == 1
    assert await store.attempt("address", NOON + window, window) == 1


async def test_who_was_signed_in_stays_so_while_she_goes_on_and_no_longer_than_it_would_last(
    database: Database, machine: Callable[[], SignInAtHand]
) -> None:
    store = machine()
    await store.add_passkey(HERS)
    for name in (b"mine", b"other", b"out"):
        await store.open_session(a_session(name))
    await store.session(b"mine", NOON, IDLE)
    await store.session(b"out", NOON, IDLE)
    await store.close_session(b"out")
    database.away = True
    for hour in range(1, 12):
        assert await store.session(b"mine", NOON + timedelta(hours=hour), IDLE) is not None
    assert await store.session(b"mine", LATER, IDLE) is None
    for stranger in (b"other", b"out", b"nobody"):
        assert await store.session(stranger, NOON, IDLE) is None


async def test_what_was_opened_meanwhile_and_closed_is_closed(
    database: Database, machine: Callable[[], SignInAtHand]
) -> None:
    await machine().add_passkey(HERS)
    database.away = True
    store = machine()
    await signs_in(store)
    await store.close_session(b"new")
    assert await store.session(b"new", NOON, IDLE) is None
