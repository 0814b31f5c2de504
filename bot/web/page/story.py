"""The story: entries as sentences, a window of them at a time, with the days between."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from bot.web.page.group import Group, group_of
from bot.web.page.moments import at_of
from playbooks.domain.document import Document
from playbooks.domain.kinds import Kind
from playbooks.domain.release import Shown
from playbooks.domain.slots import SLOTS
from playbooks.domain.telling import tell
from playbooks.texts import Texts

WINDOW = 300
"""Entries on one page; more of them would be slow on a phone."""


@dataclass(frozen=True, slots=True)
class Told:
    """One entry as it is read."""

    id: str
    position: int | None
    at: datetime | None
    organization: str
    """Empty where it is withheld."""
    group: Group
    said: Document
    withheld: tuple[str, ...]
    """The slots that this reader may not have, by name."""
    marking: str
    """Where the entry is marked otherwise than its incident; else empty."""
    minor: bool = False
    """Of what is about to be done; what came of it follows."""
    new_day: date | None = None
    """Set on the first entry of a day."""


@dataclass(frozen=True, slots=True)
class Window:
    """Some entries of a story, oldest first, and where they stand in it."""

    told: tuple[Told, ...]
    page: int
    pages: int
    total: int


def told(shown: Shown, texts: Texts, marking: str = "") -> Told:
    """One entry for reading; `marking` is the incident's own."""
    own = str(shown.slots.get("marking", ""))
    return Told(
        id=shown.id,
        position=shown.position,
        at=at_of(shown),
        organization=str(shown.slots.get("organization") or ""),
        group=group_of(shown),
        said=tell(shown, texts),
        withheld=tuple(_withheld(shown)),
        marking=own if own != marking else "",
        minor=shown.slots.get("kind") == Kind.EFFECT_INTEND,
    )


def _withheld(shown: Shown) -> Iterator[str]:
    """`who` is read among the data by those who may have it; it goes with the author."""
    for name in SLOTS:
        if name not in shown.slots and (name != "who" or "actor" not in shown.slots):
            yield name


def window(
    story: Sequence[Shown], texts: Texts, marking: str, *, group: Group | None = None, page: int | None = None
) -> Window:
    """The page asked for, the last one without asking; a page that is not there is the nearest that is."""
    chosen = [shown for shown in story if group is None or group_of(shown) is group]
    pages = max(1, -(-len(chosen) // WINDOW))
    page = min(max(page or pages, 1), pages)
    part = chosen[(page - 1) * WINDOW : page * WINDOW]
    return Window(_by_day([told(shown, texts, marking) for shown in part]), page, pages, len(chosen))


def _by_day(lines: Sequence[Told]) -> tuple[Told, ...]:
    day: date | None = None
    marked = []
    for line in lines:
        new = line.at.date() if line.at and line.at.date() != day else None
        day = new or day
        marked.append(replace(line, new_day=new) if new else line)
    return tuple(marked)
