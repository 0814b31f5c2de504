"""Connections to PostgreSQL, and its errors in our words."""

import asyncio
import select
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager, nullcontext
from functools import cached_property, partial
from typing import Any, Self

import psycopg
from psycopg import AsyncConnection
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.pq import PipelineStatus
from psycopg.rows import TupleRow
from psycopg_pool import AsyncConnectionPool, PoolClosed, PoolTimeout, TooManyRequests
from typing_extensions import override

from integrations.postgres.announcing import Announcer
from integrations.postgres.roles import READER, WRITER
from integrations.postgres.silence import CONNECTS_WITHIN, Silence
from integrations.postgres.vault import CLEAR, Vault
from playbooks.domain.errors import BrokenOff, Unavailable
from playbooks.domain.saying import says


class Connection(AsyncConnection[TupleRow]):
    """A connection, with the keys that open what is stored under lock."""

    vault: Vault = CLEAR
    silence: Silence | None = None

    @override
    async def wait(self, *asked: Any, **said: Any) -> Any:
        """See the driver's; a server that hangs is noticed meanwhile."""
        with self.silence.watched(self) if self.silence else nullcontext():
            return await super().wait(*asked, **said)


class Pool(AsyncConnectionPool[Connection]):
    """Connections to share, and since when nobody answers: then whoever asks is told soon and need not wait."""

    missed_since: float | None = None
    """By the monotonic clock, in seconds."""
    silence: Silence | None = None

    @cached_property
    def announcer(self) -> Announcer:
        """Tells by its connections that something came in."""
        return Announcer(partial(connected, self))

    async def close(self, timeout: float = 5.0) -> None:
        """Close it, once what was due to be told is told."""
        if self.silence is not None:
            self.silence.rest()
        await self.announcer.finish()
        await super().close(timeout)

    @property
    def away(self) -> bool:
        """Whether it has been missed for so long that a busy machine cannot be why."""
        return self.missed_since is not None and time.monotonic() - self.missed_since > _MISSED

    @property
    def patience(self) -> float | None:
        """Seconds for which an asker waits for a connection; None for as long as ever."""
        if self.missed_since is None:
            return None
        return _BRIEFLY if self.away else _SOON

    async def look_over(self) -> None:
        """A server that went away took the idle connections with it: have all of them made anew, at once.

        Whoever found out may be cancelled meanwhile; what is being looked at would be lost to the pool then.
        """
        await asyncio.shield(self.check())

    def missed(self) -> None:
        """Nobody answered just now."""
        if self.missed_since is None:
            self.missed_since = time.monotonic()


_RECONNECT = 3.0
"""Seconds for which the pool tries again more and more seldom; left alone it would for minutes, and then be as late."""


_MISSED = 5.0
"""Seconds after which askers no longer wait for it as long as for a busy one."""
_BRIEFLY = 1.0
"""Seconds for which they do then: enough for a connection that is there, or comes about just now."""
_SOON = 3.0
"""Seconds for which they do once an attempt to connect has failed: a server that only starts again is back by then, and
whoever asks is told soon."""

_LINE: Mapping[str, Any] = {
    "connect_timeout": 2 * CONNECTS_WITHIN,
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
}
"""A line over which nothing comes any more ends within a minute also for whoever only listens (seconds)."""

_READING = {"search_path": "shown", "default_transaction_read_only": "on"}


def open_reading_pool(
    dsn: str, *, size: int = 8, vault: Vault = CLEAR, silence: Silence | None = None
) -> Pool:
    """A pool whose connections are `muster_reader` from their first moment on; see `integrations.postgres.reading`.

    There the names of tables are those of the wall's views, and nothing else is found.
    """
    return open_pool(dsn, size=size, vault=vault, role=READER, settings=_READING, silence=silence)


def open_pool(
    dsn: str,
    *,
    size: int = 8,
    vault: Vault = CLEAR,
    role: str = WRITER,
    settings: Mapping[str, str] = {},
    silence: Silence | None = None,
) -> Pool:
    """A pool of connections, to be entered as a context; it opens in the background and mends itself.

    They work as `role`, and not as the login, which owns the tables. With `silence` several pools of one server know at
    once that it hangs. When the server was away it is missed for two
    seconds at most after its return, however long it was away.
    """
    own = str(conninfo_to_dict(dsn).get("options") or "")
    said = (f"-c {name}={value}" for name, value in {"role": role, **settings}.items())

    async def equip(connection: Connection) -> None:
        connection.vault, connection.silence = vault, watching
        watching.heed(connection)
        pool.missed_since = None

    async def check(connection: Connection) -> None:
        try:
            await _check_line(connection)
        except psycopg.OperationalError:
            await pool.look_over()
            raise

    class Telling(Connection):
        """Says that nobody answered, as soon as one attempt was in vain."""

        @classmethod
        @override
        async def connect(cls, conninfo: str = "", **said: Any) -> Self:
            try:
                return await super().connect(conninfo, **said)
            except psycopg.OperationalError:
                pool.missed()
                raise

    pool = Pool(
        make_conninfo(dsn, options=" ".join((own, *said)).strip(), **_LINE),
        connection_class=Telling,
        configure=equip,
        check=check,
        reset=_check_left,
        min_size=1,
        max_size=size,
        open=False,
        timeout=10,
        reconnect_timeout=_RECONNECT,
        reconnect_failed=_begin_again,
        kwargs={"autocommit": True},
        name="muster",
    )
    pool.silence = watching = silence or Silence(dsn)
    watching.tell(pool.missed)
    return pool


async def _check_line(connection: Connection) -> None:
    """Give out no connection that a server closed, as one does that was killed and is back: nothing is asked for that.

    Where nothing came on a connection that nobody uses, as it ought to be, the line stands as far as this machine
    knows. Raises OperationalError; then it is discarded.
    """
    line = select.poll()
    line.register(connection.fileno(), select.POLLIN)
    if line.poll(0):
        await AsyncConnectionPool.check_connection(connection)


async def _check_left(connection: Connection) -> None:
    """Give no connection to anybody else that a task left in the middle of a pipeline, as one does that is cancelled.

    What the next one wrote there would be answered and not be committed. Raises OperationalError; then it is discarded.
    """
    if connection.pgconn.pipeline_status != PipelineStatus.OFF:
        raise psycopg.OperationalError("a task that was stopped left its pipeline open")


async def _begin_again(pool: AsyncConnectionPool[Connection]) -> None:
    """Try from the start again, at short intervals; the first connection that comes about ends it."""
    if isinstance(pool, Pool):
        pool.missed()
    await pool.check()


@contextmanager
def reaching() -> Iterator[None]:
    """Turn the driver's "cannot be reached" into Unavailable; a constraint broken stays the bug it is."""
    try:
        yield
    except (PoolTimeout, PoolClosed, TooManyRequests) as error:
        raise Unavailable(says("database_unavailable")) from error
    except (psycopg.OperationalError, psycopg.InterfaceError) as error:
        raise BrokenOff(says("database_unavailable")) from error


@asynccontextmanager
async def connected(pool: Pool) -> AsyncIterator[Connection]:
    """A connection in autocommit. Raises Unavailable."""
    with reaching():
        async with pool.connection(pool.patience) as connection:
            try:
                yield connection
                pool.missed_since = None
            finally:
                if connection.broken:
                    await pool.look_over()


Connect = Callable[[], AbstractAsyncContextManager[Connection]]
"""Opens a connection for a question or a few."""


@asynccontextmanager
async def transaction(
    pool: Pool, *, snapshot: bool = False, pipelined: bool = False
) -> AsyncIterator[Connection]:
    """One transaction, committed on leaving; with `snapshot` all its questions see one moment. Raises Unavailable."""
    async with (
        connected(pool) as connection,
        connection.pipeline() if pipelined else nullcontext(),
        connection.transaction(),
    ):
        if snapshot:
            await connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield connection


def snapshot(pool: Pool) -> Connect:
    """Transactions each of one moment, that read all there is."""
    return partial(transaction, pool, snapshot=True)
