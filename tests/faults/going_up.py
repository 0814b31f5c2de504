"""`muster up` as a person starts it: a process of its own, with everything that it started."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path

from bot.embedded import remembered_ports
from tests.faults.house import QUICK, ROOT, until

_STOPS = timedelta(seconds=30)


class Up:
    """One `muster up` on a data folder."""

    def __init__(self, data: Path) -> None:
        self._out = data.parent / f"up-{len(list(data.parent.glob('up-*')))}"
        port = remembered_ports(data, "web")["web"]
        self.page = f"http://127.0.0.1:{port}/incidents"
        with self._out.open("wb") as out:
            self._process = subprocess.Popen(
                [sys.executable, "-u", str(QUICK), "up", "--data", str(data), "--port", str(port)],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                env={"PATH": os.defpath, "PYTHONPATH": str(ROOT), "HOME": str(data)},
                start_new_session=True,
            )

    @property
    def said(self) -> str:
        """What it has written so far."""
        return self._out.read_text("utf-8")

    async def ready(self) -> None:
        """Wait until it has said what a person needs to know."""

        async def says_so() -> bool:
            assert self._process.poll() is None, self.said
            return "Ctrl-C stops everything" in self.said

        await until(says_so, "muster up is ready")

    async def ended(self) -> int:
        """Wait until it ends by itself; its exit code."""

        async def is_over() -> bool:
            return self._process.poll() is not None

        await until(is_over, "muster up ends", _STOPS)
        return self._process.wait()

    async def stop(self) -> int:
        """What Ctrl-C does; its exit code."""
        self._process.send_signal(signal.SIGINT)
        return await self.ended()

    async def kill(self) -> None:
        """Kill it as nobody can prevent."""
        self._process.kill()
        await self.ended()

    def reap(self) -> None:
        """Take note of its end."""
        self._process.wait()

    def family(self) -> set[int]:
        """It and everything that it started, and what these started."""
        parents = dict(_parents())
        family = {self._process.pid} if self._process.poll() is None else set()
        while more := {pid for pid, parent in parents.items() if parent in family} - family:
            family |= more
        return family


@contextmanager
def up(data: Path) -> Iterator[Up]:
    """A `muster up`; gone when the block is left, however it is."""
    running = Up(data)
    try:
        yield running
    finally:
        for pid in running.family():
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        running.reap()


def alive(pids: set[int]) -> set[int]:
    """Those that still run; one that ended and was not yet asked for counts as gone."""
    return pids & {pid for pid, _parent in _parents()}


async def gone(pids: set[int]) -> None:
    """Wait until none of them runs."""

    async def none_left() -> bool:
        return not alive(pids)

    await until(none_left, f"{len(pids)} processes end", _STOPS)


def _parents() -> Iterator[tuple[int, int]]:
    """Every process that runs, with its parent."""
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            state, parent = (folder / "stat").read_text("ascii", "replace").rpartition(")")[2].split()[:2]
        except OSError:
            continue
        if state != "Z":
            yield int(folder.name), int(parent)
