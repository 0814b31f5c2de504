"""The sign-in store in PostgreSQL. What must happen once is one statement, so that two at once cannot both do it."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import psycopg
from psycopg.rows import class_row

from integrations.postgres.database import Connection, Pool, connected, transaction
from integrations.postgres.signing_out import revoke
from playbooks.domain.errors import Conflict, NotFound
from playbooks.domain.ids import PersonId
from playbooks.domain.saying import says
from playbooks.ports.signin import Challenge, Passkey, Proof, RecoveryCodes, Session

_INVITE = """
INSERT INTO enrolment (person, digest, expires_at) VALUES (%s, %s, %s)
ON CONFLICT (person) DO UPDATE SET digest = excluded.digest, expires_at = excluded.expires_at
"""
_INVITED = "SELECT person FROM enrolment WHERE digest = %s AND expires_at > %s"
_REDEEM_ENROLMENT = "DELETE FROM enrolment WHERE digest = %s AND expires_at > %s RETURNING person"
_ENROLLED = "SELECT person FROM passkey UNION SELECT person FROM recovery_code"
_PASSKEY = "SELECT credential_id, person, public_key, sign_count, created_at, used_at FROM passkey"
_ADD_PASSKEY = """
INSERT INTO passkey (credential_id, person, public_key, sign_count, created_at) VALUES (%s, %s, %s, %s, %s)
"""
_TAKE_CHALLENGE = """
DELETE FROM sign_in_challenge WHERE digest = %s AND expires_at > %s RETURNING digest, visit, person, expires_at
"""
_SESSION = "SELECT digest, person, proof, opened_at, seen_at, expires_at FROM web_session"
_LOOK = f"{_SESSION} WHERE digest = %(digest)s AND expires_at > %(now)s AND seen_at > %(idle)s"
_USE = """
UPDATE web_session SET seen_at = greatest(seen_at, %(now)s)
WHERE digest = %(digest)s AND expires_at > %(now)s AND seen_at > %(idle)s
RETURNING digest, person, proof, opened_at, seen_at, expires_at
"""
_ATTEMPT = """
WITH counted AS (INSERT INTO sign_in_attempt (scope, at) VALUES (%(scope)s, %(now)s))
SELECT count(*) + 1 FROM sign_in_attempt WHERE scope = %(scope)s AND at > %(since)s
"""
_REMOVE_PASSKEY = "DELETE FROM passkey WHERE person = %s AND credential_id = %s RETURNING person"
_OVER = (
    "DELETE FROM enrolment WHERE expires_at <= %(now)s",
    "DELETE FROM sign_in_challenge WHERE expires_at <= %(now)s",
    "DELETE FROM web_session WHERE expires_at <= %(now)s",
    "DELETE FROM sign_in_attempt WHERE at <= %(now)s - interval '1 day'",
)


class PostgresSignIn:
    """The sign-in port on PostgreSQL."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def invite(self, person: PersonId, digest: bytes, expires_at: datetime) -> None:
        """See the port."""
        async with connected(self._pool) as connection:
            await connection.execute(_INVITE, (person, digest, expires_at))

    async def invited(self, digest: bytes, now: datetime) -> PersonId | None:
        """See the port."""
        return await self._person(_INVITED, digest, now)

    async def enrol(
        self, digest: bytes, passkey: Passkey | None, codes: RecoveryCodes, now: datetime
    ) -> PersonId:
        """See the port."""
        async with transaction(self._pool) as connection:
            row = await (await connection.execute(_REDEEM_ENROLMENT, (digest, now))).fetchone()
            if row is None:
                raise NotFound(says("not_found.enrolment"))
            person = PersonId(row[0])
            if passkey is not None:
                await _add(connection, passkey)
            await connection.execute("DELETE FROM recovery_code WHERE person = %s", (person,))
            for hash in codes.hashes:
                await connection.execute(
                    "INSERT INTO recovery_code (person, hash, salt) VALUES (%s, %s, %s)",
                    (person, hash, codes.salt),
                )
            return person

    async def enrolled(self) -> frozenset[PersonId]:
        """See the port."""
        async with connected(self._pool) as connection:
            rows = await (await connection.execute(_ENROLLED)).fetchall()
        return frozenset(PersonId(person) for (person,) in rows)

    async def add_passkey(self, passkey: Passkey) -> None:
        """See the port."""
        async with transaction(self._pool) as connection:
            await _add(connection, passkey)

    async def passkeys(self, person: PersonId) -> Sequence[Passkey]:
        """See the port."""
        async with (
            connected(self._pool) as connection,
            connection.cursor(row_factory=class_row(Passkey)) as cursor,
        ):
            await cursor.execute(
                f"{_PASSKEY} WHERE person = %s ORDER BY created_at, credential_id", (person,)
            )
            return await cursor.fetchall()

    async def every_passkey(self) -> Sequence[Passkey]:
        """See the port."""
        async with (
            connected(self._pool) as connection,
            connection.cursor(row_factory=class_row(Passkey)) as cursor,
        ):
            await cursor.execute(f"{_PASSKEY} ORDER BY credential_id")
            return await cursor.fetchall()

    async def passkey(self, credential_id: bytes) -> Passkey | None:
        """See the port."""
        async with (
            connected(self._pool) as connection,
            connection.cursor(row_factory=class_row(Passkey)) as cursor,
        ):
            await cursor.execute(f"{_PASSKEY} WHERE credential_id = %s", (credential_id,))
            return await cursor.fetchone()

    async def passkey_used(self, credential_id: bytes, sign_count: int, now: datetime) -> None:
        """See the port."""
        async with connected(self._pool) as connection:
            await connection.execute(
                "UPDATE passkey SET sign_count = %s, used_at = %s WHERE credential_id = %s",
                (sign_count, now, credential_id),
            )

    async def remove_passkey(self, person: PersonId, credential_id: bytes) -> bool:
        """See the port."""
        async with connected(self._pool) as connection:
            cursor = await connection.execute(_REMOVE_PASSKEY, (person, credential_id))
            return await cursor.fetchone() is not None

    async def revoke(self, person: PersonId) -> None:
        """See the port."""
        async with transaction(self._pool) as connection:
            await revoke(connection, person)

    async def recovery_salt(self, person: PersonId) -> bytes | None:
        """See the port."""
        async with connected(self._pool) as connection:
            cursor = await connection.execute(
                "SELECT salt FROM recovery_code WHERE person = %s LIMIT 1", (person,)
            )
            row = await cursor.fetchone()
        return None if row is None else bytes(row[0])

    async def redeem_code(self, person: PersonId, hash: bytes) -> bool:
        """See the port."""
        async with connected(self._pool) as connection:
            cursor = await connection.execute(
                "DELETE FROM recovery_code WHERE person = %s AND hash = %s RETURNING person", (person, hash)
            )
            return await cursor.fetchone() is not None

    async def codes_left(self, person: PersonId) -> int:
        """See the port."""
        async with connected(self._pool) as connection:
            cursor = await connection.execute(
                "SELECT count(*) FROM recovery_code WHERE person = %s", (person,)
            )
            row = await cursor.fetchone()
        return int(row[0]) if row else 0

    async def keep_challenge(self, challenge: Challenge) -> None:
        """See the port."""
        async with connected(self._pool) as connection:
            await connection.execute(
                "INSERT INTO sign_in_challenge (digest, visit, person, expires_at) VALUES (%s, %s, %s, %s)",
                (challenge.digest, challenge.visit, challenge.person, challenge.expires_at),
            )

    async def take_challenge(self, digest: bytes, now: datetime) -> Challenge | None:
        """See the port."""
        async with (
            connected(self._pool) as connection,
            connection.cursor(row_factory=class_row(Challenge)) as cursor,
        ):
            await cursor.execute(_TAKE_CHALLENGE, (digest, now))
            return await cursor.fetchone()

    async def open_session(self, session: Session) -> None:
        """See the port."""
        async with connected(self._pool) as connection:
            await connection.execute(
                "INSERT INTO web_session (digest, person, proof, opened_at, seen_at, expires_at)"
                " VALUES (%s, %s, %s, %s, %s, %s)",
                (
                    session.digest,
                    session.person,
                    session.proof.value,
                    session.opened_at,
                    session.seen_at,
                    session.expires_at,
                ),
            )

    async def session(
        self, digest: bytes, now: datetime, idle: timedelta, *, use: bool = True
    ) -> Session | None:
        """See the port."""
        said = {"digest": digest, "now": now, "idle": now - idle}
        async with (
            connected(self._pool) as connection,
            connection.cursor(row_factory=class_row(Session)) as cursor,
        ):
            await cursor.execute(_USE if use else _LOOK, said)
            return await cursor.fetchone()

    async def close_session(self, digest: bytes) -> None:
        """See the port."""
        async with connected(self._pool) as connection:
            await connection.execute("DELETE FROM web_session WHERE digest = %s", (digest,))

    async def close_sessions(self, person: PersonId, proof: Proof) -> None:
        """See the port."""
        async with connected(self._pool) as connection:
            await connection.execute(
                "DELETE FROM web_session WHERE person = %s AND proof = %s", (person, proof.value)
            )

    async def attempt(self, scope: str, now: datetime, window: timedelta) -> int:
        """See the port."""
        async with connected(self._pool) as connection:
            said = {"scope": scope, "now": now, "since": now - window}
            row = await (await connection.execute(_ATTEMPT, said)).fetchone()
        return int(row[0]) if row else 1

    async def forgive(self, scope: str) -> None:
        """See the port."""
        async with connected(self._pool) as connection:
            await connection.execute("DELETE FROM sign_in_attempt WHERE scope = %s", (scope,))

    async def sweep(self, now: datetime) -> None:
        """See the port."""
        async with transaction(self._pool) as connection:
            for statement in _OVER:
                await connection.execute(statement, {"now": now})

    async def _person(self, query: str, digest: bytes, now: datetime) -> PersonId | None:
        async with connected(self._pool) as connection:
            row = await (await connection.execute(query, (digest, now))).fetchone()
        return None if row is None else PersonId(row[0])


async def _add(connection: Connection, passkey: Passkey) -> None:
    said = (
        passkey.credential_id,
        passkey.person,
        passkey.public_key,
        passkey.sign_count,
        passkey.created_at,
    )
    try:
        await connection.execute(_ADD_PASSKEY, said)
    except psycopg.errors.UniqueViolation:
        raise Conflict(says("passkey_known")) from None
