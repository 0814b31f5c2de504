"""The copy of the open incidents on this machine: what is answered from while the database is away.

It holds entries as the record does, and whoever asks is given of them what the release rule gives her as things stood
when the copy was made: who takes part, who is named in a restricted incident, who left. In pages, so that what was
written once is not written again; each sealed under its place (`sealed.py`).
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final, TypeVar

from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError

from bot.kept.sealed import Seal, put
from playbooks.domain.entry import Entry
from playbooks.domain.ids import ConnectionId, IncidentKey

PAGE: Final = 500
"""Entries on a page."""
_INDEX: Final = "index"
_SUFFIX: Final = ".copy"
_Said = TypeVar("_Said", bound=BaseModel)


class _Page(BaseModel):
    model_config = ConfigDict(frozen=True)

    entries: tuple[Entry, ...]


class _Index(BaseModel):
    model_config = ConfigDict(frozen=True)

    copied_at: AwareDatetime
    pages: Mapping[IncidentKey, int]
    standing: tuple[Entry, ...]
    distrusted: tuple[ConnectionId, ...] = ()


@dataclass(frozen=True)
class Copied:
    """The copy as it was last settled."""

    copied_at: datetime
    """As of when everything in it holds."""
    incidents: Mapping[IncidentKey, Sequence[Entry]]
    """The entries of each, in their order."""
    standing: Sequence[Entry]
    """What holds beside every incident: the community as it has itself on record, who covers for whom."""


class LocalCopy:
    """A folder of pages, for its owner alone. One process writes there, any may read."""

    def __init__(self, folder: Path, key: bytes) -> None:
        self.folder = folder
        self._seal = Seal(key)
        self._read: tuple[int, Copied] | None = None

    def write(self, key: IncidentKey, number: int, entries: Iterable[Entry]) -> None:
        """Put one page, anew where there was one."""
        self._put(_page(key, number), _Page(entries=tuple(entries)))

    def settle(
        self,
        copied_at: datetime,
        pages: Mapping[IncidentKey, int],
        standing: Sequence[Entry],
        distrusted: Iterable[ConnectionId] = (),
    ) -> None:
        """So many pages of each incident are the copy now, and nothing else is; and these are not to be trusted."""
        not_trusted = tuple(sorted(distrusted))
        index = _Index(copied_at=copied_at, pages=pages, standing=tuple(standing), distrusted=not_trusted)
        self._put(_INDEX, index)
        kept = {_INDEX, *(_page(key, number) for key, most in pages.items() for number in range(most))}
        for place in self.folder.glob(f"*{_SUFFIX}"):
            if place.stem not in kept:
                place.unlink(missing_ok=True)

    def distrusted(self) -> frozenset[ConnectionId]:
        """The connections that were declared compromised, as of the copy."""
        index = self._get(_INDEX, _Index)
        return frozenset(index.distrusted if index else ())

    def read(self) -> Copied | None:
        """The copy; None where there is none that can be read.

        An incident of which a page is missing is left out: who left it, or was never named, might stand there.
        """
        place = self._place(_INDEX)
        if not place.exists():
            return None
        stamp = place.stat().st_mtime_ns
        if self._read is None or self._read[0] != stamp:
            index = self._get(_INDEX, _Index)
            if index is None:
                return None
            whole = {key: self._entries(key, most) for key, most in index.pages.items()}
            incidents = {key: entries for key, entries in whole.items() if entries is not None}
            self._read = (stamp, Copied(index.copied_at, incidents, index.standing))
        return self._read[1]

    def _entries(self, key: IncidentKey, most: int) -> Sequence[Entry] | None:
        pages = [self._get(_page(key, number), _Page) for number in range(most)]
        whole = [page for page in pages if page is not None]
        return [entry for page in whole for entry in page.entries] if len(whole) == most else None

    def _put(self, name: str, said: BaseModel) -> None:
        put(self._place(name), self._seal.seal(said.model_dump_json().encode(), name))

    def _get(self, name: str, kind: type[_Said]) -> _Said | None:
        try:
            said = self._seal.open(self._place(name).read_bytes(), name)
            return None if said is None else kind.model_validate_json(said)
        except (OSError, ValidationError):
            return None

    def _place(self, name: str) -> Path:
        return self.folder / f"{name}{_SUFFIX}"


def _page(key: IncidentKey, number: int) -> str:
    return f"{hashlib.sha256(key.encode()).hexdigest()[:32]}-{number}"
