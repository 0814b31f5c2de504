"""Which format an item is of: the one its source names if the shape fits it, else the first whose shape does.

Formats are looked up by the members an item has, so a body of things that nobody knows costs next to nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from integrations.siem.format import Conditions, Format
from integrations.siem.paths import Item


@dataclass(frozen=True, slots=True)
class Claims:
    """Decides for one source. `named` is the format it names, if there is one of that name."""

    formats: tuple[Format, ...]
    named: Format | None

    def __call__(self, item: Item) -> Format | None:
        """The format of an item, or None."""
        if self.named is not None and self.named.claims(item, named=True):
            return self.named
        members = _members(self.formats)
        possible = {place for member in members if member in item.body for place in members[member]}
        return next((self.formats[at] for at in sorted(possible) if self.formats[at].claims(item)), None)


def claims(source: str | None, formats: tuple[Format, ...]) -> Claims:
    """The decision for a source that states `source` as its format, by name or alias; None states nothing."""
    return Claims(formats, format_named(source, formats) if source else None)


def format_named(name: str, formats: tuple[Format, ...]) -> Format | None:
    """The format of a name or alias, whatever its case and whether written with `-`, `_` or blanks."""
    return _names(formats).get(_fold(name))


@lru_cache(maxsize=8)
def _names(formats: tuple[Format, ...]) -> Mapping[str, Format]:
    return {_fold(name): form for form in reversed(formats) for name in (*form.aliases, form.name)}


@lru_cache(maxsize=8)
def _members(formats: tuple[Format, ...]) -> Mapping[str, tuple[int, ...]]:
    """Top-level member to the places in `formats` of those that may have it."""
    found: dict[str, list[int]] = {}
    for at, form in enumerate(formats):
        for member in sorted({member for shape in form.shapes for member in _needed(shape)}):
            found.setdefault(member, []).append(at)
    return {member: tuple(places) for member, places in found.items()}


def _needed(shape: Conditions) -> tuple[str, ...]:
    """Members of which an item of this shape has at least one: those that can begin its first present place."""
    first = next(filter(None, (one.asks_for for one in shape)))
    return tuple(key for key, _ in first.ways[0])


def _fold(name: str) -> str:
    return name.strip().casefold().replace("_", "-").replace(" ", "-")
