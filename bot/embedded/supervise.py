"""Start a child process, wait until it is ready, stop it: the same for every server and part of Muster."""

import asyncio
import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from bot.embedded.errors import EmbeddedServerError, EndedWhileStarting
from bot.embedded.unprivileged import Account
from playbooks.domain.saying import Saying, saying

_GLANCE = timedelta(milliseconds=20)
_LOG_LIMIT = 10_000_000  # bytes; a longer log is set aside when its program next starts
_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


@dataclass(frozen=True, kw_only=True)
class Program:
    """What to run, and how it wants to be stopped."""

    name: str
    command: tuple[str | Path, ...]
    log: Path
    environment: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))
    account: Account | None = None
    stop_signal: signal.Signals = signal.SIGTERM
    patience: timedelta = timedelta(seconds=15)


class Child:
    """A running program. It ends with this process, also when this process is killed (on Linux)."""

    def __init__(self, program: Program) -> None:
        """Start the program, its output appended to its log.

        Raises:
            EmbeddedServerError: it cannot be executed.
        """
        self.program = program
        self._process = _start(program)

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid

    @property
    def exit_code(self) -> int | None:
        """How it ended (a signal's number, negated, when one ended it), None while it runs."""
        return self._process.poll()

    async def ready(self, answers: Callable[[], Awaitable[bool]], *, within: timedelta) -> None:
        """Wait until the probe says that the program serves.

        Raises:
            EmbeddedServerError: the program ended, or the time passed, before it served.
        """
        deadline = _now() + within.total_seconds()
        while True:
            answered = await answers()
            if self.exit_code is not None:  # then whoever answered was somebody else
                what = saying("embedded.ended", name=self.program.name, status=self.exit_code)
                raise EndedWhileStarting(self._trouble(what))
            if answered:
                return
            if _now() > deadline:
                what = saying(
                    "embedded.not_ready", name=self.program.name, seconds=f"{within.total_seconds():.0f}"
                )
                raise EmbeddedServerError(self._trouble(what))
            await asyncio.sleep(_GLANCE.total_seconds())

    async def ended(self) -> int:
        """Wait until the program ends by itself; its exit code."""
        while self.exit_code is None:
            await asyncio.sleep(_GLANCE.total_seconds())
        return self._process.wait()

    async def stop(self) -> int:
        """Ask the program to stop; kill it when its patience runs out, or when this wait is cancelled."""
        if self.exit_code is None:
            self._process.send_signal(self.program.stop_signal)
        try:
            return await asyncio.wait_for(self.ended(), self.program.patience.total_seconds())
        except TimeoutError:
            return self._kill()
        except asyncio.CancelledError:
            self._kill()
            raise

    def _kill(self) -> int:
        self._process.kill()
        return self._process.wait()

    def _trouble(self, what: Saying) -> Saying:
        lines = self.program.log.read_text(encoding="utf-8", errors="replace").splitlines()
        if not lines:
            return saying("embedded.trouble_unsaid", what=what, log=self.program.log)
        return saying("embedded.trouble", what=what, last=lines[-1].strip(), log=self.program.log)


@asynccontextmanager
async def supervised(program: Program) -> AsyncIterator[Child]:
    """Run the program for as long as the block runs."""
    child = Child(program)
    try:
        yield child
    finally:
        await child.stop()


def _start(program: Program) -> subprocess.Popen[bytes]:
    program.log.parent.mkdir(parents=True, exist_ok=True)
    if program.log.exists() and program.log.stat().st_size > _LOG_LIMIT:
        program.log.replace(program.log.with_suffix(".old.log"))
    account = program.account
    with program.log.open("ab") as log:
        try:
            return subprocess.Popen(  # noqa: S603 - the command is ours, no shell reads it
                [str(part) for part in program.command],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=dict(program.environment),
                umask=0o077,
                # "/" is a folder that every account may stand in.
                cwd="/",
                # A session of its own: Ctrl-C reaches Muster alone, which stops its children in order.
                start_new_session=True,
                user=account.uid if account else None,
                group=account.gid if account else None,
                extra_groups=[] if account else None,
                # After the change of account, which would clear the death signal.
                preexec_fn=_end_with_parent(program.stop_signal),  # noqa: PLW1509 - two system calls, no locks
            )
        except OSError as error:
            unstarted = {"name": program.name, "program": program.command[0], "fault": error.strerror}
            raise EmbeddedServerError(saying("embedded.unstarted", **unstarted)) from error


def _end_with_parent(stop_signal: signal.Signals) -> Callable[[], None] | None:
    """Ask the kernel to pass the stop signal to the child when the thread that started it is gone."""
    libc = _libc
    if libc is None:
        return None
    parent = os.getpid()

    def ask() -> None:
        libc.prctl(_PR_SET_PDEATHSIG, stop_signal)
        if os.getppid() != parent:  # it went before we asked
            os.kill(os.getpid(), signal.SIGKILL)

    return ask


def _now() -> float:
    return asyncio.get_running_loop().time()
