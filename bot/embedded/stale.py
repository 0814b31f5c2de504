"""What a killed Muster may leave behind: a PostgreSQL still stopping, its processes, or its pid file and nobody."""

import asyncio
import os
import signal
from datetime import timedelta
from pathlib import Path

from bot.embedded.errors import EmbeddedServerError
from playbooks.domain.saying import saying

_PATIENCE = timedelta(seconds=10)


async def clear_stale_server(cluster: Path) -> None:
    """See that no server runs on the cluster, and that no pid file claims so.

    The caller holds the data folder's lock, so a server found here belongs to a Muster that is gone.
    Only where the system has /proc; elsewhere PostgreSQL's own check of the pid file must do.

    Raises:
        EmbeddedServerError: a server is there and does not stop.
    """
    file = cluster / "postmaster.pid"
    if not file.exists() or not Path("/proc/self").exists():
        return
    pid = int(file.read_text(encoding="utf-8").split("\n", 1)[0])
    for stop in (signal.SIGINT, signal.SIGQUIT):  # fast, then immediate shutdown
        if not _serves(pid, cluster):
            break
        os.kill(pid, stop)
        await _gone(pid, cluster)
    if _serves(pid, cluster):
        raise EmbeddedServerError(saying("embedded.still_runs", pid=pid, folder=cluster))
    # A killed server's processes notice one after another, and hold its shared memory until then.
    for process in _in(cluster):
        await _gone(process, cluster)
    file.unlink(missing_ok=True)


def _in(cluster: Path) -> list[int]:
    """The processes that stand in the cluster."""
    pids = [int(folder.name) for folder in Path("/proc").glob("[0-9]*")]
    return [pid for pid in pids if _serves(pid, cluster)]


def _serves(pid: int, cluster: Path) -> bool:
    """Whether the process is a server of this cluster, or of its: they stand in its data folder."""
    try:
        return Path(f"/proc/{pid}/cwd").readlink() == cluster
    except OSError:  # no such process, or not ours to look at: then the number was given out again
        return False


async def _gone(pid: int, cluster: Path) -> None:
    deadline = asyncio.get_running_loop().time() + _PATIENCE.total_seconds()
    while _serves(pid, cluster) and asyncio.get_running_loop().time() < deadline:
        await asyncio.sleep(0.02)
