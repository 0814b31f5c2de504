"""What flaps calls nobody anew, and nothing stays unseen because of it."""

from dataclasses import replace
from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from playbooks.alerts.assess import FLAPPING, assess
from playbooks.alerts.flapping import OFTEN, STILL, WITHIN, held_back, resolutions
from playbooks.domain.alert import AlertSeverity, AlertStatus
from playbooks.ports.intake import GroupStatus, Known, Sighting
from tests.unit.playbooks.alerts.test_assess import INCIDENT, NOTHING, NOW, ROUTING, sighting

MINUTE = timedelta(minutes=1)
OFTEN_RESOLVED = [NOW + number * MINUTE for number in range(OFTEN)]


def critical(number: int, host: str = "a") -> Sighting:
    return sighting(number, AlertSeverity.CRITICAL, host=host)


def resolved(number: int) -> Sighting:
    alert = sighting(number).alert.model_copy(update={"status": AlertStatus.RESOLVED})
    return replace(sighting(number), alert=alert, fingerprint="disk", delivery_key=f"resolved-{number}")


def test_what_was_resolved_three_times_in_an_hour_is_held_back_for_an_hour() -> None:
    last = OFTEN_RESOLVED[-1]
    assert held_back({"disk": OFTEN_RESOLVED}, last) == {"disk": last + STILL}
    assert held_back({"disk": OFTEN_RESOLVED}, last + STILL) == {}
    assert held_back({"disk": OFTEN_RESOLVED[1:]}, last) == {}
    assert held_back({"disk": [NOW, NOW + WITHIN / 2, NOW + WITHIN + MINUTE]}, last) == {}


def test_resolved_again_it_is_held_back_for_longer() -> None:
    later = OFTEN_RESOLVED[-1] + 30 * MINUTE
    assert held_back({"disk": [*OFTEN_RESOLVED, later]}, later) == {"disk": later + STILL}


@given(st.permutations([*OFTEN_RESOLVED, *OFTEN_RESOLVED[:2]]))
def test_the_order_of_arrival_plays_no_part(moments: list[datetime]) -> None:
    assert held_back({"disk": moments}, NOW) == held_back({"disk": OFTEN_RESOLVED}, NOW)


def test_the_same_message_again_is_no_resolution() -> None:
    group = assess([resolved(1)], NOTHING, ROUTING, ())[0].group
    again = replace(resolved(1), alert=resolved(2).alert.model_copy(update={"source_id": "A-1"}))
    known = Known({group.key: group}, frozenset({(group.id, again.delivery_key)}))
    assert resolutions([again], known) == {}
    assert resolutions([resolved(1), resolved(2)], NOTHING) == {
        "disk": {NOW + timedelta(seconds=1), NOW + timedelta(seconds=2)}
    }


def test_what_is_held_back_declares_nothing_and_stands_at_triage_with_its_end() -> None:
    until = NOW + STILL
    one = critical(1)
    (change,) = assess([one], NOTHING, ROUTING, (), {one.fingerprint: until})
    assert change.errands == ()
    assert (change.group.status, change.group.rule) == (GroupStatus.TRIAGE, FLAPPING)
    assert change.group.held_until == until
    assert "held back until 2026-11-22 10:00 UTC" in str(change.group.because)


def test_what_has_kept_still_is_judged_by_the_rules_again() -> None:
    one = critical(1)
    (change,) = assess([one], NOTHING, ROUTING, (), {one.fingerprint: NOW + STILL})
    known = Known({one.group_key: change.group}, frozenset({(change.group.id, one.delivery_key)}))
    (after,) = assess([replace(one, times=0)], known, ROUTING, ())
    assert (after.group.status, after.group.held_until) == (GroupStatus.DECLARING, None)
    assert (after.group.alerts, after.group.arrivals) == (1, 1)


def test_another_of_the_same_group_that_keeps_still_declares_for_both() -> None:
    flaps = sighting(1)
    other = replace(critical(2), fingerprint="another")
    (change,) = assess([flaps, other], NOTHING, ROUTING, (), {flaps.fingerprint: NOW + STILL})
    assert change.group.status is GroupStatus.DECLARING


def test_an_incident_is_told_of_what_flaps_when_it_has_kept_still_or_gets_worse() -> None:
    one = sighting(1)
    attached = assess([one], NOTHING, ROUTING, ())[0].group.model_copy(
        update={"status": GroupStatus.ATTACHED, "incident": INCIDENT, "told": 1}
    )
    known, held = Known({one.group_key: attached}, frozenset()), {one.fingerprint: NOW + STILL}
    (quiet,) = assess([replace(one, delivery_key="again")], known, ROUTING, (), held)
    assert (quiet.errands, quiet.group.arrivals, quiet.group.held_until) == ((), 2, NOW + STILL)
    (worse,) = assess([critical(3)], known, ROUTING, (), held)
    assert len(worse.errands) == 1
    (later,) = assess([replace(one, times=0)], Known({one.group_key: quiet.group}, frozenset()), ROUTING, ())
    assert (len(later.errands), later.group.held_until) == (1, None)
