"""The entries of a shorthand file, numbered and named: which step stands where, and what follows it by default."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from pydantic import JsonValue

from playbooks.cacao.finding import Finding, Path, refuse
from playbooks.cacao.shorthand.words import END, KINDS, STEPS, TRANSITIONS

RULE = "Muster shorthand"
Object = dict[str, JsonValue]


@dataclass
class Entry:
    """One step of the file. `follows` is the label of what comes after it when it says nothing."""

    label: str
    kind: str
    path: Path
    properties: Object
    is_named: bool = True
    follows: str | None = None
    branches: dict[str, list[str]] = field(default_factory=dict)
    """Property (`then`, `parallel`) to the labels where its branches begin, in order."""


class Entries:
    """Reads the lists of steps of a file, outermost first."""

    def __init__(self, steps: JsonValue) -> None:
        self.by_label: dict[str, Entry] = {}
        self.findings: list[Finding] = []
        self.first = self._list(steps, (STEPS,), "end of the playbook")

    def _list(self, steps: JsonValue, path: Path, empty_end: str) -> str:
        """Read one list; answers the label of its first step."""
        if not isinstance(steps, list):
            self._wrong(path, "no_steps")
            return ""
        read = [self._entry(value, (*path, index)) for index, value in enumerate(steps)]
        entries = [entry for entry in read if entry is not None]
        previous: Entry | None = None
        for entry in entries:
            if entry.kind == END and not entry.label:
                entry.label = _end_after(previous, empty_end)
            self._register(entry)
            if previous is not None and falls_through(previous):
                previous.follows = entry.label
            previous = entry
        if previous is None or falls_through(previous):
            end = Entry(_end_after(previous, empty_end), END, path, {}, is_named=False)
            self._register(end)
            if previous is not None:
                previous.follows = end.label
            entries.append(end)
        return entries[0].label

    def _register(self, entry: Entry) -> None:
        if entry.label in self.by_label:
            self._wrong(entry.path, "same_name", named=entry.label)
        self.by_label[entry.label] = entry
        for branch in _branches(entry):
            self._open(entry, *branch)

    def _open(self, entry: Entry, word: str, name: str, value: JsonValue, path: Path) -> None:
        """A branch is a list of steps, or the label of a step that stands elsewhere."""
        start = value if isinstance(value, str) else self._list(value, path, f"end of {entry.label}: {name}")
        entry.branches.setdefault(word, []).append(start)

    def _entry(self, value: JsonValue, path: Path) -> Entry | None:
        if value == END:
            return Entry("", END, path, {}, is_named=False)
        if isinstance(value, dict):
            word = END if END in value else "step"
            label = value.get(word)
            if isinstance(label, str) and label:
                rest = {key: item for key, item in value.items() if key != word}
                return Entry(label, END if word == END else _kind(rest), path, rest)
        self._wrong(path, "no_step")
        return None

    def _wrong(self, path: Path, code: str, **named: object) -> None:
        self.findings.append(refuse(path, RULE, code, remedy="", **named))


def falls_through(entry: Entry) -> bool:
    """Whether the step goes on to the next of the list because it names no other."""
    return entry.kind != END and not any(word in entry.properties for word in TRANSITIONS[:2])


def _end_after(previous: Entry | None, empty_end: str) -> str:
    return f"end after {previous.label}" if previous is not None else empty_end


def _kind(properties: Object) -> str:
    return next((kind for word, (kind, _) in KINDS.items() if word in properties), "action")


def _branches(entry: Entry) -> Iterator[tuple[str, str, JsonValue, Path]]:
    """Word, name, content and path of every branch of a step."""
    if entry.kind in ("if-condition", "while-condition"):
        for word in ("then", "do", "else"):
            if word in entry.properties:
                yield word, word, entry.properties[word], (*entry.path, word)
    elif entry.kind in ("parallel", "switch-condition"):
        word = "parallel" if entry.kind == "parallel" else "cases"
        many = entry.properties.get(word)
        named = many.items() if isinstance(many, dict) else enumerate(many) if isinstance(many, list) else ()
        for name, value in named:
            yield word, str(name if isinstance(name, str) else name + 1), value, (*entry.path, word, name)
