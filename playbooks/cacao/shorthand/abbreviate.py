"""CACAO 2.0 to shorthand. What has no plainer form is kept under the standard's own names, so that nothing is lost."""

from pydantic import JsonValue

from playbooks.cacao.extension import DEFINITION, EXTENSION_ID, IDENTITY
from playbooks.cacao.identifiers import is_uuid
from playbooks.cacao.model import Playbook
from playbooks.cacao.shorthand.definitions import shorten_agent, shorten_markings, shorten_sources
from playbooks.cacao.shorthand.entries import Object
from playbooks.cacao.shorthand.expand import expand, object_of
from playbooks.cacao.shorthand.labels import Labels, kept_id
from playbooks.cacao.shorthand.listing import Listing
from playbooks.cacao.shorthand.variables import shorten_variables
from playbooks.cacao.shorthand.words import IDS, OTHER, PLAYBOOK, START, STEPS

_SECTIONS = {"agent_definitions": "agents", "target_definitions": "targets"}
_ORDER = (
    "playbook", "description", "types", "activities", "created", "modified", "valid_from", "valid_until", "priority",
    "severity", "impact", "markings", "labels", "sources", "variables", "agents", "targets",
)  # fmt: skip
_IMPLIED = ("type", "spec_version", "id", "created_by", "workflow", "workflow_start", "workflow_exception")


def abbreviate(playbook: Playbook) -> Object:
    """The shorthand of a playbook, ready to be written; `expand` gives the playbook back, property for property."""
    data = playbook.as_json()
    labels = Labels(data)
    listing = Listing(data, labels)
    short: Object = {**_top(data, labels), **_exception(data, labels)}
    ordered: Object = {word: short[word] for word in _ORDER if word in short}
    ordered |= {word: value for word, value in short.items() if word not in ordered}
    ordered |= listing.start()
    ordered[STEPS] = listing.steps()
    ordered[IDS] = _ids(data, labels)
    _complete_steps(listing, object_of(expand(ordered).playbook.get("workflow")), object_of(data["workflow"]))
    return _complete(ordered, data)


def _top(data: Object, labels: Labels) -> Object:
    names = {name: word for word, name in PLAYBOOK.items()}
    rest = {key: value for key, value in data.items() if key not in _IMPLIED and not _is_ours(key, value)}
    if rest.get("modified") == rest.get("created"):
        rest.pop("modified", None)
    markings, definitions = shorten_markings(rest.get("markings"), rest.get("data_marking_definitions"))
    rest |= {"markings": markings, "data_marking_definitions": definitions}
    short: Object = {}
    for key, value in rest.items():
        word = names.get(key, key)
        is_foreign = key not in names and (key in PLAYBOOK or key in (STEPS, START, IDS, OTHER))
        if value is not None and not is_foreign:
            short[word] = _value(key, value, labels)
    return short


def _value(key: str, value: JsonValue, labels: Labels) -> JsonValue:
    if key == "playbook_variables":
        return shorten_variables(value)
    if key == "external_references":
        return shorten_sources(value)
    if key == "extension_definitions":
        return {name: definition for name, definition in object_of(value).items() if name != EXTENSION_ID}
    if key in _SECTIONS:
        section = labels.section(_SECTIONS[key])
        return {
            section[name]: shorten_agent(section[name], object_of(agent))
            for name, agent in object_of(value).items()
        }
    return value


def _is_ours(key: str, value: JsonValue) -> bool:
    """The definition of our own extension goes without saying."""
    return key == "extension_definitions" and value == {EXTENSION_ID: DEFINITION}


def _exception(data: Object, labels: Labels) -> Object:
    exception = data.get("workflow_exception")
    return {"on_exception": labels.step(exception)} if isinstance(exception, str) else {}


def _ids(data: Object, labels: Labels) -> Object:
    ids: Object = {"playbook": kept_id(str(data["id"]), "playbook")}
    if data["created_by"] != IDENTITY:
        author = str(data["created_by"])
        bare = author.removeprefix("identity--")
        ids["author"] = bare if is_uuid(bare) else author
    for section in ("steps", "agents", "targets", "playbooks"):
        kept = labels.kept(section)
        if kept:
            ids[section] = kept
    return ids


def _complete_steps(listing: Listing, again: Object, steps: Object) -> None:
    """Add to each step, under the standard's names, what would not come back otherwise."""
    for identifier, entry in listing.entries.items():
        expanded, step = object_of(again.get(identifier)), object_of(steps[identifier])
        missing: Object = {key: value for key, value in step.items() if expanded.get(key, _ABSENT) != value}
        if missing:
            entry[OTHER] = {**object_of(entry.get(OTHER)), **missing}


def _complete(short: Object, data: Object) -> Object:
    """Add, under the standard's names, whatever would not come back otherwise."""
    again = expand(short).playbook
    missing: Object = {key: value for key, value in data.items() if again.get(key, _ABSENT) != value}
    return {**short, OTHER: missing} if missing else short


_ABSENT: Object = {"absent": None}
