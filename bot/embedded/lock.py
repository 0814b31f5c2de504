"""One Muster to a data folder."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.embedded.errors import EmbeddedServerError


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
            holder = file.read().strip() or "unknown"
            message = (
                f"Muster is already running on {data} (pid {holder}); stop it or pass --data another folder."
            )
            raise EmbeddedServerError(message) from None
        file.truncate(0)
        file.write(f"{os.getpid()}\n")
        file.flush()
        yield
