"""A set of codes that outlives the process, in a file of the data folder; what others wrote there is seen."""

import json
from collections.abc import Iterator, MutableSet
from contextlib import suppress
from pathlib import Path

from typing_extensions import override

from bot.kept.sealed import put


class Remembered(MutableSet[str]):
    """Read again when the file changed; where it cannot be read or written, this process remembers for itself."""

    def __init__(self, place: Path) -> None:
        self._place = place
        self._stamp: int | None = None
        self._known: set[str] = set()

    @override
    def __contains__(self, item: object) -> bool:
        return item in self._now()

    @override
    def __iter__(self) -> Iterator[str]:
        return iter(frozenset(self._now()))

    @override
    def __len__(self) -> int:
        return len(self._now())

    @override
    def add(self, value: str) -> None:
        if value not in self._now():
            self._keep(self._known | {value})

    @override
    def discard(self, value: str) -> None:
        if value in self._now():
            self._keep(self._known - {value})

    def _now(self) -> set[str]:
        with suppress(OSError, ValueError):
            stamp = self._place.stat().st_mtime_ns
            if stamp != self._stamp:
                self._known, self._stamp = set(map(str, json.loads(self._place.read_text("utf-8")))), stamp
        return self._known

    def _keep(self, known: set[str]) -> None:
        self._known = known
        with suppress(OSError):
            put(self._place, json.dumps(sorted(known)).encode())
            self._stamp = self._place.stat().st_mtime_ns
