"""A bundle's file: written whole or not at all, and read in pieces however long it is."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from bot.cli.progress import Advanced

_PIECE = 1 << 20


@contextmanager
def placed(path: Path) -> Iterator[BinaryIO]:
    """A file that is in its place once the block is done; nothing of it is left when it fails."""
    draft = path.with_name(f".{path.name}.part")
    try:
        with draft.open("wb") as file:
            yield file
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


@dataclass(frozen=True)
class BundleFile:
    """A bundle in pieces, as often as it is gone through; `advanced` is told how many bytes were read of how many."""

    path: Path
    advanced: Advanced = lambda _done, _total: None

    def __iter__(self) -> Iterator[bytes]:
        total = self.path.stat().st_size
        with self.path.open("rb") as file:
            while piece := file.read(_PIECE):
                yield piece
                self.advanced(file.tell(), total)
