"""Ending all that somebody could sign in with, and her sessions: once revoked, or when a guest is a guest nowhere."""

from typing import Final

from integrations.postgres.database import Connection
from playbooks.domain.ids import PersonId

_IS_GUEST = "SELECT EXISTS (SELECT FROM standing WHERE who = 'person:' || %s AND knows)"
_ALL: Final = (
    "DELETE FROM enrolment WHERE person = %s",
    "DELETE FROM passkey WHERE person = %s",
    "DELETE FROM recovery_code WHERE person = %s",
    "DELETE FROM web_session WHERE person = %s",
)


async def revoke(connection: Connection, person: PersonId) -> None:
    """End it, within the caller's transaction."""
    for statement in _ALL:
        await connection.execute(statement, (person,))


async def end_sign_in(connection: Connection, guest: PersonId) -> None:
    """End it for a guest who left, unless she is one in another incident; with the entry that says that she left."""
    row = await (await connection.execute(_IS_GUEST, (guest,))).fetchone()
    if row is None or not row[0]:
        await revoke(connection, guest)
