import os
import signal
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import pytest

from bot.embedded import Child, EmbeddedServerError, Program, supervised

LONG = timedelta(seconds=20)
SERVE = "print('serving', flush=True); import time; time.sleep(60)"
DEAF = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); " + SERVE
PARENT = """
import asyncio, signal, sys
from pathlib import Path
from bot.embedded import Program, supervised
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background job inherits that it is ignored
async def main():
    command = (sys.executable, "-c", "import time; time.sleep(60)")
    async with supervised(Program(name="child", command=command, log=Path(sys.argv[1]))) as child:
        print(child.pid, flush=True)
        while True:  # as Muster does: a loop that never wakes may sleep through a signal that comes as it falls asleep
            await asyncio.sleep(0.05)
asyncio.run(main())
"""


@pytest.fixture
def program(tmp_path: Path) -> Callable[..., Program]:
    def write(code: str, patience: timedelta = LONG) -> Program:
        command = (sys.executable, "-c", code)
        return Program(
            name="server", command=command, log=tmp_path / "logs" / "server.log", patience=patience
        )

    return write


def serving(child: Child) -> Callable[[], Awaitable[bool]]:
    async def answers() -> bool:
        return "serving" in child.program.log.read_text(encoding="utf-8")

    return answers


def alive(pid: int) -> bool:
    try:
        status = Path(f"/proc/{pid}/stat").read_text(encoding="ascii")
    except FileNotFoundError:
        return False
    return status.rsplit(")", 1)[1].split()[0] != "Z"


def await_death(pid: int) -> bool:
    deadline = time.monotonic() + LONG.total_seconds()
    while alive(pid) and time.monotonic() < deadline:
        time.sleep(0.01)
    return not alive(pid)


async def test_a_program_runs_as_long_as_the_block(program: Callable[..., Program]) -> None:
    async with supervised(program(SERVE)) as child:
        await child.ready(serving(child), within=LONG)
        assert child.exit_code is None
    assert child.exit_code == -signal.SIGTERM


async def test_a_program_deaf_to_its_stop_signal_is_killed_when_patience_runs_out(
    program: Callable[..., Program],
) -> None:
    async with supervised(program(DEAF, patience=timedelta(seconds=0.2))) as child:
        await child.ready(serving(child), within=LONG)
    assert child.exit_code == -signal.SIGKILL


async def test_a_program_that_ends_while_starting_is_told_with_its_last_words(
    program: Callable[..., Program],
) -> None:
    async with supervised(program("import sys; sys.exit('the port is taken')")) as child:
        with pytest.raises(
            EmbeddedServerError, match=r"exit code 1\): the port is taken .its log: .*server.log"
        ):
            await child.ready(serving(child), within=LONG)


async def test_a_program_that_never_serves_is_told_when_the_time_is_up(
    program: Callable[..., Program],
) -> None:
    async with supervised(program("import time; time.sleep(60)")) as child:
        with pytest.raises(EmbeddedServerError, match="server was not ready within 0 s"):
            await child.ready(serving(child), within=timedelta(seconds=0.1))


async def test_a_program_that_is_not_there_is_one_clear_sentence(tmp_path: Path) -> None:
    with pytest.raises(EmbeddedServerError, match=r"^server cannot be started: /no/such/thing: No such file"):
        Child(Program(name="server", command=("/no/such/thing",), log=tmp_path / "server.log"))


async def test_a_long_log_is_set_aside_at_the_next_start(program: Callable[..., Program]) -> None:
    chatty = program("pass")
    chatty.log.parent.mkdir()
    chatty.log.write_bytes(b"x" * 10_000_001)
    await Child(chatty).ended()
    assert chatty.log.stat().st_size == 0
    assert (chatty.log.parent / "server.old.log").stat().st_size == 10_000_001


@pytest.mark.parametrize("blow", [signal.SIGKILL, signal.SIGINT])
def test_the_children_of_a_killed_or_interrupted_muster_end_too(tmp_path: Path, blow: signal.Signals) -> None:
    command = [sys.executable, "-c", PARENT, str(tmp_path / "child.log")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        assert os.getpgid(child) != os.getpgid(parent.pid)  # so a Ctrl-C in the terminal does not reach it
        parent.send_signal(blow)
    assert await_death(child)
