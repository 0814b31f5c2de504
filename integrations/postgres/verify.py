"""Verifying the whole installation's record as it stands in the database, in bounded memory.

Order: each incident's tree with its entries, then the installation's log with its signatures, then what stands
outside the trees, then the ledger. The first problem in that order is reported.
"""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import aclosing

from integrations.postgres.database import Connection
from integrations.postgres.verify_heads import incident_heads, log_heads
from integrations.postgres.verify_outside import check_outside
from integrations.postgres.verify_tree import Counted, TreeAudit
from playbooks.domain.slots import INSTALLATION
from playbooks.domain.verification import NEVER_RECORDED, ROLLED_BACK, Found, Problem, Report

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
    progress: Callable[[int], None] | None = None,
) -> Report:
    """Verify everything against the signed heads, as of one moment; `public_keys` are raw keys by key id.

    `progress` is told how many entries are done. The connection must not be in a transaction.
    """
    counted = Counted(progress)
    async with connection.transaction():
        await connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        first = await _first_problem(connection, public_keys, counted)
        return Report(
            entries=counted.entries,
            trees=counted.trees,
            first_problem=first,
            not_protected=tuple([each async for each in _not_protected(connection)]),
        )


async def _first_problem(
    connection: Connection, keys: Mapping[str, bytes], counted: Counted
) -> Problem | None:
    try:
        for name, size, peaks in await (await connection.execute(_TREES)).fetchall():
            heads = log_heads(connection, keys) if name == INSTALLATION else incident_heads(connection, name)
            async with aclosing(heads):
                await TreeAudit(connection, name, counted).check(heads, size, bytes(peaks))
            counted.trees += 1
        await check_outside(connection)
    except Found as found:
        return found.problem
    return None


async def _not_protected(connection: Connection) -> AsyncIterator[str]:
    waiting = await (await connection.execute(_WAITING)).fetchone()
    if waiting and waiting[0]:
        yield f"Entries that the sequencer has not taken yet: {waiting[0]}; nothing protects them until it has."
    signed = await (await connection.execute(_SIGNED)).fetchone()
    if signed is None:
        yield "Nothing is signed yet."
    else:
        size, at = signed
        yield f"What came after the last signed head ({size} leaves, {at:%Y-%m-%d %H:%M:%S} UTC) is not protected."
    yield "The ledger, effects, inbox and outbox are working tables, not the record; what they decided is in it."
    yield ROLLED_BACK
    yield NEVER_RECORDED
