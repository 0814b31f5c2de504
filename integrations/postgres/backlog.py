"""What waits in the database to be carried on: for those who watch the installation."""

from integrations.postgres.database import Pool, connected

_WAITING = """
SELECT
    (SELECT count(*) FROM command WHERE verdict IS NULL) AS commands,
    (SELECT count(*) FROM inbox WHERE delivered_at IS NULL) AS letters,
    (SELECT count(*) FROM outbox WHERE done_at IS NULL) AS errands,
    (SELECT count(*) FROM delivery WHERE understood_at IS NULL) AS deliveries,
    (SELECT count(*) FROM arrival) AS entries
"""
_QUEUES = ("commands", "letters", "errands", "deliveries", "entries")


async def waiting(pool: Pool) -> dict[str, int]:
    """How much waits in each queue, by its name. Raises Unavailable."""
    async with connected(pool) as connection:
        row = await (await connection.execute(_WAITING)).fetchone()
    return dict(zip(_QUEUES, row or (), strict=True))
