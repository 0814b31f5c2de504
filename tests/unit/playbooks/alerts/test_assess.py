"""From alerts to groups and errands: nothing lost, nothing told twice, whatever the order."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from playbooks.alerts.assess import DECLARE, assess
from playbooks.alerts.settle import settle
from playbooks.domain.alert import Affected, AlertSeverity, AlertStatus, NormalizedAlert
from playbooks.domain.command import Outcome, Verdict
from playbooks.domain.grouping import Grouping, GroupRule, delivery_key, fingerprint, group_key
from playbooks.domain.ids import IncidentKey
from playbooks.domain.incident import Severity
from playbooks.domain.routing import DeclareOutcome, Match, Routing, RoutingRule
from playbooks.ports.inbox import Errand
from playbooks.ports.intake import Change, Group, GroupStatus, Known, Sighting

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
INCIDENT = IncidentKey("INC-2026-0001")
ROUTING = Routing(
    rules=(
        RoutingRule(
            name="critical",
            why="Critical is worth an incident.",
            when=Match(severities=(AlertSeverity.CRITICAL,)),
            then=DeclareOutcome(),
        ),
        RoutingRule(
            name="high",
            why="So is high.",
            when=Match(severities=(AlertSeverity.HIGH,)),
            then=DeclareOutcome(severity=Severity.LOW),
        ),
    )
)
NOTHING = Known({}, frozenset())


def sighting(
    number: int, severity: AlertSeverity = AlertSeverity.LOW, host: str = "a", times: int = 1
) -> Sighting:
    alert = NormalizedAlert(
        format="generic",
        product="Generic",
        source_id=f"A-{number}",
        title=f"encryption {number}",
        received_at=NOW + timedelta(seconds=number),
        severity=severity,
        organization="UNHCR",
        affected=Affected(hosts=(host,)),
        raw=b"{}",
        raw_sha256="",
    )
    return seen(alert, times)


def seen(alert: NormalizedAlert, times: int = 1) -> Sighting:
    return Sighting(
        alert, "soc", UUID(int=1), delivery_key(alert), fingerprint(alert), group_key(alert), times
    )


class World:
    """A store and a gateway in memory, to play batches and verdicts in any order."""

    def __init__(self) -> None:
        self.newest: dict[str, Group] = {}
        self.seen: set[tuple[str, str]] = set()
        self.errands: list[Errand] = []
        self.commands: dict[str, Errand] = {}
        self.attached = 0

    def batch(self, sightings: Sequence[Sighting]) -> None:
        for change in assess(sightings, Known(self.newest, frozenset(self.seen)), ROUTING, frozenset()):
            self._put(change)
        for each in sightings:
            self.seen.add((self.newest[each.group_key].id, each.delivery_key))

    def judge_one(self) -> None:
        """Judge the oldest errand, and tell the group twice, as a relay that died in between would."""
        errand = self.errands.pop(0)
        assert self.commands.setdefault(errand.id, errand) == errand
        self.attached += errand.body.get("count", 0)
        verdict = Verdict(outcome=Outcome.DONE, code="done", incident=INCIDENT)
        for _ in range(2):
            group = next(each for each in self.newest.values() if each.id == errand.body["group"])
            self._put(settle(group, errand, verdict))

    def _put(self, change: Change) -> None:
        self.newest[change.group.key] = change.group
        self.errands += change.errands


alerts = st.builds(
    sighting,
    st.integers(0, 30),
    st.sampled_from(AlertSeverity),
    st.sampled_from("abc"),
    st.integers(1, 5),
)


@st.composite
def of_every_kind(draw: st.DrawFn) -> Sighting:
    """Tests, resolved alerts and updates among them."""
    drawn = draw(alerts)
    update = {"is_test": draw(st.booleans()), "status": draw(st.sampled_from(AlertStatus))}
    return seen(drawn.alert.model_copy(update=update), drawn.times)


def merged(sightings: Sequence[Sighting]) -> list[Sighting]:
    """As the loop does: one sighting for each alert of a batch."""
    once: dict[tuple[str, str], Sighting] = {}
    for each in sightings:
        place = (each.group_key, each.delivery_key)
        times = once[place].times + each.times if place in once else each.times
        once[place] = replace(each, times=times)
    return list(once.values())


@given(st.lists(st.one_of(st.lists(alerts, min_size=1), st.none()), max_size=12))
def test_every_arrival_reaches_its_incident_once(course: list[list[Sighting] | None]) -> None:
    world = World()
    arrivals: dict[str, int] = {}
    for step in course:
        if step is not None:
            world.batch(merged(step))
            for each in step:
                arrivals[each.group_key] = arrivals.get(each.group_key, 0) + each.times
        elif world.errands:
            world.judge_one()
    while world.errands:
        world.judge_one()
    attached = [group for group in world.newest.values() if group.status is GroupStatus.ATTACHED]
    assert {key: group.arrivals for key, group in world.newest.items()} == arrivals
    assert (
        world.attached == sum(group.told for group in attached) == sum(group.arrivals for group in attached)
    )
    declared = [errand for errand in world.commands.values() if errand.kind == DECLARE]
    assert len(declared) == len(attached)
    grave = (AlertSeverity.HIGH, AlertSeverity.CRITICAL)
    assert all((group.severity in grave) == (group in attached) for group in world.newest.values())


@given(st.lists(of_every_kind(), min_size=1), st.data())
def test_the_order_within_a_batch_plays_no_part(batch: list[Sighting], data: st.DataObject) -> None:
    one_way = merged(batch)
    other_way = data.draw(st.permutations(one_way))

    def groups(sightings: list[Sighting]) -> dict[str, Change]:
        return {change.group.key: change for change in assess(sightings, NOTHING, ROUTING, frozenset())}

    assert groups(one_way) == groups(other_way)


@given(st.lists(alerts, min_size=1))
def test_every_alert_is_in_exactly_one_group(batch: list[Sighting]) -> None:
    changes = assess(merged(batch), NOTHING, ROUTING, frozenset())
    assert sorted(change.group.key for change in changes) == sorted({each.group_key for each in batch})


def test_the_gravest_declaration_wins() -> None:
    both = [sighting(1, AlertSeverity.HIGH), sighting(2, AlertSeverity.CRITICAL)]
    (change,) = assess(both, NOTHING, ROUTING, frozenset())
    assert (change.group.rule, change.errands[0].body["severity"]) == ("critical", "critical")


def test_a_group_at_triage_that_gets_worse_is_declared() -> None:
    world = World()
    world.batch([sighting(1)])
    assert (world.errands, [group.rule for group in world.newest.values()]) == ([], ["no-rule"])
    world.batch([sighting(2, AlertSeverity.CRITICAL)])
    assert [errand.kind for errand in world.errands] == [DECLARE]


def test_a_test_and_a_resolved_alert_declare_nothing() -> None:
    critical = sighting(1, AlertSeverity.CRITICAL).alert
    for alert in (
        critical.model_copy(update={"is_test": True}),
        critical.model_copy(update={"status": AlertStatus.RESOLVED}),
    ):
        (change,) = assess([seen(alert)], NOTHING, ROUTING, frozenset())
        assert (change.errands, change.group.status) == ((), GroupStatus.TRIAGE)


def _with_grouping(**rule: object) -> Routing:
    made = GroupRule.model_validate({"name": "by-host", "by": ("host",)} | rule)
    return ROUTING.model_copy(update={"grouping": Grouping(rules=(made,))})


def test_after_a_silence_longer_than_the_window_the_same_is_a_new_group() -> None:
    routing = _with_grouping(within=timedelta(hours=6))
    first, again, late = sighting(1), sighting(6 * 3600), sighting(13 * 3600)
    before = assess([first], NOTHING, routing, ())[0].group
    same = assess([again], Known({before.key: before}, frozenset()), routing, ())[0].group
    other = assess([late], Known({same.key: same}, frozenset()), routing, ())[0].group
    assert (before.id, same.alerts) == (same.id, 2)
    assert (other.generation, other.alerts) == (2, 1)


def test_an_open_incident_keeps_its_group_however_long_the_silence() -> None:
    routing = _with_grouping(within=timedelta(hours=6))
    before = assess([sighting(1)], NOTHING, routing, ())[0].group
    attached = before.model_copy(update={"status": GroupStatus.ATTACHED, "incident": INCIDENT})
    known = Known({before.key: attached}, frozenset())
    assert assess([sighting(90_000)], known, routing, ())[0].group.id == before.id


def test_a_group_of_several_organizations_is_of_the_one_that_holds_it() -> None:
    routing = _with_grouping(among=("UNHCR", "UNICC"), held_by="UNICC")
    (change,) = assess([sighting(1)], NOTHING, routing, ())
    assert change.group.organization == "UNICC"
