"""What the document says it is: type, version, vocabulary, ranges (CACAO 2.0 §3.1)."""

from collections.abc import Iterator

from playbooks.cacao.finding import Finding, refuse, warn
from playbooks.cacao.identifiers import VERSION
from playbooks.cacao.model import Playbook
from playbooks.cacao.model.step import ActionStep

RULE = "CACAO 2.0 §3.1"

_HIGHEST = 100
_MEANT = (None, "2.0", "cacao_2.0", "CACAO-2.0")
"""What people write when they mean it."""


def rules(playbook: Playbook) -> Iterator[Finding]:
    """Type and version, revocation, ranges, types and activities."""
    if playbook.type != "playbook":
        yield refuse(("type",), RULE, "The type is not “playbook”.", "Give the document the type it has.")
    yield from _version(playbook)
    if playbook.revoked:
        yield warn(
            ("revoked",), RULE, "Its author has revoked it.", "Look for what replaced it before running it."
        )
    for name in ("priority", "severity", "impact"):
        if not 0 <= getattr(playbook, name) <= 100:
            problem = f"{name} is not between 0 and 100."
            yield refuse((name,), RULE, problem, "0 is undefined; otherwise choose from 1 to 100.")
    yield from _activities(playbook)


def _version(playbook: Playbook) -> Iterator[Finding]:
    if playbook.spec_version == VERSION:
        return
    if playbook.spec_version in _MEANT:
        yield warn(
            ("spec_version",), RULE, "It does not say “cacao-2.0”; it is read as that.", f"Write {VERSION}."
        )
    else:
        problem = f"It is written for {str(playbook.spec_version)[:40]}, not for CACAO 2.0."
        yield refuse(
            ("spec_version",), RULE, problem, "Convert it to CACAO 2.0; the steps changed in between."
        )


def _activities(playbook: Playbook) -> Iterator[Finding]:
    if playbook.playbook_types and not playbook.playbook_activities:
        problem = "It states its types and none of its activities."
        yield warn(
            ("playbook_activities",), RULE, problem, "Name at least one activity, as the standard asks."
        )
    actions = [step for step in playbook.workflow.values() if isinstance(step, ActionStep)]
    done = {command.playbook_activity for step in actions for command in step.commands}
    idle = [activity for activity in playbook.playbook_activities if activity not in done]
    if idle:
        problem = f"No command says that it does: {', '.join(idle)[:200]}."
        remedy = "Name the activity on the command that does it, or leave it out above."
        yield warn(("playbook_activities",), RULE, problem, remedy)
