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
                yield refuse(path, RULE, "long_span", named=name, number=str(span)[:40])
        if step.timeout == 0:
            yield warn(("workflow", identifier, "timeout"), RULE, "no_time_at_all")
