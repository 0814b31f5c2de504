"""The log against what witnesses hold of it: what even the holder of the signing key cannot rewrite."""

from collections.abc import Sequence

from integrations.postgres.database import Connection
from integrations.postgres.proofs import subtree
from playbooks.domain.proof.held import Held
from playbooks.domain.proof.slots import INSTALLATION
from playbooks.domain.proof.verification import Damage, Found, Problem
from playbooks.texts import load_texts

_SIZE = "SELECT count(*) FROM leaf WHERE tree = 'installation'"
_AMONG = """
SELECT leaf.entry, head.tree, head.size,
       COALESCE((SELECT max(earlier.size) FROM head earlier
                 WHERE earlier.tree = head.tree AND earlier.size < head.size), 0) + 1
FROM leaf LEFT JOIN head ON head.log_position = leaf.position
WHERE leaf.tree = 'installation' AND leaf.position > %s AND leaf.position <= %s ORDER BY leaf.position
"""
_MOST_NAMED = 5


async def check_witnessed(connection: Connection, held: Sequence[Held]) -> None:
    """Raise Found at the first head held that the log does not have; `held` is in order of size.

    The stored nodes follow from the leaves, which was checked before; so each root is a few hundred hashes away.
    """
    if not held or await _agrees(connection, held[-1]):
        return
    good, bad = -1, len(held) - 1
    while bad - good > 1:
        middle = (good + bad) // 2
        if await _agrees(connection, held[middle]):
            good = middle
        else:
            bad = middle
    raise Found(await _problem(connection, held[good].size if good >= 0 else 0, held[bad]))


async def _agrees(connection: Connection, held: Held) -> bool:
    if held.size > await _size(connection):
        return False
    return held.size == 0 or await subtree(connection, INSTALLATION, 0, held.size) == held.root


async def _size(connection: Connection) -> int:
    row = await (await connection.execute(_SIZE)).fetchone()
    return int(row[0]) if row else 0


async def _problem(connection: Connection, good: int, held: Held) -> Problem:
    size = await _size(connection)
    code = "one" if good + 1 == held.size else "range"
    about = {"witness": held.witness, "first": good + 1, "last": held.size}
    if held.size > size:
        sentence = load_texts().say(f"proof.witness.cut_off.{code}", size=size, **about)
        return Problem(kind=Damage.TRUNCATED, tree=INSTALLATION, position=size + 1, sentence=sentence)
    among = await _among(connection, good, held.size)
    sentence = load_texts().say(f"proof.witness.rewritten.{code}", among=among, **about)
    return Problem(kind=Damage.REWRITTEN, tree=INSTALLATION, position=good + 1, sentence=sentence)


async def _among(connection: Connection, good: int, bad: int) -> str:
    """Which entries stand there now, in brackets."""
    rows = await (await connection.execute(_AMONG, (good, bad))).fetchall()
    texts = load_texts()
    named = [
        texts.say("proof.witness.entry", entry=entry)
        if entry
        else texts.say("proof.witness.entries", first=first, last=last, tree=tree)
        for entry, tree, last, first in rows
    ]
    told = ", ".join(named[:_MOST_NAMED])
    more = len(named) - _MOST_NAMED
    return f" ({texts.say('proof.witness.more', told=told, count=more) if more > 0 else told})"
