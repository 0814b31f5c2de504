"""The steps of a playbook in the order of doing, branches inside the steps that open them."""

from collections import deque

from pydantic import JsonValue

from playbooks.cacao.extension import EXTENSION_ID
from playbooks.cacao.shorthand.commands import shorten_commands
from playbooks.cacao.shorthand.definitions import shorten_sources
from playbooks.cacao.shorthand.durations import spoken
from playbooks.cacao.shorthand.entries import Object
from playbooks.cacao.shorthand.labels import Labels
from playbooks.cacao.shorthand.variables import (
    plain_name,
    shorten_condition,
    shorten_names,
    shorten_switch,
    shorten_variables,
)
from playbooks.cacao.shorthand.words import END, NOTES, OTHER, STANDARD, START, STEP, STEP_WORDS, TRANSITIONS

_DEEPEST = 10
"""Branches that lie deeper stand at the end of the file, under their label."""

_BRANCHES = ("next_steps", "on_true", "on_false", "cases")
_SILENT = (
    "type",
    "name",
    "commands",
    "step_extensions",
    *TRANSITIONS,
    *_BRANCHES,
    "condition",
    "switch",
    "playbook_id",
)
_WORDS = {name: word for word, name in STEP.items()}


class Listing:
    """Places every step once; everything else refers to it by its label."""

    def __init__(self, data: Object, labels: Labels) -> None:
        workflow = data.get("workflow")
        named = workflow.items() if isinstance(workflow, dict) else ()
        self._steps: dict[str, Object] = {name: step for name, step in named if isinstance(step, dict)}
        self._data = data
        self._labels = labels
        self.entries: dict[str, Object] = {}
        """Step id to what stands for it in the file."""
        self._placed: dict[str, None] = {}
        self._waiting: deque[str] = deque()
        self._declared = self._all_variables()

    def _all_variables(self) -> dict[str, None]:
        dictionaries = [
            self._data.get("playbook_variables"),
            *(s.get("step_variables") for s in self._steps.values()),
        ]
        return {name: None for variables in dictionaries if isinstance(variables, dict) for name in variables}

    def start(self) -> Object:
        """What is to be said about the start, which is mostly nothing."""
        start_id = self._start_id
        if start_id is None:
            return {"workflow_start": self._labels.step(self._data.get("workflow_start"))}
        said = self._properties(self._steps[start_id], START)
        return {START: said} if said else {}

    @property
    def _start_id(self) -> str | None:
        start = self._data.get("workflow_start")
        return start if isinstance(start, str) and self._steps.get(start, {}).get("type") == START else None

    def steps(self) -> list[JsonValue]:
        """The outermost list: the main line, then whatever only a failure or nothing leads to."""
        start_id, listed = self._start_id, list[JsonValue]()
        if start_id is not None:
            self._placed[start_id] = None
            first = self._steps[start_id].get("on_completion")
            self._chain(str(first), listed, "end of the playbook", 0)
        else:
            self._chain(str(self._data.get("workflow_start")), listed, "end of the playbook", 0)
        for identifier in self._steps:
            self._drain(listed)
            if identifier not in self._placed:
                self._chain(identifier, listed, "end of the playbook", 0)
        self._drain(listed)
        return _trimmed(listed)

    def _drain(self, listed: list[JsonValue]) -> None:
        while self._waiting:
            self._chain(self._waiting.popleft(), listed, "end of the playbook", 0)

    def _chain(self, identifier: str, listed: list[JsonValue], empty_end: str, depth: int) -> None:
        """Place a step and what follows it by default, until something already placed or an end."""
        current: str | None = identifier
        previous = ""
        while current in self._steps and current not in self._placed:
            step = self._steps[current]
            self._placed[current] = None
            if step.get("type") == END:
                listed.append(
                    self._end(current, step, f"end after {previous}" if previous else empty_end, listed)
                )
                return
            label = str(self._labels.step(current))
            follows = next(
                (step[name] for name in ("on_completion", "on_success") if isinstance(step.get(name), str)),
                None,
            )
            is_next = self._follows_on(step, follows)
            entry = self._entry(label, step, is_next=is_next, depth=depth)
            self.entries[current] = entry
            listed.append(entry)
            if not is_next:
                return
            previous, current = label, str(follows)
            if current in self._placed:
                # a branch of this very step has taken it meanwhile
                self._say(listed, step, current)
                return

    def _follows_on(self, step: Object, follows: JsonValue) -> bool:
        """Whether the shorthand's default says the same as the step: go on to a step that comes right after."""
        if not isinstance(follows, str) or follows not in self._steps or follows in self._placed:
            return False
        expected = "on_success" if isinstance(step.get("on_failure"), str) else "on_completion"
        others = [name for name in TRANSITIONS[:2] if name in step and name != expected]
        return expected in step and not others

    def _say(self, listed: list[JsonValue], step: Object, target: str) -> None:
        name = "on_completion" if "on_completion" in step else "on_success"
        entry = listed[-1]
        if isinstance(entry, dict):
            entry[name] = self._labels.step(target)

    def _end(self, identifier: str, step: Object, automatic: str, listed: list[JsonValue]) -> JsonValue:
        name = step.get("name")
        is_plain = "name" not in step and self._labels.is_free(automatic)
        if is_plain and (not listed or automatic.startswith("end after ")):
            self._labels.name("steps", identifier, END, automatic)
            rest = self._properties(step, automatic)
            return END if rest == {"name": None} else {END: automatic, **rest}
        label = self._labels.name("steps", identifier, END, name if isinstance(name, str) else automatic)
        return {END: label, **self._properties(step, label)}

    def _entry(self, label: str, step: Object, *, is_next: bool, depth: int) -> Object:
        entry: Object = {"step": label, **self._properties(step, label)}
        entry |= self._opening(label, step, depth)
        entry |= self._closing(step, is_next=is_next)
        return entry

    def _properties(self, step: Object, label: str) -> Object:
        """Everything but type, branches and transitions."""
        short: Object = {}
        other: Object = {}
        name = step.get("name")
        if name != label and step.get("type") != START:
            short["name"] = name
        if step.get("type") == START and "name" in step:
            short["name"] = name
        for key, value in step.items():
            if key in _SILENT:
                continue
            if self._is_nowhere(key, value) or (key in STEP_WORDS and key not in STANDARD):
                other[key] = value
            else:
                short[_WORDS.get(key, key)] = self._value(key, value)
        notes, extensions = self._notes(step)
        short |= extensions
        if "commands" in step:
            short |= shorten_commands(step["commands"])
        short |= notes
        return {**short, OTHER: other} if other else short

    def _is_nowhere(self, key: str, value: JsonValue) -> bool:
        """Names an agent or target that is not defined, in a way the shorthand would take for a slip of the pen."""
        section = {"agent": "agents", "targets": "targets"}.get(key)
        if section is None:
            return False
        named = value if isinstance(value, list) else [value]
        known = self._labels.section(section)
        return any(isinstance(name, str) and name not in known and "--" not in name for name in named)

    def _value(self, key: str, value: JsonValue) -> JsonValue:
        if key == "agent" and isinstance(value, str):
            return self._labels.section("agents").get(value, value)
        if key == "targets" and isinstance(value, list):
            places = self._labels.section("targets")
            named: list[JsonValue] = [
                places.get(item, item) if isinstance(item, str) else item for item in value
            ]
            return named[0] if len(named) == 1 else named
        return _VALUES[key](value) if key in _VALUES else value

    def _notes(self, step: Object) -> tuple[Object, Object]:
        """Our extension's words, and the extensions that remain."""
        extensions = step.get("step_extensions")
        if not isinstance(extensions, dict):
            return {}, {} if extensions is None else {"step_extensions": extensions}
        ours = extensions.get(EXTENSION_ID)
        if not isinstance(ours, dict) or set(ours) - {*NOTES, "undo", "streams", "runs"} or not ours:
            return {}, {"step_extensions": extensions}
        notes: Object = {
            word: spoken(ours[word]) if word == "due" else ours[word] for word in NOTES if word in ours
        }
        if isinstance(found_at := notes.get("found_at"), dict):
            notes["found_at"] = {plain_name(name): pointer for name, pointer in found_at.items()}
        if "undo" in ours:
            undo = shorten_commands(ours["undo"])
            notes["undo"] = undo.get("commands", undo)
        rest: Object = {key: value for key, value in extensions.items() if key != EXTENSION_ID}
        return notes, {"step_extensions": rest} if rest else {}

    def _stream_names(self, step: Object) -> list[str] | None:
        extensions = step.get("step_extensions")
        ours = extensions.get(EXTENSION_ID) if isinstance(extensions, dict) else None
        names = ours.get("streams") if isinstance(ours, dict) else None
        starts = step.get("next_steps")
        if (
            isinstance(names, list)
            and isinstance(starts, list)
            and len(set(map(str, names))) == len(starts) == len(names)
        ):
            return [str(name) for name in names]
        return None

    def _opening(self, label: str, step: Object, depth: int) -> Object:
        """The words that say what kind of step it is, with its branches."""
        kind = step.get("type")
        if kind == "playbook-action":
            return {
                "run": self._labels.section("playbooks").get(
                    str(step.get("playbook_id")), step.get("playbook_id")
                )
            }
        if kind == "parallel":
            return {"parallel": self._parallel(label, step, depth)}
        if kind == "switch-condition":
            cases = step.get("cases")
            named = cases.items() if isinstance(cases, dict) else ()
            branches: Object = {name: self._branch(label, name, start, depth) for name, start in named}
            return {"switch": shorten_switch(str(step.get("switch")), self._declared), "cases": branches}
        if kind not in ("if-condition", "while-condition"):
            return {}
        opened: Object = {
            "if" if kind == "if-condition" else "while": shorten_condition(
                str(step.get("condition")), self._declared
            )
        }
        word = "then" if kind == "if-condition" else "do"
        opened[word] = self._branch(label, word, step.get("on_true"), depth)
        if isinstance(step.get("on_false"), str):
            opened["else"] = self._branch(label, "else", step["on_false"], depth)
        return opened

    def _parallel(self, label: str, step: Object, depth: int) -> JsonValue:
        starts = step.get("next_steps")
        many = starts if isinstance(starts, list) else []
        names = self._stream_names(step)
        if names is not None:
            return {
                name: self._branch(label, name, start, depth) for name, start in zip(names, many, strict=True)
            }
        return [self._branch(label, str(index + 1), start, depth) for index, start in enumerate(many)]

    def _branch(self, label: str, name: str, start: JsonValue, depth: int) -> JsonValue:
        if not isinstance(start, str) or start not in self._steps or start in self._placed:
            return self._labels.step(start)
        if depth >= _DEEPEST:
            self._waiting.append(start)
            return self._labels.step(start)
        listed: list[JsonValue] = []
        self._chain(start, listed, f"end of {label}: {name}", depth + 1)
        return _trimmed(listed)

    def _closing(self, step: Object, *, is_next: bool) -> Object:
        """The transitions that must be said."""
        said: Object = {
            name: self._labels.step(step[name]) for name in TRANSITIONS if isinstance(step.get(name), str)
        }
        if is_next:
            return {"on_failure": said["on_failure"]} if "on_failure" in said else {}
        return said if any(name in said for name in TRANSITIONS[:2]) else {"on_completion": None, **said}


def _trimmed(listed: list[JsonValue]) -> list[JsonValue]:
    """Without the last `end`, which goes without saying after a step."""
    return listed[:-1] if len(listed) > 1 and listed[-1] == END else listed


_VALUES = {
    "step_variables": shorten_variables,
    "external_references": shorten_sources,
    "in_args": shorten_names,
    "out_args": shorten_names,
    "delay": spoken,
    "timeout": spoken,
}
