"""Trust for whoever listens to people: at once, and as it was known last."""

import asyncio

from bot.trusting import LastKnown
from playbooks.domain.errors import Unavailable
from playbooks.domain.ids import ConnectionId

SLACK = frozenset({ConnectionId("unhcr/chat")})


class Database:
    """Says what was declared, is away, or hangs."""

    def __init__(self) -> None:
        self.away = self.hangs = False

    async def distrusted(self) -> frozenset[ConnectionId]:
        if self.away:
            raise Unavailable("The database does not answer.")
        if self.hangs:
            await asyncio.Event().wait()
        return SLACK


async def test_while_the_database_is_away_or_hangs_what_was_known_last_holds() -> None:
    database = Database()
    known = LastKnown(database)
    assert await known.distrusted() == SLACK
    database.away = True
    assert await known.distrusted() == SLACK
    database.away, database.hangs = False, True
    async with asyncio.timeout(3):
        assert await known.distrusted() == SLACK


async def test_a_process_that_starts_while_the_database_is_away_knows_what_this_machine_was_told() -> None:
    database = Database()
    database.away = True
    assert await LastKnown(database, lambda: SLACK).distrusted() == SLACK
