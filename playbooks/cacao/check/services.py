"""Shared services that a playbook asks for: each is one of the catalogue of whoever runs it (document 003, §144)."""

from collections.abc import Collection, Iterator

from playbooks.cacao.extension import ActionName, StepNotes, is_readable, step_notes
from playbooks.cacao.finding import Finding, Path, refuse
from playbooks.cacao.model import Command, Playbook
from playbooks.cacao.model.step import ActionStep

RULE = "Muster catalogue, 003 §144"


def unknown_services(playbook: Playbook, offered: Collection[str]) -> Iterator[Finding]:
    """Every step that asks for a service that the catalogue does not have."""
    for path, command in _commands(playbook):
        code = command.arguments.get("code")
        if command.command == ActionName.SERVICE and code and code not in offered:
            yield refuse(
                (*path, "arguments", "code"),
                RULE,
                "no_service",
                typed=str(code)[:60],
                known=", ".join(sorted(offered)),
            )


def _commands(playbook: Playbook) -> Iterator[tuple[Path, Command]]:
    for identifier, step in playbook.workflow.items():
        if not isinstance(step, ActionStep):
            continue
        path = ("workflow", identifier)
        for index, command in enumerate(step.commands):
            yield (*path, "commands", index), command
        if is_readable(step.step_extensions, StepNotes):
            for index, command in enumerate(step_notes(step).undo):
                yield (*path, "step_extensions", "undo", index), command
