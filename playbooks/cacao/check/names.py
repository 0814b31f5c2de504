"""Identifiers: their form, and that each stands for one thing (CACAO 2.0 §10.10)."""

from collections.abc import Iterator

from playbooks.cacao.finding import Finding, Path, warn
from playbooks.cacao.identifiers import is_identifier, object_type, uuid_version
from playbooks.cacao.model import Playbook

RULE = "CACAO 2.0 §10.10"
_STEP_UUID = 4
_DEFINITIONS = (
    *("agent_definitions", "target_definitions", "authentication_info_definitions"),
    *("extension_definitions", "data_marking_definitions"),
)


def rules(playbook: Playbook) -> Iterator[Finding]:
    """All of them are taken as names, so that a wrong form stops nobody; it is said, because others will refuse it."""
    yield from _typed(("id",), playbook.id, "playbook")
    yield from _typed(("created_by",), playbook.created_by, "identity")
    for identifier, step in playbook.workflow.items():
        yield from _typed(("workflow", identifier), identifier, step.type)
        if is_identifier(identifier) and uuid_version(identifier) != _STEP_UUID:
            yield warn(("workflow", identifier), RULE, "step_id")
        if step.owner is not None:
            yield from _typed(("workflow", identifier, "owner"), step.owner, "identity")
    for name in ("derived_from", "related_to"):
        for index, identifier in enumerate(getattr(playbook, name)):
            if not is_identifier(identifier):
                yield warn((name, index), RULE, "no_identifier", typed=identifier[:80])
    for section in _DEFINITIONS:
        for identifier, each in getattr(playbook, section).items():
            yield from _typed((section, identifier), identifier, each.type)
    yield from _shared(playbook)


def _typed(path: Path, identifier: str, kind: str) -> Iterator[Finding]:
    if not is_identifier(identifier) or object_type(identifier) != kind:
        yield warn(path, RULE, "identifier", typed=identifier[:80], form=kind)


def _shared(playbook: Playbook) -> Iterator[Finding]:
    """An agent may be a target too, under one id; nothing else may share a UUID."""
    sections = ("workflow", "agent_definitions", "target_definitions", "authentication_info_definitions")
    places: dict[str, Path] = {playbook.id: ("id",)}
    for section in sections:
        places |= {identifier: (section, identifier) for identifier in getattr(playbook, section)}
    seen: dict[str, str] = {}
    for identifier, path in places.items():
        if is_identifier(identifier):
            uuid = identifier.rpartition("--")[2].lower()
            if uuid in seen:
                yield warn(path, RULE, "same_uuid", named=seen[uuid][:120], other=identifier[:120])
            seen[uuid] = identifier
