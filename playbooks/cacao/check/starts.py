"""Where it begins and ends (CACAO 2.0 §3.1 `workflow_start`, `workflow`)."""

from collections.abc import Iterator

from playbooks.cacao.finding import Finding, refuse, warn
from playbooks.cacao.model import Playbook

RULE = "CACAO 2.0 §3.1"


def rules(playbook: Playbook) -> Iterator[Finding]:
    """One start, which is `workflow_start`; at least one end, and something to do."""
    kinds = [step.type for step in playbook.workflow.values()]
    starts = [identifier for identifier, step in playbook.workflow.items() if step.type == "start"]
    if len(starts) > 1:
        yield refuse(("workflow", starts[1]), RULE, "many_starts", number=len(starts))
    elif not starts and playbook.workflow_start in playbook.workflow:
        yield warn(("workflow_start",), RULE, "no_start")
    elif starts and playbook.workflow_start != starts[0]:
        yield refuse(("workflow_start",), RULE, "other_start", known=starts[0][:80])
    exception = playbook.workflow_exception
    if exception is not None and exception in starts:
        yield refuse(("workflow_exception",), RULE, "exception_starts")
    if "end" not in kinds:
        yield warn(("workflow",), RULE, "no_end")
    if not {"action", "playbook-action"} & set(kinds):
        yield warn(("workflow",), RULE, "nothing_to_do")
