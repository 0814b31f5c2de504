"""Entry keys sealed for organizations that hold a private key of their own, and for the recovery key.

What an organization may read it can so open without us, from a copy of the database alone; and when our own entry keys
are lost, whoever holds the recovery key can bring them back. Sealing goes on beside the work: also for who joins later,
for a key that is new, and for what was written before.
"""

import secrets
from dataclasses import dataclass

from integrations.postgres.database import Connection, Pool, connected, transaction
from integrations.postgres.sheaves import unbind_all
from integrations.postgres.vault import Vault
from playbooks.domain.proof.envelope import KEY_BYTES, open_sealed, seal_for

RECOVERY = "recovery"
"""Stands in the place of an organization: this key is for everything, and its private half lies in a safe."""
BATCH = 200

_ADD = "INSERT INTO organization_key (organization, public_key) VALUES (%s, %s) ON CONFLICT DO NOTHING"
_RETIRE = """
UPDATE organization_key SET retired_at = clock_timestamp() WHERE organization = %s AND retired_at IS NULL
"""
_FORGET = "DELETE FROM sealed_key WHERE organization = %s"
_NOT_DUE = "DELETE FROM sealing_due WHERE organization = %s"
_LISTED = """
SELECT organization, public_key, retired_at IS NULL,
       (SELECT count(*) FROM sealed_key WHERE sealed_key.organization = organization_key.organization
        AND sealed_key.public_key = organization_key.public_key)
FROM organization_key ORDER BY organization, seq
"""
# From the log, whose order is that of commits: a tree's leaves since the last look, or all of them for whoever came
# into the incident since, as what is for the parties is for her now.
_LAY_OUT = """
WITH held AS (
    SELECT organization, public_key, laid_out, upto FROM organization_key, LATERAL (
        SELECT max(position) AS upto FROM (
            SELECT position FROM leaf WHERE tree = 'installation' AND position > laid_out
            ORDER BY position LIMIT %(leaves)s
        ) AS next
    ) AS reached
    WHERE retired_at IS NULL AND upto IS NOT NULL
), grown AS (
    SELECT held.*, head.tree, max(head.size) AS size, coalesce((
        SELECT max(size) FROM head earlier WHERE earlier.tree = head.tree AND earlier.log_position <= laid_out
    ), 0) AS last
    FROM held JOIN head ON head.log_position > laid_out AND head.log_position <= upto
    GROUP BY organization, public_key, laid_out, upto, head.tree
    UNION ALL SELECT held.*, 'installation', upto, laid_out FROM held
), due AS (
    INSERT INTO sealing_due (organization, public_key, tree, after)
    SELECT organization, public_key, tree, CASE WHEN EXISTS (
        SELECT FROM leaf JOIN card ON card.entry = leaf.entry
        WHERE leaf.tree = grown.tree AND position > last AND position <= size AND card.party = organization
    ) THEN 0 ELSE last END FROM grown
    ON CONFLICT (organization, public_key, tree) DO UPDATE SET after = least(sealing_due.after, excluded.after)
)
UPDATE organization_key SET laid_out = upto FROM held
WHERE organization_key.organization = held.organization AND organization_key.public_key = held.public_key
"""
_NEXT = """
SELECT organization, public_key, tree, after FROM sealing_due LIMIT 1 FOR UPDATE SKIP LOCKED
"""
# Who is entitled is what the policy on cards says (docs/reading.md); what is for named persons is for no organization.
_DUE = """
SELECT leaf.position, body.entry, body.key, (%(who)s = %(recovery)s OR card.strictness <= 3 AND (
    %(who)s = ANY (card.organizations)
    OR 'parties' = ANY (card.organizations) AND EXISTS (
        SELECT FROM standing WHERE standing.incident = card.incident AND standing.who = %(who)s
        AND standing.takes_part))
) AND body.key IS NOT NULL AND NOT EXISTS (
    SELECT FROM sealed_key done WHERE done.entry = leaf.entry AND done.organization = %(who)s
    AND done.public_key = %(public)s)
FROM leaf LEFT JOIN card ON card.entry = leaf.entry LEFT JOIN body ON body.entry = leaf.entry
WHERE leaf.tree = %(tree)s AND leaf.position > %(after)s ORDER BY leaf.position LIMIT %(batch)s
"""
_GONE_ON = "UPDATE sealing_due SET after = %s WHERE organization = %s AND public_key = %s AND tree = %s"
_THROUGH = "DELETE FROM sealing_due WHERE organization = %s AND public_key = %s AND tree = %s"
_SEALED = """
INSERT INTO sealed_key (entry, organization, public_key, sealed) VALUES (%s, %s, %s, %s) ON CONFLICT DO NOTHING
"""
_TO_RECOVER = """
SELECT entry, sealed FROM sealed_key JOIN body USING (entry)
WHERE sealed_key.organization = %(recovery)s AND public_key = %(public)s
AND NOT starts_with(encode(body.key, 'escape'), %(done)s)
LIMIT %(batch)s FOR UPDATE OF body
"""
_TO_REWRAP = """
SELECT entry, key FROM body WHERE key IS NOT NULL AND NOT starts_with(encode(key, 'escape'), %(done)s)
LIMIT %(batch)s FOR UPDATE
"""
_REWRAPPED = "UPDATE body SET key = %s WHERE entry = %s"
_IDS = "SELECT split_part(encode(key, 'escape'), '.', 1) AS id, count(*) FROM body WHERE key IS NOT NULL GROUP BY id"


@dataclass(frozen=True, slots=True)
class EntrustedKey:
    """A public key that entry keys are sealed for, and for how many entries that is done."""

    organization: str
    public_key: bytes
    in_use: bool
    sealed: int


async def entrust(pool: Pool, organization: str, public_key: bytes) -> None:
    """Seal for this public key from now on; what was entrusted to an earlier one stays openable with it."""
    async with transaction(pool) as connection:
        await connection.execute(_RETIRE, (organization,))
        await connection.execute(_ADD, (organization, public_key))
        revived = """
            UPDATE organization_key SET retired_at = NULL, laid_out = 0 WHERE organization = %s AND public_key = %s
        """
        await connection.execute(revived, (organization, public_key))


async def withdraw(pool: Pool, organization: str) -> None:
    """Seal for this organization no more, and forget what was sealed. Copies that it took stay openable."""
    async with transaction(pool) as connection:
        await connection.execute(_RETIRE, (organization,))
        await connection.execute(_FORGET, (organization,))
        await connection.execute(_NOT_DUE, (organization,))


async def entrusted(pool: Pool) -> list[EntrustedKey]:
    """Every public key, by organization, the oldest first."""
    async with connected(pool) as connection:
        rows = await (await connection.execute(_LISTED)).fetchall()
        return [
            EntrustedKey(organization, bytes(key), used, count) for organization, key, used, count in rows
        ]


async def seal_waiting(pool: Pool) -> int:
    """Seal a batch of entry keys for organizations entitled to them; how many, 0 when nothing waits.

    What is in no tree yet waits for the sequencer.
    """
    while True:
        async with transaction(pool) as connection:
            await connection.execute(_LAY_OUT, {"leaves": BATCH})
            due = await (await connection.execute(_NEXT)).fetchone()
            if due is None:
                return 0
            if done := await _seal(connection, *due):
                return done


async def _seal(connection: Connection, who: str, public: bytes, tree: str, after: int) -> int:
    """The next leaves of a tree for one key; how many were sealed."""
    given = {"who": who, "public": public, "tree": tree, "after": after, "batch": BATCH, "recovery": RECOVERY}
    rows = await (await connection.execute(_DUE, given)).fetchall()
    sealed = [
        (
            entry,
            who,
            public,
            seal_for(bytes(public), secrets.token_bytes(KEY_BYTES), entry, connection.vault.unwrap(key)),
        )
        for _, entry, key, entitled in rows
        if entitled
    ]
    async with connection.cursor() as cursor:
        await cursor.executemany(_SEALED, sealed)
    if len(rows) < BATCH:
        await connection.execute(_THROUGH, (who, public, tree))
    else:
        await connection.execute(_GONE_ON, (rows[-1][0], who, public, tree))
    return len(sealed)


async def recover(pool: Pool, vault: Vault, private: bytes, public: bytes) -> int:
    """Bring entry keys back from what was sealed for the recovery key, under the newest key of `vault`; how many.

    Raises Malformed when the private key is another one.
    """
    done = 0
    given = {"recovery": RECOVERY, "public": public, "done": f"{vault.current}.", "batch": BATCH}
    while True:
        async with transaction(pool) as connection:
            rows = await (await connection.execute(_TO_RECOVER, given)).fetchall()
            for entry, sealed in rows:
                key = open_sealed(private, entry, bytes(sealed))
                await connection.execute(_REWRAPPED, (vault.wrap(key), entry))
            if not rows:
                await unbind_all(connection)
                return done
        done += len(rows)


async def rewrap(pool: Pool, vault: Vault) -> int:
    """Wrap every entry's key under the newest key, so that the earlier ones may be destroyed; how many."""
    done = 0
    given = {"done": f"{vault.current}.", "batch": BATCH}
    while True:
        async with transaction(pool) as connection:
            rows = await (await connection.execute(_TO_REWRAP, given)).fetchall()
            for entry, key in rows:
                await connection.execute(_REWRAPPED, (vault.wrap(vault.unwrap(key)), entry))
            if not rows:
                await unbind_all(connection)
                return done
        done += len(rows)


async def keys_in_use(pool: Pool) -> dict[str, int]:
    """How many entries lie under each of our entry keys."""
    async with connected(pool) as connection:
        return dict(await (await connection.execute(_IDS)).fetchall())
