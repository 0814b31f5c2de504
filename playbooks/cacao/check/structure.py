"""The shape of the steps: reached, nested and ended as the standard wants (CACAO 2.0 §4.4, §4.7-4.10)."""

from collections.abc import Iterator

from playbooks.cacao.finding import Finding, refuse, warn
from playbooks.cacao.model import Playbook
from playbooks.cacao.structure import structure_of

RULE = "CACAO 2.0 §4.4"


def rules(playbook: Playbook) -> Iterator[Finding]:
    """Unreachable steps, loops, branches that run into each other, branches that do not end."""
    structure = structure_of(playbook)
    for identifier, following in structure.unreached.items():
        code = {0: "unreached", 1: "unreached_two"}.get(following, "unreached_many")
        yield warn(("workflow", identifier), "CACAO 2.0 §4", code, remedy="lead_to", count=following)
    for loop in structure.loops:
        names = " → ".join(f"“{playbook.label(step)[:60]}”" for step in loop[:5])
        yield refuse(("workflow", loop[0]), "CACAO 2.0 §4.9", "circle", names=names)
    for identifier in structure.too_deep:
        yield refuse(("workflow", identifier), "Muster limits", "too_deep")
    yield from _meetings(playbook)


def _meetings(playbook: Playbook) -> Iterator[Finding]:
    structure = structure_of(playbook)
    for source, link, target in structure.joins:
        yield warn(("workflow", source, link), RULE, "runs_into", named=playbook.label(target)[:80])
    for source, link, target in structure.clashes:
        yield refuse(("workflow", source, link), RULE, "runs_twice", named=playbook.label(target)[:80])
    for identifier in structure.shared_ends:
        yield warn(("workflow", identifier), RULE, "shared_end")
