"""The story: entries as sentences, a window of them at a time, with the days between."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from types import MappingProxyType

from bot.web.page.group import Group, group_of
from bot.web.page.moments import at_of, happened_at
from playbooks.actions.routine import is_routine
from playbooks.domain.document import Document
from playbooks.domain.kinds import Kind
from playbooks.domain.proof.slots import SLOTS
from playbooks.domain.release import Shown
from playbooks.domain.telling import tell
from playbooks.domain.tongue import local
from playbooks.domain.trace import Trace
from playbooks.texts import Texts

WINDOW = 300
"""Entries on one page; more of them would be slow on a phone."""


@dataclass(frozen=True, slots=True)
class Correction:
    """What supersedes an entry; the entry itself stays."""

    id: str
    position: int | None
    at: datetime | None
    said: Document


Corrections = Mapping[str, Sequence[Shown]]
"""The corrections of each entry that has any, oldest first."""


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
    happened_at: datetime | None = None
    """Of what was entered late."""
    corrections: tuple[Correction, ...] = ()
    minor: bool = False
    """Routine: what was about to be done, and what went well and leaves nothing to take back. Read on demand."""
    new_day: date | None = None
    """Set on the first entry of a day."""


@dataclass(frozen=True, slots=True)
class Window:
    """Some entries of a story, oldest first, and where they stand in it."""

    told: tuple[Told, ...]
    page: int
    pages: int
    total: int


def corrections(story: Iterable[Shown]) -> Corrections:
    """What corrects what, as far as this reader may know."""
    found: dict[str, list[Shown]] = {}
    for shown in story:
        if shown.slots.get("kind") == Kind.ENTRY_CORRECT and "data" in shown.slots:
            found.setdefault(str(shown.slots["data"].get("entry")), []).append(shown)
    return found


def told(
    shown: Shown, texts: Texts, marking: str = "", corrected: Corrections = MappingProxyType({})
) -> Told:
    """One entry for reading; `marking` is the incident's own."""
    own = str(shown.slots.get("marking", ""))
    return Told(
        id=shown.id,
        position=shown.position,
        at=at_of(shown),
        organization=str(shown.slots.get("organization") or ""),
        group=group_of(str(shown.slots.get("kind", ""))),
        said=tell(shown, texts),
        withheld=tuple(_withheld(shown)),
        marking=own if own != marking else "",
        happened_at=happened_at(shown),
        corrections=tuple(
            Correction(each.id, each.position, at_of(each), tell(each, texts))
            for each in corrected.get(shown.id, ())
        ),
        minor=is_routine(shown),
    )


def _withheld(shown: Shown) -> Iterator[str]:
    """`who` is read among the data by those who may have it; it goes with the author."""
    for name in SLOTS:
        if name not in shown.slots and (name != "who" or "actor" not in shown.slots):
            yield name


@dataclass(frozen=True, slots=True)
class Leaf:
    """Which entries a page of the story holds, and which correct one of them."""

    traces: tuple[Trace, ...]
    correcting: tuple[Trace, ...]
    page: int
    pages: int
    total: int


def leaf(
    story: Sequence[Trace], *, group: Group | None = None, page: int | None = None, entry: str = ""
) -> Leaf:
    """The page asked for, or that of an entry, or the last one; a page that is not there is the nearest that is."""
    chosen = story if group is None else [trace for trace in story if group_of(trace.kind) is group]
    pages = max(1, -(-len(chosen) // WINDOW))
    found = next((at for at, trace in enumerate(chosen) if trace.id == entry), None) if entry else None
    page = found // WINDOW + 1 if found is not None else min(max(page or pages, 1), pages)
    part = tuple(chosen[(page - 1) * WINDOW : page * WINDOW])
    ids = {trace.id for trace in part}
    correcting = (trace for trace in story if trace.kind == Kind.ENTRY_CORRECT)
    meant = tuple(trace for trace in correcting if trace.facts.get("entry") in ids)
    return Leaf(part, meant, page, pages, len(chosen))


def window(held: Leaf, shown: Mapping[str, Shown], texts: Texts, marking: str) -> Window:
    """The page's entries told; `shown` has those of the leaf by id. What is gone since then is not there."""
    corrected = corrections(shown[trace.id] for trace in held.correcting if trace.id in shown)
    lines = [told(shown[t.id], texts, marking, corrected) for t in held.traces if t.id in shown]
    return Window(_by_day(lines), held.page, held.pages, held.total)


def _by_day(lines: Sequence[Told]) -> tuple[Told, ...]:
    day: date | None = None
    marked = []
    for line in lines:
        here = local(line.at).date() if line.at else None
        new = here if here != day else None
        day = new or day
        marked.append(replace(line, new_day=new) if new else line)
    return tuple(marked)
