"""What stands in files and is read again when they change; a broken change is not taken up."""

import logging
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Generic, TypeVar

from playbooks.domain.errors import Malformed

_LOG = logging.getLogger(__name__)
LOOK_EVERY = 1.0
"""Seconds between looks at the files' times."""

T = TypeVar("T")


class Reread(Generic[T]):
    """What `load` makes of files, as it is in force."""

    def __init__(self, what: str, load: Callable[[], T], files: Callable[[T], Iterable[Path]]) -> None:
        """Load it; `files` tells which it depends on. Raises what `load` raises: Malformed, OSError."""
        self._what = what
        self._load = load
        self._files = files
        self._take_up()

    def __call__(self) -> T:
        """As it is in force."""
        if time.monotonic() - self._looked_at > LOOK_EVERY:
            self._look()
        return self._loaded

    def _look(self) -> None:
        self._looked_at = time.monotonic()
        try:
            if self._times_of(self._loaded) != self._times:
                self._take_up()
        except (Malformed, OSError) as error:
            _LOG.warning("%s as they were stay in force: %s", self._what, error)

    def _take_up(self) -> None:
        loaded = self._load()
        self._loaded, self._times = loaded, self._times_of(loaded)
        self._looked_at = time.monotonic()

    def _times_of(self, loaded: T) -> tuple[tuple[Path, int], ...]:
        return tuple((file, file.stat().st_mtime_ns) for file in self._files(loaded))
