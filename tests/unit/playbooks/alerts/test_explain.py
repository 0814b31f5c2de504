"""Why a group stands as it does, said so that a person can follow it."""

from datetime import timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from playbooks.alerts.assess import assess
from playbooks.alerts.explain import OFTEN, come_and_go, decided, put_together
from playbooks.domain.alert import AlertSeverity, AlertStatus
from playbooks.domain.grouping import Grouping, GroupRule, fingerprint
from playbooks.ports.intake import Kept
from tests.unit.playbooks.alerts.test_assess import NOTHING, NOW, ROUTING, sighting


def kept(number: int, status: AlertStatus, times: int = 1, host: str = "a") -> Kept:
    alert = sighting(number, host=host).alert.model_copy(update={"status": status, "title": "disk"})
    return Kept(alert, "soc", UUID(int=1), times, NOW + timedelta(seconds=number))


def test_what_was_resolved_and_came_again_often_comes_and_goes() -> None:
    came = [kept(number, AlertStatus.NEW) for number in range(OFTEN)]
    gone = [kept(number, AlertStatus.RESOLVED) for number in range(OFTEN)]
    assert come_and_go([*came, *gone]) == {fingerprint(came[0].alert)}
    assert come_and_go([*came, *gone[1:]]) == frozenset()
    assert come_and_go([*came, *(kept(9, AlertStatus.RESOLVED, OFTEN, host="b"),)]) == frozenset()


@given(st.permutations([(AlertStatus.NEW, 2), (AlertStatus.RESOLVED, 3), (AlertStatus.NEW, 1)]))
def test_the_order_of_arrival_plays_no_part_in_what_comes_and_goes(
    course: list[tuple[AlertStatus, int]],
) -> None:
    assert come_and_go([kept(at, status, times) for at, (status, times) in enumerate(course)])


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
