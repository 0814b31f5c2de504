"""How the directory came to say what it says: its changes by command and in its files, for one reader."""

from collections.abc import Iterable, Iterator

from playbooks.directory.changes import FILE_KINDS
from playbooks.domain.document import Block, Bullets, Document, Inline, Paragraph, paragraph
from playbooks.domain.entry import Entry
from playbooks.domain.proof.slots import SLOTS
from playbooks.domain.release import Reader, Shown, show, shown_of
from playbooks.domain.telling import story_line
from playbooks.texts import Texts
from playbooks.texts.wording import sentence


def released(entries: Iterable[Entry], reader: Reader, organization: str | None = None) -> tuple[Shown, ...]:
    """What a reader may have of these, in their order; about one organization, there still or not, if it is named."""
    asked = (
        each
        for each in entries
        if organization is None or organization.casefold() == each.data["organization"].casefold()
    )
    return tuple(shown for each in asked if not (shown := show(each, reader)).is_withheld)


def told_history(texts: Texts, changes: Iterable[Shown]) -> Document:
    """The changes one after another; of files, field by field."""
    blocks = tuple(block for each in changes for block in _told(texts, each))
    return Document(blocks=blocks or (paragraph(*texts.parts("directory.no_history")),))


def about_to_be_told(texts: Texts, entries: Iterable[Entry]) -> Document:
    """What would be recorded of files, for whoever has them before her."""
    everything = frozenset(SLOTS) - {"at"}
    told = told_history(texts, (shown_of(entry, everything, None) for entry in entries))
    return Document(blocks=(paragraph(*texts.parts("directory.pending")), *told.blocks))


def _told(texts: Texts, shown: Shown) -> Iterator[Block]:
    if shown.slots.get("kind") not in FILE_KINDS:
        yield Paragraph(parts=story_line(shown, texts))
        return
    plain = {name: value for name, value in shown.slots.items() if name != "texts"}
    yield Paragraph(parts=story_line(shown.model_copy(update={"slots": plain}), texts))
    yield Bullets(items=tuple(fields_changed(texts, shown)))


def fields_changed(texts: Texts, shown: Shown) -> Iterator[tuple[Inline, ...]]:
    """Each field with what stood there and what stands there now; people's particulars by what stands there alone."""
    data = shown.slots.get("data") or {}
    before, after = data.get("before", {}), {**data.get("after", {}), **(shown.slots.get("texts") or {})}
    for field in data.get("fields", ()):
        way = "changed" if field in before and field in after else "told" if field in after else "gone"
        said = {"path": field, "before": before.get(field), "after": after.get(field)}
        yield sentence(texts, f"directory.field.{way}", said)
