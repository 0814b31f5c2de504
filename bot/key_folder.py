"""The folder of keys: opened by one process at a time, so that two that start together make one key, not two."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def locked(folder: Path) -> Iterator[Path]:
    """Hold the folder for as long as the block runs; it is made, for its owner alone, where it is missing."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (folder / "lock").open("a", encoding="ascii") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield folder
