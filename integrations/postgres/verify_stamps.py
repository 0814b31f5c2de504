"""The log against the time stamps that are kept of it."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from cryptography.x509 import Certificate

from integrations.postgres.database import Connection
from integrations.postgres.proofs import subtree
from playbooks.domain.errors import Malformed
from playbooks.domain.proof.checkpoint import Checkpoint, log_origin
from playbooks.domain.proof.slots import INSTALLATION
from playbooks.domain.proof.time_stamp import stamped_at
from playbooks.domain.proof.verification import Damage, Found, Problem
from playbooks.texts import load_texts

_STAMPS = "SELECT authority, size, response FROM time_stamp ORDER BY size, authority"
_SIZE = "SELECT count(*) FROM leaf WHERE tree = 'installation'"


async def check_stamps(
    connection: Connection, keys: Mapping[str, bytes], roots: Sequence[Certificate]
) -> dict[str, tuple[int, datetime]]:
    """The newest good stamp of each authority: how many leaves, and when. Raises Found at the first bad one.

    The stored nodes follow from the leaves, which was checked before; so each root is a few hundred hashes away.
    """
    newest: dict[str, tuple[int, datetime]] = {}
    if not roots:
        return newest
    row = await (await connection.execute(_SIZE)).fetchone()
    leaves = int(row[0]) if row else 0
    for authority, size, response in await (await connection.execute(_STAMPS)).fetchall():
        if size > leaves:
            raise Found(_problem(authority, size, "cut_off", leaves=leaves))
        said = Checkpoint(log_origin(keys), size, await subtree(connection, INSTALLATION, 0, size)).text
        try:
            newest[authority] = size, stamped_at(bytes(response), said.encode(), roots)
        except Malformed as error:
            raise Found(_problem(authority, size, "not_of_this_log", said=error.sentence)) from None
    return newest


def _problem(authority: str, size: int, code: str, **about: object) -> Problem:
    sentence = load_texts().say(f"proof.stamp.{code}", authority=authority, size=size, **about)
    return Problem(kind=Damage.NOT_STAMPED, tree=INSTALLATION, position=size, sentence=sentence)
