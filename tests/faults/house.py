"""Muster as separate processes on one machine, each of which may be killed and started again."""

import asyncio
import os
import signal
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager, suppress
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

from bot.composition.record import migrate_database
from bot.embedded import Child, Program, embedded_postgres, embedded_temporal, remembered_ports, supervised
from bot.first_start import prepared
from bot.settings import Settings
from playbooks.domain.errors import Unavailable

Found = TypeVar("Found")

QUICK = Path(__file__).with_name("quick.py")
ROOT = Path(__file__).parents[2]
LOOK = 0.02
NONDETERMINISM = "TMPRL1100"
"""Temporal's name for it, in a worker's log."""
PATIENCE = timedelta(seconds=150)


class Part(StrEnum):
    """What may be killed."""

    WORKER = "worker"
    BOT = "bot"
    TEMPORAL = "temporal"
    POSTGRES = "postgres"


async def until(
    look: Callable[[], Awaitable[Found | None]], what: str, within: timedelta = PATIENCE
) -> Found:
    """Look until there is something; a part that is away meanwhile is looked at again."""
    deadline = time.monotonic() + within.total_seconds()
    while time.monotonic() < deadline:
        with suppress(Unavailable):
            if found := await look():
                return found
        await asyncio.sleep(LOOK)
    raise AssertionError(f"{what}: not within {within.total_seconds():.0f} s")


class House:
    """One installation; the test reads it through an installation of its own (`muster`)."""

    def __init__(self, data: Path, chosen: Mapping[str, object] = {}) -> None:
        settings = Settings(data=data, directory=None, sources=None).model_copy(update=dict(chosen))
        port = remembered_ports(data, "web")["web"]
        self.settings = prepared(settings).model_copy(update={"port": port})
        self.data = data
        self._starts = 0
        self._running: dict[Part, AsyncExitStack] = {}
        self._pids: dict[Part, int] = {}

    async def start(self, part: Part) -> None:
        """Start a part and wait until it serves."""
        stack = AsyncExitStack()
        match part:
            case Part.POSTGRES:
                postgres = await stack.enter_async_context(embedded_postgres(self.data))
                self.settings = self.settings.model_copy(update={"database_url": postgres.dsn})
                self._pids[part] = postgres.pid
            case Part.TEMPORAL:
                temporal = await stack.enter_async_context(embedded_temporal(self.data, ui=False))
                self.settings = self.settings.model_copy(update={"temporal_address": temporal.address})
                self._pids[part] = temporal.pid
            case Part.WORKER | Part.BOT:
                self._pids[part] = (await stack.enter_async_context(self.beside(part))).pid
        self._running[part] = stack

    @asynccontextmanager
    async def beside(self, part: Part) -> AsyncIterator[Child]:
        """One more worker or bot, at work for as long as the block runs, or until it is killed."""
        async with supervised(self._program(part)) as child:
            await self._ready(child)
            yield child

    async def kill(self, part: Part) -> None:
        """Kill a part as nobody can prevent it, and wait until it is gone."""
        os.kill(self._pids[part], signal.SIGKILL)
        await self._running.pop(part).aclose()

    async def kill_and_restart(self, part: Part) -> None:
        """Kill a part and start it again on the same data and ports."""
        await self.kill(part)
        await self.start(part)

    @contextmanager
    def frozen(self, part: Part) -> Iterator[None]:
        """A part that keeps its connections and does nothing, for as long as the block runs."""
        first = self._pids[part]
        started = Path(f"/proc/{first}/task/{first}/children").read_text("ascii").split()
        family = (first, *map(int, started))
        for pid in family:
            os.kill(pid, signal.SIGSTOP)
        try:
            yield
        finally:
            for pid in family:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGCONT)

    def environment(self) -> dict[str, str]:
        """The settings, as `muster` takes them in a process of its own."""
        chosen = self.settings.model_dump(mode="json", exclude_none=True)
        settings = {f"MUSTER_{name.upper()}": str(value) for name, value in chosen.items()}
        return {"PATH": os.defpath, "PYTHONPATH": str(ROOT), "HOME": str(self.data), **settings}

    async def stop(self) -> None:
        """Stop everything in order."""
        for part in (Part.BOT, Part.WORKER, Part.TEMPORAL, Part.POSTGRES):
            if part in self._running:
                await self._running.pop(part).aclose()

    def tails(self) -> str:
        """What the parts said last, for when a test fails."""
        logs = sorted((self.data / "logs").glob("*.log"))
        return "\n".join(f"== {log.name}\n{log.read_text('utf-8', 'replace')[-3000:]}" for log in logs)

    def replays(self) -> None:
        """Assert that whoever took a workflow over came to what its history says."""
        for log in (self.data / "logs").glob("worker-*.log"):
            assert NONDETERMINISM not in log.read_text("utf-8", "replace"), log.name

    def _program(self, part: Part) -> Program:
        self._starts += 1
        return Program(
            name=part.value,
            command=(sys.executable, "-u", QUICK, part.value),
            log=self.data / "logs" / f"{part}-{self._starts}.log",
            environment=self.environment(),
        )

    async def _ready(self, child: Child) -> None:
        async def says_so() -> bool:
            return b"Ready." in child.program.log.read_bytes()

        await child.ready(says_so, within=timedelta(seconds=40))


@asynccontextmanager
async def house(data: Path, *parts: Part, **chosen: object) -> AsyncIterator[House]:
    """A house with these parts at work, and settings that are chosen otherwise."""
    home = House(data, chosen)
    try:
        await home.start(Part.POSTGRES)
        await home.start(Part.TEMPORAL)
        await migrate_database(home.settings)
        await asyncio.gather(*(home.start(part) for part in parts))
        yield home
        home.replays()
    except BaseException:
        sys.stderr.write(home.tails())
        raise
    finally:
        await home.stop()
