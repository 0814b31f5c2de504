"""Where each step leads (CACAO 2.0 §4.1)."""

from collections.abc import Iterator

from playbooks.cacao.finding import Finding, refuse, warn
from playbooks.cacao.model import Playbook, Step
from playbooks.cacao.structure import structure_of

RULE = "CACAO 2.0 §4.1"


def rules(playbook: Playbook) -> Iterator[Finding]:
    """What excludes what, what start and end may have, and steps that lead nowhere."""
    for identifier, step in playbook.workflow.items():
        if step.on_completion is not None and (step.on_success is not None or step.on_failure is not None):
            yield refuse(("workflow", identifier, "on_completion"), RULE, "both_ways")
        if step.type in ("start", "end"):
            yield from _ends(identifier, step)
        if step.type == "action" and step.on_failure is not None and step.on_success is None:
            yield warn(("workflow", identifier), RULE, "only_failure")
    yield from _nowhere(playbook)


def _ends(identifier: str, step: Step) -> Iterator[Finding]:
    barred = (
        ("on_success", "on_failure")
        if step.type == "start"
        else ("on_completion", "on_success", "on_failure")
    )
    for name in barred:
        if getattr(step, name) is not None:
            section = "§4.3" if step.type == "start" else "§4.4"
            yield refuse(
                ("workflow", identifier, name),
                f"CACAO 2.0 {section}",
                "barred",
                remedy="leave_out",
                typed=step.type,
                named=name,
            )


def _nowhere(playbook: Playbook) -> Iterator[Finding]:
    """Without a transition the branch ends there; but not if steps are left over that were to follow."""
    left_over = [name for name in structure_of(playbook).unreached if playbook.workflow[name].type != "end"]
    for identifier, step in playbook.workflow.items():
        if step.type == "end" or step.transitions:
            continue
        path = ("workflow", identifier)
        if step.type == "start" or left_over:
            yield refuse(path, RULE, "no_next")
        else:
            yield warn(path, RULE, "branch_ends")
