"""A playbook as plain text, for a terminal or to be read aloud."""

import textwrap
from collections.abc import Iterator, Mapping

from playbooks.cacao.markings import marking_of
from playbooks.cacao.model import Identifier, Playbook
from playbooks.cacao.show.outline import Entry, begins_aside, outline
from playbooks.cacao.show.wording import beginning, plainly, say

_WIDTH = 100
_INDENT = "   "


def as_text(playbook: Playbook, marks: Mapping[Identifier, str] | None = None) -> str:
    """The playbook as text; `marks` puts a word such as `done` before a step."""
    lines = [playbook.name, "=" * len(playbook.name), ""]
    lines += [", ".join(_facts(playbook)), ""]
    if playbook.description:
        lines += [*textwrap.wrap(plainly(playbook.description), _WIDTH), ""]
    entries = outline(playbook)
    for index, entry in enumerate(entries):
        if begins_aside(entries, index):
            lines += ["", say("aside"), ""]
        lines += _lines(entry, marks or {}, "")
    sources = [f"- {source.name}" for source in playbook.external_references]
    return "\n".join([*lines, *(["", say("sources"), *sources] if sources else [])]) + "\n"


def _facts(playbook: Playbook) -> Iterator[str]:
    yield marking_of(playbook)
    yield say("version", version=playbook.modified)
    for name in ("priority", "severity", "impact"):
        if getattr(playbook, name):
            yield say(name, of=getattr(playbook, name))
    yield from beginning(playbook)


def _lines(entry: Entry, marks: Mapping[Identifier, str], indent: str) -> Iterator[str]:
    mark = f"[{marks[entry.step_id]}] " if entry.step_id in marks else ""
    yield f"{indent}{entry.number}. {mark}{entry.title}" + (f" ({entry.who})" if entry.who else "")
    inner = indent + _INDENT
    for paragraph in entry.work:
        yield from textwrap.wrap(paragraph, _WIDTH, initial_indent=inner, subsequent_indent=inner)
    if entry.opening:
        yield f"{inner}{entry.opening}"
    for title, entries in entry.branches:
        yield f"{inner}{title}:"
        for child in entries:
            yield from _lines(child, marks, inner + _INDENT)
    if entry.on_failure:
        yield inner + say("fails", title=entry.on_failure)
    if entry.leads_to:
        yield inner + say("leads", title=entry.leads_to)
