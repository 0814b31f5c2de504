"""A playbook as Markdown: a checklist with a heading."""

import re
from collections.abc import Iterator, Mapping

from playbooks.cacao.markings import marking_of
from playbooks.cacao.model import Identifier, Playbook
from playbooks.cacao.show.outline import Entry, begins_aside, outline
from playbooks.cacao.show.wording import beginning, plainly, say

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>()#+!|~-])")


def as_markdown(playbook: Playbook, marks: Mapping[Identifier, str] | None = None) -> str:
    """The playbook as Markdown; a step in `marks` is ticked off, with the word after it."""
    lines = [f"# {escaped(playbook.name)}", "", " · ".join(_facts(playbook)), ""]
    if playbook.description:
        lines += [escaped(plainly(playbook.description)), ""]
    entries = outline(playbook)
    for index, entry in enumerate(entries):
        if begins_aside(entries, index):
            lines += ["", f"## {escaped(say('aside'))}", ""]
        lines += _lines(entry, marks or {}, "")
    if playbook.external_references:
        lines += ["", f"## {escaped(say('sources').rstrip(':'))}", ""]
        lines += [
            f"- {escaped(source.name)}" + _address(source.url) for source in playbook.external_references
        ]
    return "\n".join(lines) + "\n"


def _facts(playbook: Playbook) -> Iterator[str]:
    yield marking_of(playbook)
    yield say("version", version=playbook.modified)
    yield from beginning(playbook)


def _address(url: str | None) -> str:
    return f", <{url}>" if url and re.fullmatch(r"https?://[^\s<>]+", url) else ""


def escaped(text: str) -> str:
    """The text so that no character of it means anything in Markdown, on one line."""
    return _SPECIAL.sub(r"\\\1", " ".join(text.split()))


def _lines(entry: Entry, marks: Mapping[Identifier, str], indent: str) -> Iterator[str]:
    mark = marks.get(entry.step_id)
    ending = f" *({escaped(mark)})*" if mark else ""
    yield f"{indent}- [{'x' if mark else ' '}] **{escaped(entry.number)} {escaped(entry.title)}**{ending}"
    inner = indent + "  "
    if entry.who:
        yield f"{inner}*{escaped(entry.who)}*"
    yield from (f"{inner}{escaped(paragraph)}" for paragraph in entry.work)
    if entry.opening:
        yield f"{inner}{escaped(entry.opening)}"
    for title, entries in entry.branches:
        yield f"{inner}- {escaped(title)}"
        for child in entries:
            yield from _lines(child, marks, inner + "  ")
    if entry.on_failure:
        yield inner + escaped(say("fails", title=entry.on_failure))
    if entry.leads_to:
        yield inner + escaped(say("leads", title=entry.leads_to))
