"""The data folder: one Muster to it at a time, and away with it."""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.embedded.errors import EmbeddedServerError
from playbooks.domain.saying import saying


@contextmanager
def data_lock(data: Path) -> Iterator[None]:
    """Hold the data folder for this process; the folder is made when it is missing.

    The kernel lets go of the lock when the process ends, however it ends, so a lock is never stale.

    Raises:
        EmbeddedServerError: another process holds the folder.
    """
    data.mkdir(parents=True, exist_ok=True)
    with (data / "lock").open("a+", encoding="ascii") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            holder = file.read().strip() or None
            raise EmbeddedServerError(saying("embedded.running", folder=data, pid=holder)) from None
        file.truncate(0)
        file.write(f"{os.getpid()}\n")
        file.flush()
        yield


def remove_data(data: Path) -> None:
    """Remove the data folder, and the database that it may only link to (see `unprivileged`).

    Raises:
        EmbeddedServerError: a Muster is running on it.
    """
    if data.exists():
        with data_lock(data):
            shutil.rmtree((data / "postgres").resolve(), ignore_errors=True)
            shutil.rmtree(data)
