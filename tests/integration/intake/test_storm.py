"""From accepted to declared on a real PostgreSQL; the gateway is a small ledger of its own."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from bot.intake.split import split
from integrations.postgres.database import connected, open_pool
from integrations.postgres.record import PostgresRecord
from integrations.siem.format import Format
from integrations.siem.reading import ReadResult, read_body
from playbooks.domain.alert import NormalizedAlert
from playbooks.domain.errors import NotFound, Unavailable
from playbooks.domain.grouping import fingerprint
from playbooks.domain.ids import IncidentKey
from playbooks.ports.intake import Delivery, GroupStatus
from tests.integration.intake.house import NOW, UNICC, House, alert


@pytest.fixture
async def house(database: str) -> AsyncIterator[House]:
    async with open_pool(database) as pool:
        yield House(pool)


async def test_a_storm_of_one_attack_is_one_incident(house: House) -> None:
    storm = [alert(number) for number in range(10_000)]
    for at in range(0, len(storm), 500):
        await house.send(*storm[at : at + 500])
    await house.settle()
    assert len(house.gateway.declared) == 1
    assert house.gateway.attached == 10_000
    (group,) = await house.all_groups()
    assert (group.alerts, group.arrivals, group.told) == (10_000, 10_000, 10_000)
    assert len(house.gateway.commands) < 20


async def test_nine_hundred_duplicates_are_one_group_counted(house: House) -> None:
    await asyncio.gather(*(house.send(alert()) for _ in range(900)))
    await house.settle()
    (group,) = await house.all_groups()
    assert (group.alerts, group.arrivals, group.status) == (1, 900, GroupStatus.ATTACHED)
    assert len(house.gateway.declared) == 1


async def test_fifty_attacks_in_a_storm_are_fifty_incidents(house: House) -> None:
    storm = [alert(number, host=f"srv-{number % 50}") for number in range(5_000)]
    for at in range(0, len(storm), 500):
        await house.send(*storm[at : at + 500])
    await house.settle()
    assert len(house.gateway.declared) == 50
    assert house.gateway.attached == 5_000
    assert {group.alerts for group in await house.all_groups()} == {100}


async def test_the_command_says_what_the_rule_decided(house: House) -> None:
    await house.send(alert(organization="UNHCR"))
    await house.settle()
    (command,) = house.gateway.declared
    (group,) = await house.all_groups()
    assert command.id == f"alerts:{group.id}"
    assert (command.actor.kind, command.actor.organization) == ("alert", "UNHCR")
    assert command.texts == {"title": "critical: encryption", "note": "Critical is worth an incident."}
    assert command.args == {
        "severity": "medium",
        "class": "malicious-code",
        "marking": "TLP:AMBER+STRICT",
        "restricted": False,
        "playbook": None,
        "group": group.id,
        "rule": "critical",
        "organization": "UNHCR",
    }


async def test_a_source_speaks_only_for_those_it_may(house: House) -> None:
    await house.send(alert(organization="WFP"))
    await house.settle()
    assert [group.organization for group in await house.all_groups()] == ["UNICC"]


async def test_while_the_engine_is_away_everything_is_kept(house: House) -> None:
    house.gateway.away = True
    for number in range(5):
        await house.send(alert(number))
        await house.loop.step()
        with pytest.raises(Unavailable):
            await house.relay.step()
    house.gateway.away = False
    await house.settle()
    assert len(house.gateway.declared) == 1
    assert house.gateway.attached == 5


async def test_a_command_that_waited_too_long_is_sent_again(house: House) -> None:
    house.gateway.refuses = ("stale", "stale")
    await house.send(alert())
    await house.settle()
    assert len(house.gateway.declared) == 3
    assert house.gateway.attached == 1


async def test_a_refused_declaration_waits_for_a_person_and_is_not_asked_again(house: House) -> None:
    house.gateway.refuses = ("not_found",)
    await house.send(alert())
    await house.settle()
    await house.send(alert(2))
    await house.settle()
    (group,) = await house.groups.triage()
    assert (group.status, group.arrivals) == (GroupStatus.TRIAGE, 2)
    assert str(group.because) == "Its command was refused: It was refused."
    assert len(house.gateway.commands) == 1


async def test_a_dismissed_group_stays_so_until_it_gets_worse(house: House) -> None:
    await house.send(alert(1, title="odd", severity="low"))
    await house.settle()
    (group,) = await house.groups.triage()
    await house.decide("triage.dismiss", group.id, reason="It is our own scanner.")
    await house.send(alert(2, title="odd", severity="low"))
    await house.settle()
    assert await house.groups.triage() == []
    await house.send(alert(3, title="odd", severity="high"))
    await house.settle()
    assert [group.arrivals for group in await house.groups.triage()] == [3]


async def test_after_its_incident_is_closed_the_same_attack_is_a_new_one(house: House) -> None:
    await house.send(alert(1))
    await house.settle()
    house.closed = {IncidentKey("INC-2026-0001")}
    await house.send(alert(1))
    await house.settle()
    groups = await house.all_groups()
    assert [(group.generation, group.incident) for group in groups] == [
        (1, "INC-2026-0001"),
        (2, "INC-2026-0002"),
    ]


async def test_what_comes_after_its_incident_was_merged_goes_to_the_one_it_goes_on_in(house: House) -> None:
    await house.send(alert(1))
    await house.settle()
    first, survivor = IncidentKey("INC-2026-0001"), IncidentKey("INC-2026-0077")
    house.merged = {first: survivor}
    await house.send(alert(2), alert(3))
    await house.settle()
    (group,) = await house.all_groups()
    assert (group.generation, group.incident, group.arrivals, group.told) == (1, survivor, 3, 3)
    told = [(each.incident, each.args["count"]) for each in house.gateway.commands.values() if each.incident]
    assert told == [(first, 1), (survivor, 2)], "what the merged one knows is in its own record"
    house.merged, house.closed = {}, {first, survivor}
    await house.send(alert(4))
    await house.settle()
    assert [each.generation for each in await house.all_groups()] == [1, 2]


async def test_an_alert_sent_in_two_forms_is_one_alert_by_its_own_id(house: House) -> None:
    await house.send(alert(1))
    await house.send(alert(1, description="the same alert, now with a word more"))
    await house.settle()
    (group,) = await house.all_groups()
    assert (group.alerts, group.arrivals) == (1, 2)


async def test_what_nobody_knows_becomes_a_triage_item_with_its_raw_body(house: House) -> None:
    await house.send({"what": "ever"})
    await house.settle()
    (group,) = await house.groups.triage()
    (kept,) = await house.groups.alerts(group.id)
    assert (group.severity, kept.alert.format) == ("unknown", "unknown")
    assert await house.groups.body(kept.delivery) == b'{"what": "ever"}'


async def test_one_entry_of_the_record_for_each_source_and_batch(house: House) -> None:
    for number in range(20):
        await house.send(alert(number))
    await house.loop.step()
    entries = [entry async for _, entry in PostgresRecord(house.pool).entries(None)]
    received, grouped = entries
    assert (received.kind, received.data["deliveries"], received.data["alerts"]) == (
        "intake:alerts:receive",
        20,
        20,
    )
    assert (grouped.kind, grouped.data["rule"]) == ("intake:alerts:group", "critical")


async def test_bodies_and_marks_are_forgotten_when_they_are_old(house: House) -> None:
    await house.send(alert(1))
    await house.settle()
    house.now = NOW + timedelta(days=100)
    await house.loop.step()
    (group,) = await house.all_groups()
    (kept,) = await house.groups.alerts(group.id)
    with pytest.raises(NotFound):
        await house.groups.body(kept.delivery)
    async with connected(house.pool) as connection:
        rows = await (await connection.execute("SELECT mark FROM delivery_mark")).fetchall()
    assert rows == []


async def test_a_fault_of_ours_in_one_body_holds_up_no_other(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(
        source_format: str | None, body: bytes, received_at: datetime, formats: tuple[Format, ...]
    ) -> ReadResult:
        if b"poison" in body:
            raise ZeroDivisionError
        return read_body(source_format, body, received_at, formats)

    monkeypatch.setattr("bot.intake.understand.read_body", broken)
    await house.send({"poison": 1})
    await house.send(alert(1))
    await house.settle()
    assert len(house.gateway.declared) == 1
    assert len(await house.groups.triage()) == 1


async def test_what_cannot_be_stored_is_set_aside_and_holds_up_no_other(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(alert: NormalizedAlert) -> str:
        return "a\0b" if alert.title == "poison" else fingerprint(alert)

    monkeypatch.setattr("bot.intake.understand.fingerprint", broken)
    await house.send(alert(1))
    await house.send(alert(2, title="poison"))
    await house.settle()
    assert len(house.gateway.declared) == 1
    async with connected(house.pool) as connection:
        rows = await (await connection.execute("SELECT raw, reason FROM set_aside")).fetchall()
    assert len(rows) == 1
    assert b"poison" in rows[0][0]


async def test_many_bad_bodies_stop_nobody(house: House) -> None:
    pair = {"title": "\ud800", "schema": "muster-alert/1"}
    for body in (json.dumps({"a": "\0"}).encode(), json.dumps(pair).encode(), b"[[[]]]", b'"text"'):
        await house.intake.receive(Delivery(uuid4(), "soc", UNICC, body, NOW, *split("soc", body)))
    await house.send(alert(1))
    await house.settle()
    assert len(house.gateway.declared) == 1
