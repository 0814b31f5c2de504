"""The sign-in store in memory, kept honest by the same contract suite as the one in PostgreSQL."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from playbooks.domain.errors import Conflict, NotFound
from playbooks.domain.ids import PersonId
from playbooks.ports.signin import Challenge, Passkey, Proof, RecoveryCodes, Session


class MemorySignIn:
    """See the port."""

    def __init__(self) -> None:
        self.invitations: dict[PersonId, tuple[bytes, datetime]] = {}
        self.keys: dict[bytes, Passkey] = {}
        self.codes: dict[PersonId, RecoveryCodes] = {}
        self.challenges: dict[bytes, Challenge] = {}
        self.sessions: dict[bytes, Session] = {}
        self.attempts: list[tuple[str, datetime]] = []

    async def invite(self, person: PersonId, digest: bytes, expires_at: datetime) -> None:
        self.invitations[person] = (digest, expires_at)

    async def invited(self, digest: bytes, now: datetime) -> PersonId | None:
        return next(
            (who for who, (kept, until) in self.invitations.items() if kept == digest and until > now), None
        )

    async def enrol(
        self, digest: bytes, passkey: Passkey | None, codes: RecoveryCodes, now: datetime
    ) -> PersonId:
        person = await self.invited(digest, now)
        if person is None:
            raise NotFound("There is no such enrolment.")
        if passkey is not None:
            await self.add_passkey(passkey)
        del self.invitations[person]
        self.codes[person] = codes
        return person

    async def enrolled(self) -> frozenset[PersonId]:
        with_codes = (person for person, codes in self.codes.items() if codes.hashes)
        return frozenset((*(key.person for key in self.keys.values()), *with_codes))

    async def add_passkey(self, passkey: Passkey) -> None:
        if passkey.credential_id in self.keys:
            raise Conflict("This passkey is known already.")
        self.keys[passkey.credential_id] = passkey

    async def passkeys(self, person: PersonId) -> Sequence[Passkey]:
        return sorted(
            (key for key in self.keys.values() if key.person == person), key=lambda key: key.created_at
        )

    async def every_passkey(self) -> Sequence[Passkey]:
        return sorted(self.keys.values(), key=lambda key: key.credential_id)

    async def passkey(self, credential_id: bytes) -> Passkey | None:
        return self.keys.get(credential_id)

    async def passkey_used(self, credential_id: bytes, sign_count: int, now: datetime) -> None:
        known = self.keys[credential_id]
        self.keys[credential_id] = known.model_copy(update={"sign_count": sign_count, "used_at": now})

    async def remove_passkey(self, person: PersonId, credential_id: bytes) -> bool:
        known = self.keys.get(credential_id)
        if known is None or known.person != person:
            return False
        del self.keys[credential_id]
        return True

    async def revoke(self, person: PersonId) -> None:
        self.invitations.pop(person, None)
        self.codes.pop(person, None)
        self.keys = {id: key for id, key in self.keys.items() if key.person != person}
        self.sessions = {digest: kept for digest, kept in self.sessions.items() if kept.person != person}

    async def recovery_salt(self, person: PersonId) -> bytes | None:
        codes = self.codes.get(person)
        return codes.salt if codes and codes.hashes else None

    async def redeem_code(self, person: PersonId, hash: bytes) -> bool:
        codes = self.codes.get(person)
        if codes is None or hash not in codes.hashes:
            return False
        left = tuple(each for each in codes.hashes if each != hash)
        self.codes[person] = codes.model_copy(update={"hashes": left})
        return True

    async def codes_left(self, person: PersonId) -> int:
        codes = self.codes.get(person)
        return len(codes.hashes) if codes else 0

    async def keep_challenge(self, challenge: Challenge) -> None:
        self.challenges[challenge.digest] = challenge

    async def take_challenge(self, digest: bytes, now: datetime) -> Challenge | None:
        challenge = self.challenges.pop(digest, None)
        return challenge if challenge and challenge.expires_at > now else None

    async def open_session(self, session: Session) -> None:
        self.sessions[session.digest] = session

    async def session(
        self, digest: bytes, now: datetime, idle: timedelta, *, use: bool = True
    ) -> Session | None:
        session = self.sessions.get(digest)
        if session is None or session.expires_at <= now or session.seen_at + idle <= now:
            return None
        if use:
            self.sessions[digest] = session = session.model_copy(update={"seen_at": now})
        return session

    async def close_session(self, digest: bytes) -> None:
        self.sessions.pop(digest, None)

    async def close_sessions(self, person: PersonId, proof: Proof) -> None:
        self.sessions = {
            digest: kept
            for digest, kept in self.sessions.items()
            if (kept.person, kept.proof) != (person, proof)
        }

    async def attempt(self, scope: str, now: datetime, window: timedelta) -> int:
        self.attempts.append((scope, now))
        return sum(1 for kept, at in self.attempts if kept == scope and at > now - window)

    async def forgive(self, scope: str) -> None:
        self.attempts = [each for each in self.attempts if each[0] != scope]

    async def sweep(self, now: datetime) -> None:
        self.invitations = {who: kept for who, kept in self.invitations.items() if kept[1] > now}
        self.challenges = {digest: kept for digest, kept in self.challenges.items() if kept.expires_at > now}
        self.sessions = {digest: kept for digest, kept in self.sessions.items() if kept.expires_at > now}
        self.attempts = [each for each in self.attempts if each[1] > now - timedelta(days=1)]
