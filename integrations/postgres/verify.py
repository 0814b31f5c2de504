"""Verifying the whole installation's record as it stands in the database, in bounded memory.

Order: each incident's tree with its entries, then the installation's log with its signatures, then what stands
outside the trees and beside them, then what witnesses hold. The first problem in that order is reported.
"""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import aclosing
from datetime import datetime

from cryptography.x509 import Certificate

from integrations.postgres.database import Connection
from integrations.postgres.erasure import Approval, approvals
from integrations.postgres.roles import VERIFIER, become
from integrations.postgres.verify_beside import check_beside
from integrations.postgres.verify_heads import incident_heads, log_heads
from integrations.postgres.verify_outside import check_outside
from integrations.postgres.verify_stamps import check_stamps
from integrations.postgres.verify_tree import Counted, TreeAudit
from integrations.postgres.verify_witness import check_witnessed
from playbooks.domain.proof.held import Held, newest
from playbooks.domain.proof.slots import INSTALLATION
from playbooks.domain.proof.verification import Found, Problem, Report
from playbooks.texts import load_texts

# A tree that stands twice is as good as none.
_TREES = """
SELECT name, COALESCE(once.size, -1), COALESCE(once.peaks, '')
FROM (SELECT name FROM tree UNION SELECT tree FROM head UNION SELECT 'installation') AS known (name)
LEFT JOIN (
    SELECT name, min(size) AS size, (array_agg(peaks))[1] AS peaks FROM tree GROUP BY name HAVING count(*) = 1
) AS once USING (name)
ORDER BY name = 'installation', name
"""
_WAITING = "SELECT count(*) FROM arrival"
_SIGNED = "SELECT size, at FROM signed_head ORDER BY size DESC LIMIT 1"


async def verify_live(
    connection: Connection,
    public_keys: Mapping[str, bytes],
    *,
    held: Sequence[Held] = (),
    stamp_roots: Sequence[Certificate] = (),
    progress: Callable[[int, int], None] | None = None,
) -> Report:
    """Verify everything against the signed heads, as of one moment; `public_keys` are raw keys by key id.

    `held` is what witnesses hold, in order of size; `stamp_roots` are the roots that time stamps are checked with, and
    without any they are not. `progress` is told how many leaves are done, and of how
    many. The connection must not be in a transaction; in the one that this opens it is the verifier's.
    """
    async with connection.transaction():
        await connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        await become(connection, VERIFIER)
        return await verify_within(
            connection, public_keys, held=held, stamp_roots=stamp_roots, progress=progress
        )


async def verify_within(
    connection: Connection,
    public_keys: Mapping[str, bytes],
    *,
    held: Sequence[Held] = (),
    stamp_roots: Sequence[Certificate] = (),
    progress: Callable[[int, int], None] | None = None,
) -> Report:
    """Verify what the caller's transaction sees, as `verify_live`."""
    counted = Counted(progress, await _leaves(connection) if progress else 0)
    approved = await approvals(connection)
    counted.erasable = _erasable(approved)
    first = await _first_problem(connection, public_keys, held, counted, approved)
    stamped: tuple[str, ...] = ()
    if first is None:
        try:
            stamped = _told(await check_stamps(connection, public_keys, stamp_roots))
        except Found as found:
            first = found.problem
    return Report(
        entries=counted.entries,
        trees=counted.trees,
        erased=counted.erased,
        stamped=stamped,
        first_problem=first,
        not_protected=tuple([each async for each in _not_protected(connection, newest(held))]),
    )


def _told(stamps: Mapping[str, tuple[int, datetime]]) -> tuple[str, ...]:
    return tuple(
        load_texts().say("proof.stamped_at", authority=authority, size=size, at=f"{at:%Y-%m-%d %H:%M:%S} UTC")
        for authority, (size, at) in sorted(stamps.items())
    )


def _erasable(approved: Sequence[Approval]) -> dict[tuple[str, str], frozenset[str]]:
    """What was decided to be erased; the decisions are entries, and verified as such."""
    erasable: dict[tuple[str, str], frozenset[str]] = {}
    for each in approved:
        for target in each.targets:
            place = each.tree, target
            erasable[place] = erasable.get(place, frozenset()) | frozenset(each.slots)
    return erasable


async def _leaves(connection: Connection) -> int:
    row = await (await connection.execute("SELECT count(*) FROM leaf")).fetchone()
    return int(row[0]) if row else 0


async def _first_problem(
    connection: Connection,
    keys: Mapping[str, bytes],
    held: Sequence[Held],
    counted: Counted,
    approved: Sequence[Approval],
) -> Problem | None:
    try:
        for name, size, peaks in await (await connection.execute(_TREES)).fetchall():
            heads = log_heads(connection, keys) if name == INSTALLATION else incident_heads(connection, name)
            async with aclosing(heads):
                await TreeAudit(connection, name, counted).check(heads, size, bytes(peaks))
            counted.trees += 1
        await check_outside(connection)
        await check_beside(connection, keys, approved)
        await check_witnessed(connection, held)
    except Found as found:
        return found.problem
    return None


async def _not_protected(connection: Connection, witnessed: int) -> AsyncIterator[str]:
    waiting = await (await connection.execute(_WAITING)).fetchone()
    if waiting and waiting[0]:
        yield load_texts().say("proof.not_taken", count=waiting[0])
    signed = await (await connection.execute(_SIGNED)).fetchone()
    if signed is None:
        yield load_texts().say("proof.nothing_signed")
    else:
        size, at = signed
        yield load_texts().say("proof.after_signed", size=size, at=f"{at:%Y-%m-%d %H:%M:%S} UTC")
    if witnessed:
        yield load_texts().say("proof.after_witnessed", size=witnessed)
    else:
        yield load_texts().say("proof.rolled_back")
    yield load_texts().say("proof.working_tables")
    yield load_texts().say("proof.never_recorded")
