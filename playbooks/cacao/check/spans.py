"""Delays, time-outs and repetitions (CACAO 2.0 §4.1, `delay` and `timeout`)."""

from collections.abc import Iterator

from playbooks.cacao.finding import Finding, refuse, warn
from playbooks.cacao.model import Playbook

RULE = "CACAO 2.0 §4.1"
LONGEST = 10 * 365 * 24 * 3_600_000
"""Ten years, in milliseconds."""


def rules(playbook: Playbook) -> Iterator[Finding]:
    """Whole numbers of milliseconds, neither negative nor beyond ten years."""
    for identifier, step in playbook.workflow.items():
        for name in ("delay", "timeout"):
            span = getattr(step, name)
            path = ("workflow", identifier, name)
            if span is not None and not 0 <= span <= LONGEST:
                problem = f"{name} is {str(span)[:40]} milliseconds; it lies between 0 and ten years."
                yield refuse(path, RULE, problem, "Write milliseconds.")
        if step.timeout == 0:
            problem = "A time-out of 0 leaves no time at all; it is read as no time-out."
            yield warn(
                ("workflow", identifier, "timeout"), RULE, problem, "Leave it out, or give the step time."
            )
