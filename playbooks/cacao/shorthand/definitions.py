"""Agents, sources and markings: the small definitions of a playbook, each way."""

from pydantic import JsonValue

from playbooks.cacao.extension import EXTENSION_ID
from playbooks.cacao.markings import OFFICIAL_TLP

Object = dict[str, JsonValue]

_AGENT_WORDS = ("role", "organization", "office")


def expand_agent(label: str, agent: JsonValue) -> JsonValue:
    """A type, or the properties of an agent; its label is its name, and its role or organization our extension's."""
    if isinstance(agent, str):
        return {"type": agent, "name": label}
    if not isinstance(agent, dict):
        return agent
    notes = {word: agent[word] for word in _AGENT_WORDS if word in agent}
    rest = {key: value for key, value in agent.items() if key not in _AGENT_WORDS and key != "other"}
    expanded: Object = {"type": _default_type(notes), "name": label, **rest}
    if expanded["name"] is None:
        del expanded["name"]
    if notes:
        extensions = rest.get("agent_target_extensions")
        others = extensions if isinstance(extensions, dict) else {}
        expanded["agent_target_extensions"] = {**others, EXTENSION_ID: notes}
    other = agent.get("other")
    return {**expanded, **other} if isinstance(other, dict) else expanded


def _default_type(notes: Object) -> str:
    if "role" in notes:
        return "individual"
    return "organization" if notes.get("organization") not in (None, "each", "others") else "group"


def shorten_agent(label: str, agent: Object) -> JsonValue:
    """The other way."""
    short = {key: value for key, value in agent.items() if not (key == "name" and value == label)}
    if "name" not in agent:
        short["name"] = None
    notes = _promoted(short)
    if short.get("type") == _default_type(notes):
        short.pop("type")
    result: Object = {**notes, **short}
    if expand_agent(label, result) == agent:
        return short["type"] if list(result) == ["type"] and isinstance(result["type"], str) else result
    return {"name": None, "other": dict(agent)}


def _promoted(short: Object) -> Object:
    """Take our extension's words out of the extensions, if that is all it says."""
    extensions = short.get("agent_target_extensions")
    notes = extensions.get(EXTENSION_ID) if isinstance(extensions, dict) else None
    if (
        not isinstance(extensions, dict)
        or not isinstance(notes, dict)
        or not notes
        or set(notes) - set(_AGENT_WORDS)
    ):
        return {}
    rest = {key: value for key, value in extensions.items() if key != EXTENSION_ID}
    if rest:
        short["agent_target_extensions"] = rest
    else:
        del short["agent_target_extensions"]
    return dict(notes)


def expand_sources(sources: JsonValue) -> JsonValue:
    """A name, a name with its address, or the properties of an external reference."""
    return [_expanded_source(source) for source in sources] if isinstance(sources, list) else sources


def _expanded_source(source: JsonValue) -> JsonValue:
    if isinstance(source, str):
        return {"name": source}
    if isinstance(source, dict) and len(source) == 1 and "name" not in source:
        name, url = next(iter(source.items()))
        return {"name": name, "url": url}
    return source


def shorten_sources(sources: JsonValue) -> JsonValue:
    """The other way."""
    return [_shortened_source(source) for source in sources] if isinstance(sources, list) else sources


def _shortened_source(source: JsonValue) -> JsonValue:
    if isinstance(source, dict) and isinstance(source.get("name"), str):
        name = str(source["name"])
        if set(source) == {"name"}:
            return name
        if set(source) == {"name", "url"} and name != "name":
            return {name: source["url"]}
    return source


def expand_markings(markings: JsonValue, definitions: JsonValue) -> tuple[JsonValue, JsonValue]:
    """`TLP:GREEN` to the standard's own object; markings and their definitions."""
    if not isinstance(markings, list) or not isinstance(definitions, dict | None):
        return markings, definitions
    official = {str(label): OFFICIAL_TLP[label] for label in OFFICIAL_TLP if label in markings}
    ids: list[JsonValue] = [
        official[marking]["id"] if isinstance(marking, str) and marking in official else marking
        for marking in markings
    ]
    added: Object = {str(tlp["id"]): dict(tlp) for tlp in official.values()}
    return ids, {**added, **(definitions or {})} if added or definitions is not None else None


def shorten_markings(markings: JsonValue, definitions: JsonValue) -> tuple[JsonValue, JsonValue]:
    """The other way: only where the definition is the official one."""
    if not isinstance(markings, list) or not isinstance(definitions, dict):
        return markings, definitions
    labels = {
        tlp["id"]: label for label, tlp in OFFICIAL_TLP.items() if definitions.get(str(tlp["id"])) == tlp
    }
    used = [marking for marking in markings if marking in labels]
    rest = {key: value for key, value in definitions.items() if key not in used}
    short: list[JsonValue] = [labels.get(str(marking), marking) for marking in markings]
    return short, rest if rest or not used else None
