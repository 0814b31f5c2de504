"""Signing in without chat: passkeys, printed recovery codes, sessions (docs/decisions/web-sign-in.md).

Secrets come and go as digests only: whoever reads the database can sign in with nothing of what she finds there.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from pydantic import AwareDatetime, BaseModel, ConfigDict

from playbooks.domain.ids import PersonId


class Proof(StrEnum):
    """How somebody proved who she is."""

    PASSKEY = "passkey"
    RECOVERY_CODE = "recovery_code"
    ENROLMENT = "enrolment"
    OPENID = "openid"
    """Her organization's own sign-in says so."""


class Passkey(BaseModel):
    """A credential of WebAuthn Level 3: the public half of a key that never leaves its authenticator."""

    model_config = ConfigDict(frozen=True, ser_json_bytes="base64", val_json_bytes="base64")

    credential_id: bytes
    person: PersonId
    public_key: bytes
    """COSE key."""
    sign_count: int
    created_at: AwareDatetime
    used_at: AwareDatetime | None = None


class RecoveryCodes(BaseModel):
    """A set of printed codes: each usable once, known here by its hash under the set's one salt."""

    model_config = ConfigDict(frozen=True)

    salt: bytes
    hashes: tuple[bytes, ...]


class Session(BaseModel):
    """One browser that somebody signed in with."""

    model_config = ConfigDict(frozen=True)

    digest: bytes
    """SHA-256 of the cookie's value."""
    person: PersonId
    proof: Proof
    opened_at: AwareDatetime
    seen_at: AwareDatetime
    expires_at: AwareDatetime


class Challenge(BaseModel):
    """What an authenticator was asked to sign; good once and for minutes, in the browser that it was given to."""

    model_config = ConfigDict(frozen=True)

    digest: bytes
    """SHA-256 of the challenge."""
    visit: bytes
    """SHA-256 of the visitor's cookie."""
    person: PersonId | None
    """Who enrols; None when somebody signs in, who is known only afterwards."""
    expires_at: AwareDatetime


class SignInStore(Protocol):
    """What sign-in keeps. Raises Unavailable when it cannot be reached."""

    async def invite(self, person: PersonId, digest: bytes, expires_at: datetime) -> None:
        """Keep a one-time enrolment; an earlier one of the same person ends."""
        ...

    async def invited(self, digest: bytes, now: datetime) -> PersonId | None:
        """Whom an enrolment is for, None when it is unknown, used or over."""
        ...

    async def enrol(
        self, digest: bytes, passkey: Passkey | None, codes: RecoveryCodes, now: datetime
    ) -> PersonId:
        """Use up an enrolment: keep its passkey and its codes in place of earlier codes, all at once.

        Raises NotFound when the enrolment is unknown, used or over; Conflict for a passkey that is known already.
        """
        ...

    async def enrolled(self) -> frozenset[PersonId]:
        """Everybody with a passkey or a recovery code."""
        ...

    async def add_passkey(self, passkey: Passkey) -> None:
        """Keep one more passkey of somebody who is signed in. Raises Conflict for one that is known already."""
        ...

    async def passkeys(self, person: PersonId) -> Sequence[Passkey]:
        """Somebody's passkeys, the oldest first."""
        ...

    async def every_passkey(self) -> Sequence[Passkey]:
        """Everybody's, by credential id."""
        ...

    async def passkey(self, credential_id: bytes) -> Passkey | None:
        """The passkey of this credential id."""
        ...

    async def passkey_used(self, credential_id: bytes, sign_count: int, now: datetime) -> None:
        """Note that a passkey was used."""
        ...

    async def remove_passkey(self, person: PersonId, credential_id: bytes) -> bool:
        """Forget one of somebody's passkeys; False when it is not one of hers."""
        ...

    async def revoke(self, person: PersonId) -> None:
        """Forget all by which somebody could sign in, and end her sessions."""
        ...

    async def recovery_salt(self, person: PersonId) -> bytes | None:
        """The salt of somebody's recovery codes, None when she has none."""
        ...

    async def redeem_code(self, person: PersonId, hash: bytes) -> bool:
        """Use up a recovery code; False when it is not one of hers, or used."""
        ...

    async def codes_left(self, person: PersonId) -> int:
        """How many recovery codes somebody still has."""
        ...

    async def keep_challenge(self, challenge: Challenge) -> None:
        """Keep a challenge until it is answered."""
        ...

    async def take_challenge(self, digest: bytes, now: datetime) -> Challenge | None:
        """Use up a challenge; None when it is unknown, used or over."""
        ...

    async def open_session(self, session: Session) -> None:
        """Keep a session."""
        ...

    async def session(
        self, digest: bytes, now: datetime, idle: timedelta, *, use: bool = True
    ) -> Session | None:
        """A session that is neither over nor unused for longer than `idle`; with `use` it counts as used now."""
        ...

    async def close_session(self, digest: bytes) -> None:
        """End a session; one that is not there stays so."""
        ...

    async def close_sessions(self, person: PersonId, proof: Proof) -> None:
        """End every session that somebody opened in this way."""
        ...

    async def attempt(self, scope: str, now: datetime, window: timedelta) -> int:
        """Count an attempt under this scope; return how many there were within the window, this one among them."""
        ...

    async def forgive(self, scope: str) -> None:
        """Forget the attempts under this scope, after one that succeeded."""
        ...

    async def sweep(self, now: datetime) -> None:
        """Remove what is over: enrolments, challenges, sessions, attempts older than a day."""
        ...
