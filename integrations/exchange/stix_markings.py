"""TLP 2.0 and PAP as STIX 2.1 marking definitions, both ways.

STIX 2.1 itself predefines TLP 1.0 (section 7.2.1.4); TLP 2.0 is OASIS's extension definition
60a3c5c5-0d10-413e-aab3-9e08dde9e88d (cti-stix-common-objects), whose ids and times are fixed. TLP 1.0's AMBER
reads as TLP 2.0's: within the organizations and their clients. PAP has no definition of its own: a statement says it.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from integrations.exchange.sheet import made_id
from playbooks.domain.classification import check_not_classified
from playbooks.domain.errors import IncidentError, Malformed
from playbooks.domain.labels import parse_marking
from playbooks.domain.marking import DEFAULT_MARKING, Marking, strictest
from playbooks.domain.pap import DEFAULT_PAP, Pap, parse_pap, strictest_pap

EXTENSION: Final = "extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d"
TLP_2: Final[Mapping[Marking, str]] = {
    Marking.CLEAR: "marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487",
    Marking.GREEN: "marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb",
    Marking.AMBER: "marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421",
    Marking.AMBER_STRICT: "marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003",
    Marking.RED: "marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1",
}
TLP_1: Final[Mapping[str, Marking]] = {
    "marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9": Marking.CLEAR,
    "marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da": Marking.GREEN,
    "marking-definition--f88d31f6-486f-44da-b317-01333bde0b82": Marking.AMBER,
    "marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed": Marking.RED,
}
_SINCE: Final = "2022-10-01T00:00:00.000Z"
_BY_ID: Final = {**{id: marking for marking, id in TLP_2.items()}, **TLP_1}


def tlp_definition(marking: Marking) -> dict[str, Any]:
    """The marking definition of a label, as published."""
    level = marking.value.removeprefix("TLP:").lower()
    return {
        "type": "marking-definition",
        "spec_version": "2.1",
        "id": TLP_2[marking],
        "created": _SINCE,
        "name": marking.value,
        "extensions": {EXTENSION: {"extension_type": "property-extension", "tlp_2_0": level}},
    }


def pap_definition(pap: Pap) -> dict[str, Any]:
    """The statement that says a label of PAP."""
    return {
        "type": "marking-definition",
        "spec_version": "2.1",
        "id": pap_id(pap),
        "created": _SINCE,
        "definition_type": "statement",
        "definition": {"statement": pap.value},
    }


def pap_id(pap: Pap) -> str:
    """The id of that statement, the same in every bundle of ours."""
    return f"marking-definition--{made_id('pap', pap.value)}"


Fault = Callable[[IncidentError, str], object]
"""Hears what is wrong with an object, and its id."""


def named_so(found: Mapping[str, Any]) -> str:
    """An object by its id, for people: in one line, none of whose signs acts."""
    id = "".join(each for each in str(found.get("id", "")) if each.isprintable())
    return id[:80] or "An object without an id"


class Labels:
    """What the marking definitions of a bundle mean."""

    def __init__(self, definitions: Iterable[Mapping[str, Any]], fault: Fault) -> None:
        """`fault` hears of one that says nothing, or that bears a label of foreign classification."""
        self._tlp: dict[str, Marking] = dict(_BY_ID)
        self._pap: dict[str, Pap] = {pap_id(pap): pap for pap in Pap}
        self._other: set[str] = set()
        self._refused: dict[str, IncidentError] = {}
        for each in definitions:
            try:
                self._learn(each)
            except IncidentError as error:
                self._refused[str(each.get("id"))] = error
                fault(error, named_so(each))

    def _learn(self, definition: Mapping[str, Any]) -> None:
        id, said = str(definition.get("id")), _said(definition)
        check_not_classified(*said)
        if id in _BY_ID:
            return
        if definition.get("revoked"):
            self._tlp[id] = Marking.RED
            return
        for text in said:
            if text.upper().startswith("PAP:"):
                self._pap[id] = parse_pap(text)
                return
            if text.upper().startswith("TLP:"):
                self._tlp[id] = _label(text)
                return
        self._other.add(id)

    def check(self, refs: Iterable[str]) -> None:
        """Raise what was wrong with a definition among these."""
        for ref in refs:
            if ref in self._refused:
                raise self._refused[ref]

    def tlp(self, refs: Iterable[str]) -> Marking:
        """The strictest TLP label among these; where there is none, what is given in confidence by default.

        A marking that the bundle refers to and does not bring counts as RED: what it forbids is not known.
        """
        refs = tuple(refs)
        known = [self._tlp[ref] for ref in refs if ref in self._tlp]
        unknown = [ref for ref in refs if ref not in (*self._tlp, *self._pap, *self._other)]
        return Marking.RED if unknown else strictest(*known) if known else DEFAULT_MARKING

    def pap(self, refs: Iterable[str]) -> Pap:
        """The strictest label of PAP among these; where there is none, the one for what nobody said."""
        known = [self._pap[ref] for ref in refs if ref in self._pap]
        return strictest_pap(*known) if known else DEFAULT_PAP


def _label(text: str) -> Marking:
    """What is no label of TLP counts as the strictest."""
    try:
        return parse_marking(text)
    except Malformed:
        return Marking.RED


def _said(definition: Mapping[str, Any]) -> tuple[str, ...]:
    """What a definition says: its level by OASIS's extension, TLP 1.0, a statement, or its name alone."""
    inner = definition.get("definition")
    extensions = definition.get("extensions")
    found: list[str] = []
    if isinstance(extensions, Mapping) and isinstance(level := extensions.get(EXTENSION), Mapping):
        found.append(f"TLP:{level.get('tlp_2_0')}")
    if isinstance(inner, Mapping):
        found += [f"TLP:{inner['tlp']}"] if "tlp" in inner else []
        found += [f"PAP:{inner['pap']}".replace("PAP:PAP:", "PAP:")] if "pap" in inner else []
        found += [str(inner["statement"])] if "statement" in inner else []
    if definition.get("name"):
        found.append(str(definition["name"]))
    if not found:
        raise Malformed("A marking definition of the bundle says nothing.", code="unknown_marking")
    return tuple(found)
