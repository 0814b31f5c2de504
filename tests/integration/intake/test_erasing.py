"""Alerts are erased with what carried them, and what carried alerts of an incident under a legal hold stays."""

import json
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
import pytest_asyncio

from bot.intake.split import split
from integrations.postgres.database import Pool, connected, open_pool, transaction
from integrations.postgres.erasing_alerts import erase_alerts
from integrations.postgres.erasure import carry_out
from integrations.postgres.keys import SigningKeys
from integrations.postgres.record import PostgresRecord
from integrations.postgres.sequencer import integrate
from integrations.postgres.verify import verify_live
from playbooks.domain.errors import Conflict, NotFound, Refused
from playbooks.domain.ids import IncidentKey
from playbooks.domain.kinds import Kind
from playbooks.ports.intake import Delivery
from tests.integration.intake.house import UNICC, House, alert
from tests.integration.intake.test_triage import INCIDENT
from tests.record_samples import entry


@pytest_asyncio.fixture
async def pool(database: str) -> AsyncIterator[Pool]:
    async with open_pool(database) as opened:
        yield opened


@pytest.fixture
def keys(tmp_path: Path) -> SigningKeys:
    return SigningKeys.open(tmp_path / "record.key")


@pytest.fixture
def house(pool: Pool) -> House:
    return House(pool)


def delivered(house: House, body: bytes) -> Delivery:
    return Delivery(uuid4(), "soc", UNICC, body, house.now, ())


async def aside(pool: Pool) -> int:
    async with connected(pool) as connection:
        row = await (await connection.execute("SELECT count(*) FROM set_aside")).fetchone()
        return int(row[0]) if row else -1


async def approved(house: House, keys: SigningKeys, what: str, until: int = 1) -> None:
    """Asked by one, approved by another, and carried out once it stands in the log."""
    await house.decide("triage.erase", what, reason="It names a patient.")
    assert await carry_out(house.pool) == 0
    await house.decide("triage.erase.approve", what, who="unicc-ciso")
    assert await carry_out(house.pool) == 0, "nothing goes before the decision stands in the log"
    await integrate(house.pool, keys)
    assert [await carry_out(house.pool), await carry_out(house.pool)] == [until, 0]


async def erase(pool: Pool, group: str) -> None:
    async with transaction(pool) as connection:
        await erase_alerts(connection, group)


async def bodies(pool: Pool) -> int:
    async with connected(pool) as connection:
        row = await (await connection.execute("SELECT count(body) FROM delivery")).fetchone()
        return int(row[0]) if row else -1


async def hold(pool: Pool, number: int, key: IncidentKey, kind: Kind = Kind.HOLD_PLACE) -> None:
    await PostgresRecord(pool).append([entry(number, key, kind=kind)])


async def test_a_group_s_alerts_go_with_every_request_that_carried_them_and_are_still_counted(
    house: House, pool: Pool
) -> None:
    for _ in range(2):
        await house.send(alert(1))
        await house.settle()
    [group] = await house.all_groups()
    await erase(pool, group.id)
    assert await bodies(pool) == 0
    assert await house.groups.alerts(group.id) == []
    [after] = await house.all_groups()
    assert (after.title, after.because, after.arrivals) == ("", "", group.arrivals)


async def test_the_titles_of_groups_that_were_merged_into_it_go_too(house: House, pool: Pool) -> None:
    for number in (1, 2):
        await house.send(alert(number, host=f"srv-{number}", title="Somebody by name"))
        await house.settle()
    first, second = await house.all_groups()
    await house.decide("triage.merge", first.id, second.id)
    into = next(each for each in await house.all_groups() if each.status == "triage")
    await erase(pool, into.id)
    assert {each.title for each in await house.all_groups()} == {""}


async def test_what_also_carried_alerts_of_a_held_incident_stays_until_the_hold_is_lifted(
    house: House, pool: Pool
) -> None:
    await house.send(alert(1, host="srv-1", title="Somebody by name"), alert(2, host="srv-2"))
    await house.settle()
    [ours] = [each for each in await house.all_groups() if each.incident is None]
    [theirs] = [each for each in await house.all_groups() if each.incident is not None]
    assert theirs.incident is not None
    await hold(pool, 1, theirs.incident)
    await erase(pool, ours.id)
    assert await house.groups.alerts(ours.id) == []
    assert await bodies(pool) == 1
    await hold(pool, 2, theirs.incident, Kind.HOLD_LIFT)
    late = house.now + timedelta(days=200)
    assert await house.understanding.forget(before=late, quiet_since=house.now - timedelta(days=1)) == 1
    assert await bodies(pool) == 0


async def test_old_bodies_are_dropped_and_those_of_held_incidents_are_not(house: House, pool: Pool) -> None:
    await house.send(alert(1))
    await house.settle()
    [group] = await house.all_groups()
    assert group.incident is not None
    await hold(pool, 1, group.incident)
    late = house.now + timedelta(days=200)
    await house.understanding.forget(before=late, quiet_since=house.now - timedelta(days=1))
    assert await bodies(pool) == 1
    await hold(pool, 2, group.incident, Kind.HOLD_LIFT)
    await house.understanding.forget(before=late, quiet_since=house.now - timedelta(days=1))
    assert await bodies(pool) == 0


async def test_what_was_set_aside_is_dropped_with_the_bodies(house: House, pool: Pool) -> None:
    await house.intake.set_aside(delivered(house, b"{half"), "It is no JSON.")
    assert await house.understanding.forget(before=house.now, quiet_since=house.now) == 0
    assert (
        await house.understanding.forget(before=house.now + timedelta(seconds=1), quiet_since=house.now) == 1
    )


async def test_alerts_of_no_incident_go_by_the_decision_of_two_and_the_record_says_whose(
    house: House, pool: Pool, keys: SigningKeys
) -> None:
    await house.send(alert(1, title="Somebody by name"))
    await house.settle()
    [group] = await house.all_groups()
    await approved(house, keys, group.id)
    assert await bodies(pool) == 0
    assert await house.groups.alerts(group.id) == []
    assert [each.title for each in await house.all_groups()] == [""]
    told = [entry async for _, entry in PostgresRecord(pool).entries(None)]
    asked, decided = (each for each in told if each.subject == f"group/{group.id}")
    assert (asked.kind, asked.actor.id, asked.texts["reason"]) == (
        Kind.ERASURE_REQUEST,
        "unicc-duty",
        "It names a patient.",
    )
    assert (decided.kind, decided.actor.id, decided.data["asked_by"]) == (
        Kind.ERASURE_APPROVE,
        "unicc-ciso",
        "unicc-duty",
    )
    async with connected(pool) as connection:
        assert (await verify_live(connection, keys.public_keys)).ok


async def test_what_was_set_aside_of_a_source_goes_by_the_decision_of_two(
    house: House, pool: Pool, keys: SigningKeys
) -> None:
    await house.intake.set_aside(delivered(house, b"{half"), "It is no JSON.")
    await approved(house, keys, "soc")
    assert await aside(pool) == 0
    with pytest.raises(NotFound, match="Nothing of a source soc"):
        await house.decide("triage.erase", "soc", reason="Again.")


async def test_what_a_held_incident_was_told_with_is_not_erased_from_what_was_set_aside(
    house: House, pool: Pool, keys: SigningKeys
) -> None:
    body = json.dumps(alert(1)).encode() + b"\n{half"
    await house.intake.receive(Delivery(uuid4(), "soc", UNICC, body, house.now, *split("soc", body)))
    await house.settle()
    [group] = await house.all_groups()
    assert group.incident is not None
    await hold(pool, 1, group.incident)
    kept = await aside(pool)
    await approved(house, keys, "soc")
    assert await aside(pool) == kept > 0


async def test_an_approval_waits_while_its_group_belongs_to_a_held_incident(
    house: House, pool: Pool, keys: SigningKeys
) -> None:
    await house.send(alert(1, title="odd"))
    await house.settle()
    [group] = await house.all_groups()
    await house.decide("triage.erase", group.id, reason="It names a patient.")
    await house.decide("triage.erase.approve", group.id, who="unicc-ciso")
    await house.decide("triage.attach", group.id, state=INCIDENT)
    await hold(pool, 1, INCIDENT.key)
    await integrate(pool, keys)
    assert await carry_out(pool) == 0
    await hold(pool, 2, INCIDENT.key, Kind.HOLD_LIFT)
    assert await carry_out(pool) == 1
    assert await house.groups.alerts(group.id) == []


async def test_who_asks_does_not_approve_and_what_is_of_an_incident_is_erased_there(
    house: House, keys: SigningKeys
) -> None:
    await house.send(alert(1, title="odd"), alert(2, host="srv-2"))
    await house.settle()
    groups = {group.incident is None: group.id for group in await house.all_groups()}
    free, bound = groups[True], groups[False]
    with pytest.raises(Conflict, match="have its alerts erased there"):
        await house.decide("triage.erase", bound, reason="It names a patient.")
    with pytest.raises(NotFound, match="Nobody asked"):
        await house.decide("triage.erase.approve", free, who="unicc-ciso")
    await house.decide("triage.erase", free, reason="It names a patient.")
    with pytest.raises(Refused, match="somebody else must approve"):
        await house.decide("triage.erase.approve", free)
    with pytest.raises(Conflict, match="asked for already"):
        await house.decide("triage.erase", free, reason="Again.")
    with pytest.raises(NotFound):
        await house.decide("triage.erase.approve", free, who="unhcr-ciso")
    await house.decide("triage.erase.reject", free, who="unicc-ciso")
    await integrate(house.pool, keys)
    assert await carry_out(house.pool) == 0
    await house.decide("triage.erase", free, reason="After all.")
