"""Connections that many tasks share: what one leaves behind never touches the next."""

import asyncio

from integrations.postgres.database import connected, open_pool, transaction

_ROUNDS, _EACH = 20, 10


async def test_what_is_answered_is_committed_also_after_tasks_that_were_cancelled(all_rights: str) -> None:
    """A task that is cancelled within a pipeline left its connection in it, and what came next lay uncommitted."""
    async with (
        open_pool(all_rights, size=4, role="none") as pool,
        open_pool(all_rights, role="none") as beside,
    ):
        async with connected(pool) as connection:
            await connection.execute("CREATE TABLE answered (id int PRIMARY KEY)")

        async def stopped() -> None:
            async with transaction(pool, pipelined=True) as connection:
                await connection.execute("SELECT pg_sleep(0.01)")
                await (await connection.execute("SELECT 1")).fetchone()

        async def stop(after: float) -> None:
            task = asyncio.create_task(stopped())
            await asyncio.sleep(after)
            task.cancel()
            await asyncio.wait({task})

        async def answered(number: int) -> bool:
            async with connected(pool) as connection:
                written = await connection.execute("INSERT INTO answered VALUES (%s) RETURNING id", (number,))
                assert await written.fetchone() == (number,)
            async with connected(beside) as connection:
                found = await connection.execute("SELECT 1 FROM answered WHERE id = %s", (number,))
                return await found.fetchone() is not None

        for first in range(0, _ROUNDS * _EACH, _EACH):
            # Stopped at another moment of its work each time.
            stopping = (stop(after / 1000) for after in range(0, 2 * _EACH, 2))
            writing = (answered(number) for number in range(first, first + _EACH))
            _, *committed = await asyncio.gather(asyncio.gather(*stopping), *writing)
            assert all(committed)
