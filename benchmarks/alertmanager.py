"""Prometheus Alertmanager beside our intake, where it is installed (Debian's prometheus-alertmanager).

It keeps alerts in memory and loses them with its process, so it is no equal; it shows how fast taking alerts can be.
"""

import asyncio
import json
import shutil
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

from benchmarks.http_load import load, post
from benchmarks.served_intake import listening
from bot.embedded import free_port

NAME: Final = "Alertmanager, in memory"
_PROGRAM: Final = "prometheus-alertmanager"
_CONFIGURATION: Final = "route: {receiver: nobody}\nreceivers: [{name: nobody}]\n"


def is_installed() -> bool:
    """Whether there is one on this machine."""
    return shutil.which(_PROGRAM) is not None


@asynccontextmanager
async def alertmanager() -> AsyncIterator[int]:
    """One of its own, gone afterwards with all that it knows; yields its port."""
    with tempfile.TemporaryDirectory(prefix="muster-bench-am-") as folder:
        configuration = Path(folder) / "alertmanager.yml"
        configuration.write_text(_CONFIGURATION, "utf-8")
        port = free_port()
        process = await asyncio.create_subprocess_exec(
            _PROGRAM,
            f"--config.file={configuration}",
            f"--storage.path={folder}",
            f"--web.listen-address=127.0.0.1:{port}",
            "--cluster.listen-address=",
            "--log.level=error",
        )
        try:
            await listening(port)
            yield port
        finally:
            process.terminate()
            await process.wait()


async def accepted(port: int, hosts: Sequence[str], batch: int, connections: int) -> float:
    """Alerts a second, one for each host, so many a post."""
    alerts = [_alert(host) for host in hosts]
    bodies = [alerts[at : at + batch] for at in range(0, len(alerts), batch)]
    headers = {"Content-Type": "application/json"}
    posts = [post("/api/v2/alerts", b"[" + b",".join(body) + b"]", headers) for body in bodies]
    return (await load(port, posts, connections=connections, expect=200)).per_second * batch


def _alert(host: str) -> bytes:
    """Of about the size of ours."""
    description = "A process renamed and rewrote files in many folders of a share. " * 4
    return json.dumps(
        {
            "labels": {"alertname": "MassEncryption", "severity": "critical", "instance": host},
            "annotations": {"summary": "many files were encrypted", "description": description},
            "startsAt": "2026-11-22T09:00:00Z",
            "endsAt": "2036-11-22T09:00:00Z",
        }
    ).encode()
