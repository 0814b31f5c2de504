"""Signing in while the database is away: by a passkey that this machine knows, or at one's own organization.

What is begun then is known to this process alone. When the database is back a session goes on there, if what it was
opened with still signs in (docs/decisions/web-sign-in.md).
"""

import asyncio
import time
from collections import Counter, OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from typing import Final, TypeVar

from bot.kept.passkeys import PasskeyCopy
from playbooks.domain.errors import Unavailable
from playbooks.domain.ids import PersonId
from playbooks.domain.saying import says
from playbooks.ports.signin import Challenge, Passkey, Proof, RecoveryCodes, Session, SignInStore

_REMEMBERED: Final = 10_000
"""Sessions, and as many challenges."""
_SPARED: Final = 5.0
"""Seconds for which a database that did not answer is not asked again: a person who signs in asks it six times."""
_COPIED_EVERY: Final = timedelta(minutes=1)

_Answer = TypeVar("_Answer")


class SignInAtHand:
    """The sign-in port over another, with what this machine knows where that cannot be reached.

    Nobody enrols meanwhile, and printed codes wait: that one was used must be known to every machine. Tries are counted
    by each process meanwhile.
    """

    def __init__(
        self, store: SignInStore, copy: PasskeyCopy, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._store, self._copy, self._clock = store, copy, clock
        self._spared_until = 0.0
        self._sessions: OrderedDict[bytes, Session] = OrderedDict()
        self._challenges: OrderedDict[bytes, Challenge] = OrderedDict()
        self._used: dict[bytes, tuple[int, datetime]] = {}
        """The passkeys used meanwhile: how often their authenticators say that they signed, and when."""
        self._proven: dict[PersonId, bytes] = {}
        """By which of them somebody has just proved who she is."""
        self._opened: dict[bytes, bytes | None] = {}
        """The sessions opened meanwhile, each with the passkey that opened it."""
        self._attempts: list[tuple[str, datetime]] = []
        self._settling = asyncio.Lock()

    async def keep_copied(self) -> None:
        """Have this machine know everybody's passkeys, until cancelled."""
        while True:
            await self._copied()
            await asyncio.sleep(_COPIED_EVERY.total_seconds())

    async def invite(self, person: PersonId, digest: bytes, expires_at: datetime) -> None:
        """See the port."""
        await self._store.invite(person, digest, expires_at)

    async def invited(self, digest: bytes, now: datetime) -> PersonId | None:
        """See the port."""
        return await self._store.invited(digest, now)

    async def enrol(
        self, digest: bytes, passkey: Passkey | None, codes: RecoveryCodes, now: datetime
    ) -> PersonId:
        """See the port."""
        person = await self._store.enrol(digest, passkey, codes, now)
        await self._copied()
        return person

    async def enrolled(self) -> frozenset[PersonId]:
        """See the port."""
        return await self._store.enrolled()

    async def add_passkey(self, passkey: Passkey) -> None:
        """See the port."""
        await self._store.add_passkey(passkey)
        await self._copied()

    async def every_passkey(self) -> Sequence[Passkey]:
        """See the port."""
        return await self._store.every_passkey()

    async def passkeys(self, person: PersonId) -> Sequence[Passkey]:
        """See the port."""
        return await self._store.passkeys(person)

    async def passkey(self, credential_id: bytes) -> Passkey | None:
        """See the port."""
        try:
            return await self._asked(lambda: self._store.passkey(credential_id))
        except Unavailable:
            known = await asyncio.to_thread(self._copy.read)
            if known is None:
                raise
        found = next((each for each in known if each.credential_id == credential_id), None)
        if found is None or credential_id not in self._used:
            return found
        count, used_at = self._used[credential_id]
        return found.model_copy(update={"sign_count": count, "used_at": used_at})

    async def passkey_used(self, credential_id: bytes, sign_count: int, now: datetime) -> None:
        """See the port."""
        try:
            await self._asked(lambda: self._store.passkey_used(credential_id, sign_count, now))
        except Unavailable:
            self._used[credential_id] = (sign_count, now)
            passkey = await self.passkey(credential_id)
            if passkey is not None:
                self._proven[passkey.person] = credential_id

    async def remove_passkey(self, person: PersonId, credential_id: bytes) -> bool:
        """See the port."""
        removed = await self._store.remove_passkey(person, credential_id)
        await self._copied()
        return removed

    async def revoke(self, person: PersonId) -> None:
        """See the port."""
        await self._store.revoke(person)
        for session in [each for each in self._sessions.values() if each.person == person]:
            self._forget(session.digest)
        await self._copied()

    async def recovery_salt(self, person: PersonId) -> bytes | None:
        """See the port."""
        return await self._by_code(lambda: self._store.recovery_salt(person))

    async def redeem_code(self, person: PersonId, hash: bytes) -> bool:
        """See the port."""
        return await self._by_code(lambda: self._store.redeem_code(person, hash))

    async def codes_left(self, person: PersonId) -> int:
        """See the port."""
        return await self._store.codes_left(person)

    async def keep_challenge(self, challenge: Challenge) -> None:
        """See the port."""
        try:
            await self._asked(lambda: self._store.keep_challenge(challenge))
        except Unavailable:
            _put(self._challenges, challenge.digest, challenge)

    async def take_challenge(self, digest: bytes, now: datetime) -> Challenge | None:
        """See the port."""
        begun = self._challenges.pop(digest, None)
        if begun is not None:
            return begun if begun.expires_at > now else None
        return await self._asked(lambda: self._store.take_challenge(digest, now))

    async def open_session(self, session: Session) -> None:
        """See the port."""
        by = self._proven.pop(session.person, None) if session.proof is Proof.PASSKEY else None
        try:
            await self._asked(lambda: self._store.open_session(session))
        except Unavailable:
            if by is None and session.proof is not Proof.OPENID:
                raise
            self._opened[session.digest] = by
            _put(self._sessions, session.digest, session)

    async def session(
        self, digest: bytes, now: datetime, idle: timedelta, *, use: bool = True
    ) -> Session | None:
        """See the port. Who was signed in when this process looked last is so still, within the same spans."""
        try:
            found = await self._asked(lambda: self._store.session(digest, now, idle, use=use))
            if found is None and digest in self._opened:
                found = await self._settled(digest, now, idle)
        except Unavailable:
            if digest not in self._sessions and await asyncio.to_thread(self._copy.read) is None:
                raise  # she may be signed in, and could not sign in anew
            return self._remembered(digest, now, idle, use=use)
        self._forget(digest)
        if found is not None:
            _put(self._sessions, digest, found)
        return found

    async def close_session(self, digest: bytes) -> None:
        """See the port."""
        only_here = digest in self._opened
        self._forget(digest)
        if not only_here:
            await self._store.close_session(digest)

    async def close_sessions(self, person: PersonId, proof: Proof) -> None:
        """See the port."""
        for session in [*self._sessions.values()]:
            if (session.person, session.proof) == (person, proof):
                self._forget(session.digest)
        await self._store.close_sessions(person, proof)

    async def attempt(self, scope: str, now: datetime, window: timedelta) -> int:
        """See the port."""
        try:
            return await self._asked(lambda: self._store.attempt(scope, now, window))
        except Unavailable:
            within = [(kept, at) for kept, at in self._attempts if at > now - window]
            self._attempts = [*within[-_REMEMBERED:], (scope, now)]
            return Counter(kept for kept, _ in self._attempts)[scope]

    async def forgive(self, scope: str) -> None:
        """See the port."""
        await self._store.forgive(scope)

    async def sweep(self, now: datetime) -> None:
        """See the port."""
        try:
            await self._asked(lambda: self._store.sweep(now))
        except Unavailable:
            return

    async def _copied(self) -> None:
        """What somebody just did holds, whether or not the copy could be made; then the next minute makes it."""
        try:
            passkeys = await self._store.every_passkey()
            await asyncio.to_thread(self._copy.write, passkeys)
        except (Unavailable, OSError):
            return

    async def _asked(self, question: Callable[[], Awaitable[_Answer]]) -> _Answer:
        """What the database answers. Raises Unavailable, at once where it was silent a moment ago."""
        if self._clock() < self._spared_until:
            raise Unavailable(says("database_unavailable"))
        try:
            return await question()
        except Unavailable:
            self._spared_until = self._clock() + _SPARED
            raise

    async def _by_code(self, question: Callable[[], Awaitable[_Answer]]) -> _Answer:
        try:
            return await self._asked(question)
        except Unavailable:
            raise Unavailable(says("database_unavailable.codes")) from None

    async def _settled(self, digest: bytes, now: datetime, idle: timedelta) -> Session | None:
        """Carry a session that was opened meanwhile over, once; None where its passkey signs nobody in any more."""
        async with self._settling:
            if digest not in self._opened:
                return await self._store.session(digest, now, idle)
            session, by = self._remembered(digest, now, idle), self._opened[digest]
            if session is None or (by is not None and not await self._still_hers(session.person, by)):
                return None
            await self._store.open_session(session)
            return session

    async def _still_hers(self, person: PersonId, credential_id: bytes) -> bool:
        passkey = await self._store.passkey(credential_id)
        if passkey is None or passkey.person != person:
            return False
        if used := self._used.pop(credential_id, None):
            await self._store.passkey_used(credential_id, *used)
        return True

    def _remembered(
        self, digest: bytes, now: datetime, idle: timedelta, *, use: bool = True
    ) -> Session | None:
        session = self._sessions.get(digest)
        if session is None or session.expires_at <= now or session.seen_at <= now - idle:
            return None
        if use:
            self._sessions[digest] = session = session.model_copy(update={"seen_at": now})
        return session

    def _forget(self, digest: bytes) -> None:
        self._sessions.pop(digest, None)
        self._opened.pop(digest, None)


_Kept = TypeVar("_Kept")


def _put(among: OrderedDict[bytes, _Kept], digest: bytes, what: _Kept) -> None:
    """As the newest; the oldest gives way."""
    among.pop(digest, None)
    among[digest] = what
    if len(among) > _REMEMBERED:
        among.popitem(last=False)
