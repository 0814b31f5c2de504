"""Why a group of alerts stands as it does: how it was put together, and what the rules say of each alert.

What was decided stands on the group and in the record. This says it again by the rules that are in force now, and says
so where they have changed meanwhile.
"""

from collections.abc import Iterable
from typing import NamedTuple

from playbooks.domain.alert import NormalizedAlert
from playbooks.domain.grouping import group_key, group_rule
from playbooks.domain.routing import Routing, decide
from playbooks.ports.intake import Group


class PutTogether(NamedTuple):
    """The grouping rule of a group's alerts, what they have in common by it, and the identity of the rules."""

    rule: str
    by: tuple[str, ...]
    rules: str


def put_together(group: Group, alerts: Iterable[NormalizedAlert], routing: Routing) -> PutTogether | None:
    """By which rule; None where a person put it together, or the rules have changed since."""
    for alert in alerts:
        if group_key(alert, routing.grouping) == group.key:
            rule = group_rule(alert, routing.grouping)
            whose = ("organization",) if rule.held_by is None else rule.among
            by = tuple(field.value for field in rule.by if field.value != "organization")
            return PutTogether(rule.name, (*whose, *by), routing.identity)
    return None


def decided(alert: NormalizedAlert, routing: Routing) -> tuple[str, str, str]:
    """What the rules in force say of one alert that no open incident has: the decision, the rule, and why."""
    decision = decide(alert, routing)
    return decision.kind, decision.rule, str(decision.because)
