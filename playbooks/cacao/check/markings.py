"""Data markings: defined, not revoked, and of a level that exists (CACAO 2.0 §9)."""

from collections.abc import Iterator

from playbooks.cacao.finding import Finding, warn
from playbooks.cacao.markings import official
from playbooks.cacao.model import DataMarking, Playbook
from playbooks.domain.marking import Marking

RULE = "CACAO 2.0 §9"
_TYPES = ("marking-tlp", "marking-statement", "marking-iep")


def rules(playbook: Playbook) -> Iterator[Finding]:
    """What applies must be known; what is not is treated as the strictest."""
    for index, marking in enumerate(playbook.markings):
        definition = playbook.data_marking_definitions.get(marking)
        path = ("markings", index)
        if definition is None:
            yield warn(path, RULE, "undefined_marking", remedy="red", typed=marking[:80])
        elif definition.revoked:
            yield warn(path, RULE, "revoked_marking", remedy="red", typed=marking[:80])
    for identifier, definition in playbook.data_marking_definitions.items():
        yield from _definition(identifier, definition)


def _definition(identifier: str, definition: DataMarking) -> Iterator[Finding]:
    path = ("data_marking_definitions", identifier)
    if definition.id != identifier:
        yield warn((*path, "id"), RULE, "other_id")
    if definition.type not in _TYPES:
        yield warn((*path, "type"), RULE, "marking_type", typed=definition.type[:60], known=", ".join(_TYPES))
    level = definition.tlpv2_level
    if definition.type == "marking-tlp" and level not in list(Marking):
        code = "label" if level else "no_label"
        yield warn((*path, "tlpv2_level"), "TLP 2.0", code, remedy="red", typed=(level or "")[:40])
    elif (published := official(identifier)) not in (None, level):
        code = "other_label" if level else "lacking_label"
        named = {"published": published, "typed": (level or "")[:40]}
        yield warn((*path, "tlpv2_level"), RULE, code, remedy="stricter", **named)
