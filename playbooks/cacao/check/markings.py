"""Data markings: defined, not revoked, and of a level that exists (CACAO 2.0 §9)."""

from collections.abc import Iterator

from playbooks.cacao.finding import Finding, warn
from playbooks.cacao.markings import official
from playbooks.cacao.model import DataMarking, Playbook
from playbooks.domain.marking import Marking

RULE = "CACAO 2.0 §9"
_RED = "It counts as TLP:RED until a person decides."
_TYPES = ("marking-tlp", "marking-statement", "marking-iep")


def rules(playbook: Playbook) -> Iterator[Finding]:
    """What applies must be known; what is not is treated as the strictest."""
    for index, marking in enumerate(playbook.markings):
        definition = playbook.data_marking_definitions.get(marking)
        path = ("markings", index)
        if definition is None:
            yield warn(path, RULE, f"The marking {marking[:80]} is not defined.", _RED)
        elif definition.revoked:
            yield warn(path, RULE, f"The marking {marking[:80]} is revoked.", _RED)
    for identifier, definition in playbook.data_marking_definitions.items():
        yield from _definition(identifier, definition)


def _definition(identifier: str, definition: DataMarking) -> Iterator[Finding]:
    path = ("data_marking_definitions", identifier)
    if definition.id != identifier:
        yield warn((*path, "id"), RULE, "The id is not the one it is listed under.", "Make them one.")
    if definition.type not in _TYPES:
        yield warn(
            (*path, "type"),
            RULE,
            f"“{definition.type[:60]}” is no type of marking.",
            f"Use {', '.join(_TYPES)}.",
        )
    said = f"“{definition.tlpv2_level[:40]}”" if definition.tlpv2_level else "Nothing"
    if definition.type == "marking-tlp" and definition.tlpv2_level not in list(Marking):
        yield warn((*path, "tlpv2_level"), "TLP 2.0", f"{said} is no label of TLP 2.0.", _RED)
    elif (label := official(identifier)) not in (None, definition.tlpv2_level):
        problem = f"Under this id OASIS publishes {label}; {said} stands here."
        yield warn(
            (*path, "tlpv2_level"), RULE, problem, "The stricter one counts; name the object that is meant."
        )
