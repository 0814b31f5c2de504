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
        others = {0: "", 1: ", nor does the step that follows it"}.get(
            following, f", nor do the {following} steps after it"
        )
        problem = f"Nothing leads to it; it never runs{others}."
        yield warn(("workflow", identifier), "CACAO 2.0 §4", problem, "Lead to it, or remove it.")
    for loop in structure.loops:
        names = " → ".join(f"“{playbook.label(step)[:60]}”" for step in loop[:5])
        problem = f"The steps go round in a circle: {names}."
        yield refuse(("workflow", loop[0]), "CACAO 2.0 §4.9", problem, "Repeat steps with a while-condition.")
    for identifier in structure.too_deep:
        yield refuse(
            ("workflow", identifier),
            "Muster limits",
            "Branches are nested too deep.",
            "Use another playbook.",
        )
    yield from _meetings(playbook)


def _meetings(playbook: Playbook) -> Iterator[Finding]:
    structure = structure_of(playbook)
    for source, link, target in structure.joins:
        problem = f"The branch runs into “{playbook.label(target)[:80]}”, which follows it; it ends before that step."
        yield warn(
            ("workflow", source, link), RULE, problem, "Let every branch lead to an end step of its own."
        )
    for source, link, target in structure.clashes:
        problem = f"“{playbook.label(target)[:80]}” would run more than once: it belongs to another branch."
        remedy = "End the branch here, and let the step that opened it lead on."
        yield refuse(("workflow", source, link), RULE, problem, remedy)
    for identifier in structure.shared_ends:
        problem = "Several branches end in this one end step."
        yield warn(("workflow", identifier), RULE, problem, "Give every branch an end step of its own.")
