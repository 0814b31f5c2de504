"""Extensions: those in use are defined, and ours says what it may (CACAO 2.0 §8)."""

from collections.abc import Iterator

from pydantic import BaseModel, ValidationError

from playbooks.cacao.extension import EXTENSION_ID, AgentNotes, StepNotes
from playbooks.cacao.finding import Finding, Path, refuse, warn
from playbooks.cacao.model import Extensions, Playbook

RULE = "CACAO 2.0 §8"


def rules(playbook: Playbook) -> Iterator[Finding]:
    """Of the playbook, its steps, agents, targets, authentication and markings."""
    for path, extensions, ours in _all(playbook):
        for identifier in extensions:
            if identifier not in playbook.extension_definitions:
                yield warn((*path, identifier), RULE, "undefined_extension", typed=identifier[:80])
        if ours is not None and EXTENSION_ID in extensions:
            yield from _ours((*path, EXTENSION_ID), extensions, ours)


def _all(playbook: Playbook) -> Iterator[tuple[Path, Extensions, type[BaseModel] | None]]:
    yield ("playbook_extensions",), playbook.playbook_extensions, None
    for identifier, step in playbook.workflow.items():
        yield ("workflow", identifier, "step_extensions"), step.step_extensions, StepNotes
    for section in ("agent_definitions", "target_definitions"):
        for identifier, agent in getattr(playbook, section).items():
            yield (section, identifier, "agent_target_extensions"), agent.agent_target_extensions, AgentNotes
    for identifier, info in playbook.authentication_info_definitions.items():
        path = ("authentication_info_definitions", identifier, "authentication_info_extensions")
        yield path, info.authentication_info_extensions, None
    for identifier, marking in playbook.data_marking_definitions.items():
        yield ("data_marking_definitions", identifier, "marking_extensions"), marking.marking_extensions, None


def _ours(path: Path, extensions: Extensions, notes: type[BaseModel]) -> Iterator[Finding]:
    try:
        notes.model_validate(extensions[EXTENSION_ID])
    except ValidationError as error:
        for detail in error.errors(include_url=False, include_context=False)[:10]:
            yield refuse(
                (*path, *detail["loc"]),
                "Muster extension",
                "extension_value",
                named=".".join(map(str, detail["loc"]))[:80],
                said=detail["msg"][:150],
            )
