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
        yield refuse(("type",), RULE, "type")
    yield from _version(playbook)
    if playbook.revoked:
        yield warn(("revoked",), RULE, "revoked")
    for name in ("priority", "severity", "impact"):
        if not 0 <= getattr(playbook, name) <= 100:
            yield refuse((name,), RULE, "not_in_range", named=name)
    yield from _activities(playbook)


def _version(playbook: Playbook) -> Iterator[Finding]:
    if playbook.spec_version == VERSION:
        return
    if playbook.spec_version in _MEANT:
        yield warn(("spec_version",), RULE, "version_meant", known=VERSION)
    else:
        yield refuse(("spec_version",), RULE, "other_version", typed=str(playbook.spec_version)[:40])


def _activities(playbook: Playbook) -> Iterator[Finding]:
    if playbook.playbook_types and not playbook.playbook_activities:
        yield warn(("playbook_activities",), RULE, "no_activities")
    actions = [step for step in playbook.workflow.values() if isinstance(step, ActionStep)]
    done = {command.playbook_activity for step in actions for command in step.commands}
    idle = [activity for activity in playbook.playbook_activities if activity not in done]
    if idle:
        yield warn(("playbook_activities",), RULE, "idle_activities", names=", ".join(idle)[:200])
