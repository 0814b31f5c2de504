"""An installation's own rules at work: suppressed for a while, replaced while running, tried on what is kept."""

import os
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.intake.replay import as_text, replay
from bot.intake.routing_rules import RoutingInFile, read_routing
from bot.reading.triage import TriageBoard
from integrations.postgres.database import open_pool
from playbooks.alerts.spike import spikes
from playbooks.domain.errors import Malformed
from playbooks.domain.release import Reader
from playbooks.domain.routing import Match, Routing, RoutingRule, SuppressOutcome
from playbooks.ports.intake import GroupStatus
from tests.integration.intake.house import NOW, ROUTING, UNHCR, UNICC, House, alert

DOCS = Path(__file__).parents[3] / "docs" / "alerts.md"
OUR_SCANNER = RoutingRule(
    name="our-scanner",
    why="The penetration test is ours.",
    when=Match(where="alert.affected.hosts.exists(host, host.startsWith('scan-'))"),
    then=SuppressOutcome(),
    until=NOW + timedelta(hours=8),
)


@pytest.fixture
async def house(database: str) -> AsyncIterator[House]:
    async with open_pool(database) as pool:
        yield House(pool)


def _with(*rules: RoutingRule) -> Routing:
    return Routing(rules=(*rules, *ROUTING.rules))


async def test_what_a_rule_suppresses_bothers_nobody_and_is_counted(house: House) -> None:
    house.routing = _with(OUR_SCANNER)
    await house.send(alert(1, host="scan-1"), alert(2, host="scan-1"))
    await house.settle()
    (group,) = await house.all_groups()
    assert (group.status, group.rule, group.arrivals) == (GroupStatus.SUPPRESSED, "our-scanner", 2)
    assert str(group.because) == "The penetration test is ours. Until 2026-11-22 17:00 UTC."
    assert await house.groups.triage() == []
    assert house.gateway.declared == []


async def test_a_simulation_under_way_bothers_nobody_and_the_page_of_its_alerts_says_so(house: House) -> None:
    why = "Phishing simulations of UNICC for UNICC is under way."
    house.expected = (
        OUR_SCANNER.model_copy(
            update={
                "name": "service",
                "why": why,
                "when": Match(organizations=("UNICC",), words=("critical",)),
            }
        ),
    )
    await house.send(alert(1))
    await house.settle()
    assert house.gateway.declared == []
    (group,) = await house.all_groups()
    shown = await TriageBoard(lambda _: house.groups, lambda: house.routing, house.under_way).group(
        Reader(organization=UNICC), group.id
    )
    assert (shown.status, shown.item.reason) == ("suppressed", f"{why} Until 2026-11-22 17:00 UTC.")
    assert [(each.decision, each.decision_why) for each in shown.alerts] == [("suppress", why)]
    house.expected = ()
    await house.send(alert(2))
    await house.settle()
    assert len(house.gateway.declared) == 1, "it ends with the service"


async def test_when_the_rule_has_ended_the_others_decide(house: House) -> None:
    house.routing = _with(OUR_SCANNER)
    await house.send(alert(1, host="scan-1"))
    await house.settle()
    house.now = NOW + timedelta(hours=9)
    await house.send(alert(2, host="scan-1"))
    await house.settle()
    assert len(house.gateway.declared) == 1


async def test_one_that_is_not_expected_brings_the_whole_before_a_person(house: House) -> None:
    expected = OUR_SCANNER.model_copy(update={"when": Match(words=("port scan",))})
    house.routing = _with(expected)
    await house.send(alert(1, title="port scan"))
    await house.settle()
    assert await house.groups.triage() == []
    await house.send(alert(2, title="odd"))
    await house.settle()
    (group,) = await house.groups.triage()
    assert group.alerts == 2


async def test_rules_are_tried_on_what_is_kept_and_change_nothing(house: House) -> None:
    await house.send(alert(1, title="odd"), alert(2, title="odd", host="srv-2"), alert(3, host="scan-1"))
    await house.send(alert(4, title="odd"))
    await house.settle()
    before = await house.all_groups()
    as_is = await replay(house.groups.history(NOW), house.routing)
    assert (as_is.alerts, len(as_is.groups), [group.rule for group in as_is.declared]) == (4, 3, ["critical"])
    tried = await replay(house.groups.history(NOW), _with(OUR_SCANNER))
    assert tried.declared == []
    assert ("suppressed", "our-scanner", 1) in tried.by_rule()
    assert "4 alerts make 3 groups, of which 0 would be declared." in as_text(tried)
    assert await house.all_groups() == before
    later = await replay(house.groups.history(NOW + timedelta(days=1)), house.routing)
    assert later.alerts == 0


def test_a_changed_file_is_read_again_and_a_broken_one_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.intake.reread.LOOK_EVERY", -1.0)
    file = tmp_path / "routing.yaml"
    file.write_text("rules: []")
    routing = RoutingInFile(file)
    assert routing().rules == ()
    file.write_text("rules:\n- {name: all, why: For a person., then: {triage: true}}")
    os.utime(file, ns=(1, 1))
    assert [rule.name for rule in routing().rules] == ["all"]
    file.write_text("rules:\n- {name: all}")
    os.utime(file, ns=(2, 2))
    assert [rule.name for rule in routing().rules] == ["all"]


async def test_alerts_are_counted_by_source_and_a_spike_is_named(house: House) -> None:
    await house.send(*(alert(number) for number in range(150)))
    await house.send(*(alert(number) for number in range(150)))
    await house.settle()
    (spike,) = spikes(await house.groups.rates(UNICC, NOW - timedelta(days=1)), NOW)
    assert (spike.source, spike.alerts, spike.usual) == ("soc", 300, 0)
    assert await house.groups.rates(UNHCR, NOW - timedelta(days=1)) == []


@pytest.mark.parametrize(
    ("rule", "fault"),
    [
        ("{name: quiet, why: w, then: {suppress: true}}", "until"),
        ("{name: odd, why: w, when: {where: 'alert.x'}, then: {triage: true}}", "x"),
    ],
)
def test_a_fault_in_a_file_is_said_in_one_sentence(rule: str, fault: str) -> None:
    with pytest.raises(Malformed, match=f"(?s)rules.0.*{fault}"):
        read_routing(f"rules:\n- {rule}".encode())


def test_the_grouping_rules_in_the_documentation_can_be_read() -> None:
    text = DOCS.read_text(encoding="utf-8").split("```yaml\ngrouping:", 1)[1].split("```", 1)[0]
    (rule,) = read_routing(f"rules: []\ngrouping:{text}".encode()).grouping.rules
    assert (rule.held_by, rule.within) == ("UNICC", timedelta(days=7))
