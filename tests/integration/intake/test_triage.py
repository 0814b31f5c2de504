"""What people decide about alerts that no rule declared, on a real PostgreSQL."""

from collections.abc import AsyncIterator

import pytest

from bot.reading.triage import TriageBoard
from integrations.postgres.database import connected, open_pool
from integrations.postgres.record import PostgresRecord
from playbooks.domain.errors import Conflict, Malformed, NotFound, Refused
from playbooks.domain.grouping import fingerprint
from playbooks.domain.ids import IncidentKey, OrganizationCode
from playbooks.domain.incident import IncidentState, Phase, Standing
from playbooks.domain.kinds import Kind
from playbooks.domain.release import Reader
from playbooks.domain.tongue import Tongue, speaking
from playbooks.ports.intake import Group, GroupStatus
from tests.casts import NOON
from tests.integration.intake.house import UNHCR, UNICC, House, alert

INCIDENT = IncidentState(
    key=IncidentKey("INC-2026-0042"), lead=UNICC, declared_at=NOON, parties={UNICC: Standing.LEAD}
)


@pytest.fixture
async def house(database: str) -> AsyncIterator[House]:
    async with open_pool(database) as pool:
        yield House(pool)


async def _at_triage(house: House, *hosts: str) -> list[Group]:
    await house.send(*(alert(number, host=host, title="odd") for number, host in enumerate(hosts)))
    await house.settle()
    groups = {group.id: group for group in await house.groups.triage()}
    return sorted(groups.values(), key=lambda group: group.id)


async def test_what_no_rule_declares_waits_with_its_reason(house: House) -> None:
    (group,) = await _at_triage(house, "srv-1")
    assert str(group.because) == "No routing rule matches it, so a person looks at it."


async def test_why_a_group_waits_is_read_in_each_readers_language(house: House) -> None:
    await _at_triage(house, "srv-1")
    with speaking(Tongue(language="fr")):
        (item,) = await TriageBoard(lambda _reader: house.groups).waiting(Reader(organization=UNICC))
    assert item.reason.startswith("Aucune règle")


async def test_own_words_stand_as_they_were_written_even_where_they_look_like_a_code(house: House) -> None:
    (group,) = await _at_triage(house, "srv-1")
    words = '{"text": "alert.because.no_rule", "args": {}}'
    await house.decide("triage.dismiss", group.id, reason=words)
    assert (await house.groups.group(group.id)).because == words


async def test_a_reason_that_was_kept_as_a_sentence_is_shown_as_it_stands(house: House) -> None:
    (group,) = await _at_triage(house, "srv-1")
    async with connected(house.pool) as connection:
        await connection.execute("UPDATE alert_group SET because = 'Its rule failed: no host.'")
    assert str((await house.groups.group(group.id)).because) == "Its rule failed: no host."


async def test_who_claims_is_seen_and_another_takes_over(house: House) -> None:
    (group,) = await _at_triage(house, "srv-1")
    await house.decide("triage.claim", group.id)
    await house.decide("triage.claim", group.id, who="unicc-ciso")
    assert (await house.groups.group(group.id)).owner == "unicc-ciso"


async def test_many_are_dismissed_at_once_with_a_reason_that_stands_in_the_record(house: House) -> None:
    groups = await _at_triage(house, "srv-1", "srv-2", "srv-3")
    decision = await house.decide(
        "triage.dismiss", *(group.id for group in groups), reason="Our own scanner."
    )
    assert await house.groups.triage() == []
    (found,) = await PostgresRecord(house.pool).entries_by_id([decision.entries[0].id])
    assert (found.kind, found.actor.id, found.texts) == (
        Kind.GROUP_DISMISS,
        "unicc-duty",
        {"reason": "Our own scanner."},
    )


async def test_what_is_attached_is_told_to_the_incident_by_who_attached_it(house: House) -> None:
    (group,) = await _at_triage(house, "srv-1")
    await house.decide("triage.attach", group.id, state=INCIDENT, reason="The same mail server.")
    await house.send(alert(7, host="srv-1", title="odd"))
    await house.settle()
    assert house.gateway.attached == 2
    first, second = house.gateway.commands.values()
    assert (first.actor.id, second.actor.id) == ("unicc-duty", "source/soc")


async def test_what_an_incidents_alerts_name_is_told_to_whom_they_were_sent(house: House) -> None:
    named = [{"kind": "ip_address", "value": "203.0.113.7"}, {"kind": "domain", "value": "relay.example.org"}]
    await house.send(*(alert(number, title="odd", indicators=named) for number in (1, 2)))
    await house.settle()
    (group,) = await house.groups.triage()
    board = TriageBoard(lambda _: house.groups)
    theirs, other = Reader(organization=UNICC, person="unicc-duty"), Reader(organization=UNHCR)
    assert await board.indicators(theirs, INCIDENT.key) == []
    await house.decide("triage.attach", group.id, state=INCIDENT, reason="The same mail server.")
    assert [each.value for each in await board.indicators(theirs, INCIDENT.key)] == [
        "relay.example.org",
        "203.0.113.7",
    ]
    assert await board.indicators(other, INCIDENT.key) == []


async def test_nothing_is_attached_to_a_closed_incident_nor_by_who_takes_no_part(house: House) -> None:
    (group,) = await _at_triage(house, "srv-1")
    closed = INCIDENT.model_copy(update={"phase": Phase.CLOSED, "closed_at": NOON})
    with pytest.raises(Refused, match="closed"):
        await house.decide("triage.attach", group.id, state=closed)
    elsewhere = INCIDENT.model_copy(update={"lead": UNHCR, "parties": {UNHCR: Standing.LEAD}})
    with pytest.raises(NotFound):
        await house.decide("triage.attach", group.id, state=elsewhere)


async def test_a_person_declares_and_is_the_author_of_it(house: House) -> None:
    (group,) = await _at_triage(house, "srv-1")
    await house.decide("triage.declare", group.id, severity="high", reason="It is no false alarm.")
    await house.settle()
    (declared,) = house.gateway.declared
    assert (declared.actor.id, declared.args["severity"], declared.args["rule"]) == (
        "unicc-duty",
        "high",
        "person",
    )
    assert declared.texts["note"] == "It is no false alarm."
    after = await house.groups.group(group.id)
    assert (after.status, after.incident) == (GroupStatus.ATTACHED, "INC-2026-0001")


async def test_a_declaration_that_waited_too_long_is_made_again_in_the_same_name(house: House) -> None:
    house.gateway.refuses = ("stale",)
    (group,) = await _at_triage(house, "srv-1")
    await house.decide("triage.declare", group.id)
    await house.settle()
    assert [each.actor.id for each in house.gateway.declared] == ["unicc-duty", "unicc-duty"]


async def test_merged_groups_are_one_and_what_comes_goes_there(house: House) -> None:
    first, second = await _at_triage(house, "srv-1", "srv-2")
    await house.decide("triage.merge", first.id, second.id)
    (left,) = await house.groups.triage()
    assert (left.id, left.alerts, left.arrivals) == (first.id, 2, 2)
    assert len(await house.groups.alerts(first.id)) == 2
    await house.send(alert(8, host="srv-1", title="odd"), alert(9, host="srv-2", title="odd"))
    await house.settle()
    (left,) = await house.groups.triage()
    assert (left.id, left.alerts, left.arrivals) == (first.id, 4, 4)


async def test_groups_that_are_merged_one_after_the_other_end_in_the_last(house: House) -> None:
    first, second, third = await _at_triage(house, "srv-1", "srv-2", "srv-3")
    await house.decide("triage.merge", second.id, third.id)
    await house.decide("triage.merge", first.id, second.id)
    for number, host in enumerate(("srv-1", "srv-2", "srv-3"), start=10):
        await house.send(alert(number, host=host, title="odd"))
    await house.settle()
    (left,) = await house.groups.triage()
    assert (left.id, left.alerts) == (first.id, 6)


async def test_a_merge_holds_for_the_one_attack_and_no_longer(house: House) -> None:
    first, second = await _at_triage(house, "srv-1", "srv-2")
    await house.decide("triage.merge", first.id, second.id)
    await house.decide("triage.declare", first.id)
    await house.settle()
    house.closed = {IncidentKey("INC-2026-0001")}
    await house.send(alert(8, host="srv-1", title="odd"), alert(9, host="srv-2", title="odd"))
    await house.settle()
    assert len(await house.groups.triage()) == 2


async def test_what_is_split_off_has_a_group_of_its_own_with_what_looks_like_it(house: House) -> None:
    await house.send(
        alert(1, title="odd", rule={"id": "R-1"}),
        alert(2, title="odd", rule={"id": "R-1"}),
        alert(3, title="other", rule={"id": "R-2"}),
    )
    await house.settle()
    (group,) = await house.groups.triage()
    (odd,) = {
        fingerprint(kept.alert) for kept in await house.groups.alerts(group.id) if kept.alert.rule_id == "R-2"
    }
    await house.decide("triage.split", group.id, fingerprints=[odd[:8]])
    await house.send(alert(4, title="other", rule={"id": "R-2"}), alert(5, title="odd", rule={"id": "R-1"}))
    await house.settle()
    counted = {each.id == group.id: (each.title, each.alerts) for each in await house.groups.triage()}
    assert counted == {True: ("odd", 3), False: ("other", 2)}


async def test_a_split_that_leaves_nothing_or_names_nothing_is_refused(house: House) -> None:
    (group,) = await _at_triage(house, "srv-1")
    (kept,) = await house.groups.alerts(group.id)
    with pytest.raises(Conflict, match="nothing"):
        await house.decide("triage.split", group.id, fingerprints=[fingerprint(kept.alert)])
    with pytest.raises(NotFound, match="fingerprints"):
        await house.decide("triage.split", group.id, fingerprints=["00000000"])


async def test_of_other_organizations_alerts_one_is_told_that_there_are_none(house: House) -> None:
    (group,) = await _at_triage(house, "srv-1")
    for verb in ("triage.claim", "triage.dismiss", "triage.declare"):
        with pytest.raises(NotFound, match="no group"):
            await house.decide(verb, group.id, who="wfp-duty", reason="x")
    assert (await house.groups.group(group.id)).organization == OrganizationCode("UNICC")


async def test_what_is_decided_already_is_not_decided_again(house: House) -> None:
    (group,) = await _at_triage(house, "srv-1")
    await house.decide("triage.declare", group.id)
    with pytest.raises(Conflict, match="declaring"):
        await house.decide("triage.dismiss", group.id, reason="Too late.")
    with pytest.raises(Malformed):
        await house.decide("triage.merge", group.id)
