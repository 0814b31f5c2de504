"""Changes in one place to the playbook that is right."""

from typing import Any

from playbooks.cacao.extension import EXTENSION_ID
from tests.unit.playbooks.cacao.samples import (
    GOOD,
    GROUP,
    LOGIN,
    LOOK,
    Change,
    Document,
)

OTHER = "action--11111111-1111-4111-8111-111111111111"
THIRD = "action--44444444-4444-4444-8444-444444444444"
OTHER_END = "end--22222222-2222-4222-8222-222222222222"
MARKING = "marking-tlp--bab4a63c-aed9-4cf5-a766-dfca5abac2bb"
OTHER_MARKING = "marking-tlp--77777777-7777-4777-8777-777777777777"
MARKED = {
    "type": "marking-tlp",
    "id": MARKING,
    "created_by": GOOD["created_by"],
    "created": GOOD["created"],
}


def set_in(*path: object, to: object) -> Change:
    def change(document: Document) -> None:
        where: Any = document
        for part in path[:-1]:
            where = where[part]
        where[path[-1]] = to

    return change


def remove(*path: object) -> Change:
    def change(document: Document) -> None:
        where: Any = document
        for part in path[:-1]:
            where = where[part]
        del where[path[-1]]

    return change


def both(*changes: Change) -> Change:
    def change(document: Document) -> None:
        for one in changes:
            one(document)

    return change


def step(identifier: str, *path: object, to: object) -> Change:
    return set_in("workflow", identifier, *path, to=to)


def action(**properties: object) -> dict[str, object]:
    manual = [{"type": "manual", "command": "do it"}]
    return {"type": "action", "name": "Another", "commands": manual, "agent": GROUP, **properties}


def office(name: str) -> Change:
    """The agent of the first step is this office of the Secretariat."""
    return set_in(
        "agent_definitions",
        GROUP,
        "agent_target_extensions",
        to={EXTENSION_ID: {"organization": "UN", "office": name}},
    )


def function(name: str) -> Change:
    """The first step is work of this function."""
    return step(LOOK, "step_extensions", to={EXTENSION_ID: {"function": name}})


def marked(**said: Any) -> Change:
    """It bears one marking, which says this."""
    return both(
        set_in("data_marking_definitions", to={MARKING: {**MARKED, **said}}), set_in("markings", to=[MARKING])
    )


def authentication(**said: Any) -> Change:
    """The firewall is signed in to so."""
    return set_in("authentication_info_definitions", LOGIN, to=said)
