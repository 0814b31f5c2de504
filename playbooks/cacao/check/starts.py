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
        problem = f"It has {len(starts)} start steps."
        yield refuse(("workflow", starts[1]), RULE, problem, "Keep the one that begins the playbook.")
    elif not starts and playbook.workflow_start in playbook.workflow:
        problem = "It has no start step; it begins at the step that workflow_start names."
        yield warn(("workflow_start",), RULE, problem, "Add a start step that leads there.")
    elif starts and playbook.workflow_start != starts[0]:
        problem = "workflow_start does not name the start step."
        yield refuse(("workflow_start",), RULE, problem, f"Name {starts[0][:80]} there.")
    exception = playbook.workflow_exception
    if exception is not None and exception in starts:
        problem = "workflow_exception names the start step, so that every failure would begin it all again."
        yield refuse(("workflow_exception",), RULE, problem, "Name the step that deals with failures.")
    if "end" not in kinds:
        problem = "It has no end step; a branch ends after its last step."
        yield warn(("workflow",), RULE, problem, "Add an end step to every branch.")
    if not {"action", "playbook-action"} & set(kinds):
        yield warn(("workflow",), RULE, "There is nothing to do in it.", "Add an action.")
