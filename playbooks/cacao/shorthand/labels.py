"""What everything in a playbook is called in the shorthand: its name, made unique."""

from pydantic import JsonValue

from playbooks.cacao.extension import EXTENSION_ID
from playbooks.cacao.identifiers import is_uuid, object_type
from playbooks.cacao.shorthand.entries import Object

_RESERVED = ("start", "end")


def kept_id(identifier: str, kind: str) -> JsonValue:
    """How an id stands in the `ids` of a file: the UUID where the rest goes without saying."""
    bare = identifier.removeprefix(f"{kind}--")
    if bare != identifier and is_uuid(bare):
        return bare
    return {"verbatim": identifier} if is_uuid(identifier) or "--" not in identifier else identifier


class Labels:
    """Ids to labels, for steps, agents, targets and the other playbooks that are named."""

    def __init__(self, data: Object) -> None:
        self._data = data
        self._kinds: dict[str, dict[str, str]] = {"steps": {}, "agents": {}, "targets": {}, "playbooks": {}}
        self._labels: dict[str, dict[str, str]] = {"steps": {}, "agents": {}, "targets": {}, "playbooks": {}}
        self._taken: dict[str, set[str]] = {section: set() for section in self._labels}
        self._taken["steps"].update(_RESERVED)
        self._read("agents", "agent_definitions")
        self._read("targets", "target_definitions")
        self._read_steps()

    def _read(self, section: str, property_: str) -> None:
        for identifier, value in _objects(self._data.get(property_)):
            self.name(section, identifier, str(value.get("type")), value.get("name"))

    def _read_steps(self) -> None:
        for identifier, step in _objects(self._data.get("workflow")):
            kind = str(step.get("type"))
            if kind == "start" and identifier == self._data.get("workflow_start"):
                self._labels["steps"][identifier], self._kinds["steps"][identifier] = "start", "start"
            elif kind != "end":
                self.name("steps", identifier, kind, step.get("name"))
            self._read_other_playbook(step)

    def _read_other_playbook(self, step: Object) -> None:
        extensions = step.get("step_extensions")
        notes = extensions.get(EXTENSION_ID) if isinstance(extensions, dict) else None
        runs = notes.get("runs") if isinstance(notes, dict) else None
        if (
            isinstance(runs, str)
            and step.get("type") == "playbook-action"
            and runs not in self._taken["playbooks"]
        ):
            self.name("playbooks", str(step.get("playbook_id")), "playbook", runs)

    def name(self, section: str, identifier: str, kind: str, name: JsonValue) -> str:
        """Give a label: the name if it is free, otherwise the name and a number."""
        wanted = name if isinstance(name, str) and name.strip() else object_type(identifier) or kind
        taken, label, number = self._taken[section], wanted, 1
        while label in taken:
            number += 1
            label = f"{wanted} ({number})"
        taken.add(label)
        self._labels[section][identifier], self._kinds[section][identifier] = label, kind
        return label

    def is_free(self, label: str) -> bool:
        """Whether no step is called so yet."""
        return label not in self._taken["steps"]

    def section(self, section: str) -> dict[str, str]:
        """Id to label."""
        return self._labels[section]

    def step(self, identifier: JsonValue) -> JsonValue:
        """The label of a step; what names none stays as it is."""
        return (
            self._labels["steps"].get(identifier, identifier) if isinstance(identifier, str) else identifier
        )

    def kept(self, section: str) -> Object:
        """Label to id, as the file keeps it."""
        kinds = self._kinds[section]
        return {
            label: kept_id(identifier, kinds[identifier])
            for identifier, label in self._labels[section].items()
        }


def _objects(value: JsonValue) -> list[tuple[str, Object]]:
    return (
        [(key, item) for key, item in value.items() if isinstance(item, dict)]
        if isinstance(value, dict)
        else []
    )
