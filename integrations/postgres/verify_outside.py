"""What stands outside the trees, or points into them: strays, arrivals, and the verdicts of the ledger."""

from psycopg.rows import TupleRow

from integrations.postgres.database import Connection
from integrations.postgres.vault import Vault
from integrations.postgres.verify_entry import Stored, damage_before_integration
from playbooks.domain.ids import EntryId
from playbooks.domain.proof.verification import Damage, Found, Problem
from playbooks.texts import load_texts

_STRAYS = {
    "stray": """
        SELECT id FROM entry WHERE NOT EXISTS (SELECT FROM leaf WHERE leaf.entry = entry.id)
        AND NOT EXISTS (SELECT FROM arrival WHERE arrival.entry = entry.id) ORDER BY id LIMIT 1""",
    "stray_slots": """
        SELECT entry FROM body WHERE NOT EXISTS (SELECT FROM entry WHERE entry.id = body.entry)
        ORDER BY entry LIMIT 1""",
    "waits_in_tree": """
        SELECT entry FROM arrival WHERE EXISTS (SELECT FROM leaf WHERE leaf.entry = arrival.entry)
        ORDER BY entry LIMIT 1""",
    "waits_twice": """
        SELECT entry FROM arrival GROUP BY entry HAVING count(*) > 1 ORDER BY entry LIMIT 1""",
    "stray_leaf": """
        SELECT tree FROM leaf WHERE NOT EXISTS (SELECT FROM tree WHERE tree.name = leaf.tree)
        ORDER BY tree LIMIT 1""",
    "bare_tree": """
        SELECT name FROM tree WHERE size = 0 AND name <> 'installation' ORDER BY name LIMIT 1""",
    "stray_node": """
        SELECT tree FROM node WHERE NOT EXISTS (SELECT FROM tree WHERE tree.name = node.tree)
        ORDER BY tree LIMIT 1""",
}
_ARRIVALS = """
SELECT arrival.entry, entry.tree, entry.commitments, body.* FROM arrival
LEFT JOIN entry ON entry.id = arrival.entry LEFT JOIN body ON body.entry = arrival.entry ORDER BY arrival.seq
"""
_VERDICTS = "SELECT id, verdict FROM command WHERE verdict IS NOT NULL ORDER BY entered_at"
_MISSING = "SELECT id FROM unnest(%s::text[]) AS named (id) EXCEPT SELECT id FROM entry"


async def check_outside(connection: Connection) -> None:
    """Raise Found at the first thing wrong."""
    for code, query in _STRAYS.items():
        row = await (await connection.execute(query.encode())).fetchone()
        if row is not None:
            raise Found(
                Problem(
                    kind=Damage.INSERTED,
                    entry=EntryId(row[0]),
                    sentence=load_texts().say(f"proof.outside.{code}", place=row[0]),
                )
            )
    async with connection.cursor(name="arrivals", binary=True) as arrivals:
        await arrivals.execute(_ARRIVALS)
        async for row in arrivals:
            _check_arrival(row, connection.vault)
    async with connection.cursor(name="verdicts") as verdicts:
        await verdicts.execute(_VERDICTS)
        while rows := await verdicts.fetchmany(500):
            await _check_verdicts(connection, rows)


def _check_arrival(row: TupleRow, vault: Vault) -> None:
    entry = EntryId(row[0])
    damage = damage_before_integration(entry, Stored.of(row[1:], vault))
    if damage is not None:
        detail = f" ({damage.detail})" if damage.detail else ""
        sentence = load_texts().say(f"proof.waiting.{damage.kind.name.lower()}", entry=entry, detail=detail)
        raise Found(Problem(kind=damage.kind, tree=row[1], entry=entry, sentence=sentence))


async def _check_verdicts(connection: Connection, rows: list[TupleRow]) -> None:
    named = {entry: command for command, verdict in rows for entry in verdict["entries"]}
    missing = await (await connection.execute(_MISSING, (list(named),))).fetchall()
    if missing:
        entry = EntryId(min(missing)[0])
        sentence = load_texts().say("proof.outside.verdict", command=named[entry], entry=entry)
        raise Found(Problem(kind=Damage.VERDICT_WITHOUT_ENTRY, entry=entry, sentence=sentence))
