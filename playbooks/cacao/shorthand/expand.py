"""Shorthand to CACAO 2.0."""

from collections.abc import Callable
from dataclasses import dataclass, field

from pydantic import JsonValue

from playbooks.cacao.extension import DEFINITION, EXTENSION_ID, IDENTITY
from playbooks.cacao.finding import Finding, Path, refuse
from playbooks.cacao.identifiers import derived_uuid, is_uuid, playbook_id
from playbooks.cacao.shorthand.commands import expand_command_list, expand_commands
from playbooks.cacao.shorthand.definitions import expand_agent, expand_markings, expand_sources
from playbooks.cacao.shorthand.durations import milliseconds
from playbooks.cacao.shorthand.entries import Entries, Entry, Object
from playbooks.cacao.shorthand.variables import (
    expand_condition,
    expand_names,
    expand_switch,
    expand_variables,
    full_name,
)
from playbooks.cacao.shorthand.words import (
    ACTION_WORDS,
    COMMANDS,
    IDS,
    KINDS,
    NOTES,
    OTHER,
    PLAYBOOK,
    START,
    STEP,
    STEPS,
    TRANSITIONS,
)


@dataclass
class Expanded:
    """A playbook in the standard's form, and the way from its parts back to the file."""

    playbook: Object
    findings: list[Finding]
    origins: dict[Path, Path] = field(default_factory=dict)
    """Path in the CACAO document to the path in the file."""

    def origin(self, path: Path) -> Path:
        """The path in the file of the nearest thing around `path` that stands there."""
        for length in range(len(path), 0, -1):
            if path[:length] in self.origins:
                return (*self.origins[path[:length]], *path[length:])
        return path


def expand(data: Object) -> Expanded:
    """The CACAO 2.0 document that a shorthand file stands for, and what could not be understood in it."""
    return _Expansion(data).expanded()


def object_of(value: JsonValue) -> Object:
    """The value if it has named properties, otherwise nothing."""
    return value if isinstance(value, dict) else {}


class _Expansion:
    def __init__(self, data: Object) -> None:
        self._data = data
        self._ids = object_of(data.get(IDS))
        self._entries = Entries(data.get(STEPS))
        self._origins: dict[Path, Path] = {}
        self._playbook_id = self._own_id()
        self._declared = self._variables()
        self._places: dict[str, dict[str, str]] = {}
        """Section (`agents`, `targets`) to label to id."""
        self._uses_extension = False

    def expanded(self) -> Expanded:
        top = self._top()
        top["agent_definitions"] = self._agents("agents", top.get("agent_definitions"))
        top["target_definitions"] = self._agents("targets", top.get("target_definitions"))
        steps = self._steps()
        start = self._start(steps)
        top = {key: value for key, value in top.items() if value is not None}
        playbook: Object = {
            "type": "playbook",
            "spec_version": "cacao-2.0",
            "id": self._playbook_id,
            **self._identity(),
            **({"modified": top["created"]} if "created" in top else {}),
            **top,
            **start,
            "workflow": steps,
        }
        if "workflow_exception" in playbook:
            playbook["workflow_exception"] = self._step_id(playbook["workflow_exception"])
        if self._uses_extension:
            others = object_of(playbook.get("extension_definitions"))
            playbook["extension_definitions"] = {**others, EXTENSION_ID: dict(DEFINITION)}
        playbook.update(object_of(self._data.get(OTHER)))
        return Expanded(playbook, self._entries.findings, self._origins)

    # the playbook

    def _top(self) -> Object:
        known = {key: value for key, value in self._data.items() if key not in (IDS, STEPS, START, OTHER)}
        top: Object = {}
        for word, value in known.items():
            name = PLAYBOOK.get(word, word)
            top[name] = _PLAYBOOK_VALUES.get(name, _same)(value)
            self._origins[(name,)] = (word,)
        definitions = top.get("data_marking_definitions")
        top["markings"], top["data_marking_definitions"] = expand_markings(top.get("markings"), definitions)
        return top

    def _own_id(self) -> str:
        stated = self._ids.get("playbook")
        if isinstance(stated, str):
            return f"playbook--{stated}" if is_uuid(stated) else stated
        types = self._data.get("types")
        names = [kind for kind in types if isinstance(kind, str)] if isinstance(types, list) else []
        return playbook_id(str(self._data.get("playbook")), names)

    def _identity(self) -> Object:
        author = self._ids.get("author")
        return {
            "created_by": f"identity--{author}"
            if isinstance(author, str) and is_uuid(author)
            else author or IDENTITY
        }

    def _variables(self) -> dict[str, None]:
        """Names of every variable declared anywhere in the file."""
        dictionaries = [self._data.get("variables")]
        dictionaries += [entry.properties.get("variables") for entry in self._entries.by_label.values()]
        return {full_name(name): None for variables in dictionaries for name in object_of(variables)}

    def _agents(self, section: str, agents: JsonValue) -> JsonValue:
        places = self._places.setdefault(section, {})
        if not isinstance(agents, dict):
            return agents
        definitions: Object = {}
        for label, agent in agents.items():
            expanded = expand_agent(label, agent)
            kind = str(object_of(expanded).get("type"))
            places[label] = self._id(section, label, kind)
            definitions[places[label]] = expanded
            self._uses_extension |= EXTENSION_ID in object_of(
                object_of(expanded).get("agent_target_extensions")
            )
            self._origins[f"{section[:-1]}_definitions", places[label]] = (section, label)
        return definitions

    def _id(self, section: str, label: str, kind: str) -> str:
        """The id kept for a label; one made from the label where none is kept."""
        stated = object_of(self._ids.get(section)).get(label)
        if isinstance(stated, dict):
            return str(stated.get("verbatim"))
        if isinstance(stated, str) and not is_uuid(stated):
            return stated
        return f"{kind}--{stated or derived_uuid(self._playbook_id, section, label)}"

    # the steps

    def _start(self, steps: Object) -> Object:
        """The start step, which nobody writes unless there is something to say about it."""
        if "workflow_start" in self._data:
            return {"workflow_start": self._step_id(self._data["workflow_start"])}
        start_id = self._id(STEPS, START, START)
        stated = object_of(self._data.get(START))
        entry = Entry(START, START, (START,), stated, is_named=False, follows=self._entries.first)
        steps[start_id] = self._step(entry)
        self._origins["workflow", start_id] = (START,) if stated else (STEPS,)
        return {"workflow_start": start_id}

    def _step_id(self, label: JsonValue) -> JsonValue:
        """The id of the step with this label; what is no label stays, for the check to name."""
        entry = self._entries.by_label.get(label) if isinstance(label, str) else None
        return self._id(STEPS, entry.label, entry.kind) if entry is not None else label

    def _steps(self) -> Object:
        steps: Object = {}
        for label, entry in self._entries.by_label.items():
            identifier = str(self._step_id(label))
            steps[identifier] = self._step(entry)
            self._trace(identifier, entry)
        return steps

    def _trace(self, identifier: str, entry: Entry) -> None:
        self._origins["workflow", identifier] = entry.path
        for word in entry.properties:
            name = KINDS[word][1] if word in KINDS else STEP.get(word, word)
            name = (
                "on_true"
                if word in ("then", "do")
                else "commands"
                if word in COMMANDS or word in ACTION_WORDS
                else name
            )
            self._origins["workflow", identifier, name] = (*entry.path, word)

    def _step(self, entry: Entry) -> Object:
        step: Object = {"type": entry.kind}
        if entry.is_named:
            step["name"] = entry.label
        step |= self._plain(entry)
        if step.get("name", "") is None:
            del step["name"]
        step |= self._branches(entry)
        step |= self._transitions(entry)
        notes = self._notes(entry)
        if notes:
            self._uses_extension = True
            step["step_extensions"] = {**object_of(step.get("step_extensions")), EXTENSION_ID: notes}
        return {**step, **object_of(entry.properties.get(OTHER))}

    def _plain(self, entry: Entry) -> Object:
        """Properties that need no other step to be understood."""
        plain: Object = {}
        for word, value in entry.properties.items():
            if word not in _SHAPED and word not in COMMANDS and word not in ACTION_WORDS:
                name = STEP.get(word, word)
                plain[name] = _STEP_VALUES.get(name, _same)(value)
        commands = expand_commands(entry.properties)
        if entry.kind == "action" and commands is not None:
            plain["commands"] = expand_command_list(commands)
        for section, name in (("agents", "agent"), ("targets", "targets")):
            if name in plain:
                self._known(entry, section, plain[name])
                plain[name] = self._named(section, plain[name])
        return plain

    def _known(self, entry: Entry, section: str, labels: JsonValue) -> None:
        """In shorthand a name that stands for nothing is a slip of the pen; an id may come from elsewhere."""
        for label in labels if isinstance(labels, list) else [labels]:
            if isinstance(label, str) and label not in self._places[section] and "--" not in label:
                self._entries.findings.append(
                    refuse(entry.path, "Muster shorthand", "not_among", named=label[:80], place=section)
                )

    def _named(self, section: str, labels: JsonValue) -> JsonValue:
        places = self._places[section]
        if section == "targets":
            many = labels if isinstance(labels, list) else [labels]
            return [places.get(label, label) if isinstance(label, str) else label for label in many]
        return places.get(labels, labels) if isinstance(labels, str) else labels

    def _branches(self, entry: Entry) -> Object:
        ids = {word: [self._step_id(label) for label in labels] for word, labels in entry.branches.items()}
        word = next((word for word in KINDS if word in entry.properties), "")
        value = entry.properties.get(word)
        if entry.kind == "parallel":
            return {"next_steps": list(ids.get("parallel", []))}
        if entry.kind == "switch-condition":
            switch = expand_switch(value, self._declared) if isinstance(value, str) else value
            names = list(object_of(entry.properties.get("cases")))
            return {"switch": switch, "cases": dict(zip(names, ids.get("cases", []), strict=False))}
        if entry.kind == "playbook-action":
            return {"playbook_id": self._other_playbook(value)}
        if entry.kind not in ("if-condition", "while-condition"):
            return {}
        condition = expand_condition(value, self._declared) if isinstance(value, str) else value
        named = {"on_true": ids.get("then") or ids.get("do"), "on_false": ids.get("else")}
        return {"condition": condition, **{name: found[0] for name, found in named.items() if found}}

    def _other_playbook(self, name: JsonValue) -> JsonValue:
        stated = object_of(self._ids.get("playbooks")).get(name) if isinstance(name, str) else None
        return f"playbook--{stated}" if isinstance(stated, str) and is_uuid(stated) else stated or name

    def _transitions(self, entry: Entry) -> Object:
        """What is said, and the default: the next step, on success only if there is another for failure."""
        said = {word: entry.properties[word] for word in TRANSITIONS if word in entry.properties}
        ids: Object = {word: self._step_id(label) for word, label in said.items() if label is not None}
        if entry.follows is not None:
            ids["on_success" if "on_failure" in ids else "on_completion"] = self._step_id(entry.follows)
        return ids

    def _notes(self, entry: Entry) -> Object:
        notes: Object = {word: entry.properties[word] for word in NOTES if word in entry.properties}
        if "due" in notes:
            notes["due"] = milliseconds(notes["due"])
        if isinstance(found_at := notes.get("found_at"), dict):
            notes["found_at"] = {full_name(name): pointer for name, pointer in found_at.items()}
        if "undo" in entry.properties:
            notes["undo"] = _undo(entry.properties["undo"])
        if isinstance(entry.properties.get("parallel"), dict):
            notes["streams"] = list(object_of(entry.properties["parallel"]))
        run = entry.properties.get("run")
        if isinstance(run, str) and run in object_of(self._ids.get("playbooks")):
            notes["runs"] = run
        return notes


def _undo(value: JsonValue) -> JsonValue:
    """One command in a word, or a list of commands."""
    if isinstance(value, dict):
        return expand_commands(value) or value
    return expand_command_list(value)


def _same(value: JsonValue) -> JsonValue:
    return value


_SHAPED = frozenset(
    (*KINDS, *TRANSITIONS, *NOTES, "then", "do", "else", "cases", "undo", "commands", "activity", OTHER)
)
"""Words of a step that are not simply another name for a property."""

_PLAYBOOK_VALUES: dict[str, Callable[[JsonValue], JsonValue]] = {
    "playbook_variables": expand_variables,
    "external_references": expand_sources,
}
_STEP_VALUES: dict[str, Callable[[JsonValue], JsonValue]] = {
    "step_variables": expand_variables,
    "external_references": expand_sources,
    "in_args": expand_names,
    "out_args": expand_names,
    "delay": milliseconds,
    "timeout": milliseconds,
}
