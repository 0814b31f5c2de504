"""The official TLP 2.0 marking objects of CACAO, and what the markings of a playbook come to."""

from pydantic import JsonValue

from playbooks.cacao.model import DataMarking, Playbook
from playbooks.domain.marking import Marking, strictest

_OASIS = "identity--5abe695c-7bd5-4c31-8824-2528696cdbf1"

_IDS = {
    Marking.RED: "marking-tlp--e828b379-4e03-4974-9ac4-e53a884c97c1",
    Marking.AMBER_STRICT: "marking-tlp--939a9414-2ddd-4d32-a0cd-375ea402b003",
    Marking.AMBER: "marking-tlp--55d920b0-5e8b-4f79-9ee9-91f868d9b421",
    Marking.GREEN: "marking-tlp--bab4a63c-aed9-4cf5-a766-dfca5abac2bb",
    Marking.CLEAR: "marking-tlp--94868c89-83c2-464b-929b-a1a8aa3c8487",
}

OFFICIAL_TLP: dict[str, dict[str, JsonValue]] = {
    marking.value: {
        "type": "marking-tlp",
        "id": identifier,
        "created_by": _OASIS,
        "created": "2022-10-01T00:00:00.000Z",
        "tlpv2_level": marking.value,
    }
    for marking, identifier in _IDS.items()
}
"""Label to the object that OASIS publishes for it (CACAO 2.0 §9; common objects)."""


_NO_TLP = ("marking-statement", "marking-iep")


def official(id: str) -> Marking | None:
    """The label whose object OASIS publishes under an id; None for any other id."""
    return next((marking for marking, each in _IDS.items() if each == id), None)


def marking_of(playbook: Playbook) -> Marking:
    """The strictest TLP of a playbook's markings; RED where one is unknown, revoked or none at all is TLP.

    The standard does not say how several combine; this is Muster's rule (docs/decisions/cacao-markings.md). A playbook
    without any marking is CLEAR.
    """
    if not playbook.markings:
        return Marking.CLEAR
    levels = [_level(playbook.data_marking_definitions.get(marking)) for marking in playbook.markings]
    return strictest(*[level for level in levels if level is not None] or [Marking.RED])


def _level(definition: DataMarking | None) -> Marking | None:
    """None for markings that are no TLP and so say nothing of it."""
    if definition is None or definition.revoked:
        return Marking.RED
    if definition.type in _NO_TLP:
        return None
    try:
        level = Marking(definition.tlpv2_level or "")
    except ValueError:
        return Marking.RED
    return strictest(level, official(definition.id) or level)
