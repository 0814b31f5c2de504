"""Why a group stands as it does, said so that a person can follow it."""

from playbooks.alerts.assess import assess
from playbooks.alerts.explain import decided, put_together
from playbooks.domain.alert import AlertSeverity
from playbooks.domain.grouping import Grouping, GroupRule
from tests.unit.playbooks.alerts.test_assess import NOTHING, ROUTING, sighting


def test_it_is_said_what_alerts_have_in_common_while_the_rules_are_the_same() -> None:
    alert = sighting(1).alert
    group = assess([sighting(1)], NOTHING, ROUTING, ())[0].group
    together = put_together(group, [alert], ROUTING)
    assert together is not None
    assert together == ("subject", ("organization", "subject"), ROUTING.identity)
    changed = ROUTING.model_copy(
        update={"grouping": Grouping(rules=(GroupRule.model_validate({"name": "x", "by": ("rule",)}),))}
    )
    assert put_together(group, [alert], changed) is None


def test_the_rules_say_why_of_each_alert() -> None:
    critical = sighting(1, AlertSeverity.CRITICAL).alert
    assert decided(critical, ROUTING) == ("declare", "critical", "Critical is worth an incident.")
    assert decided(sighting(2).alert, ROUTING)[0] == "triage"
