"""A report is released once, and the decision stands in the record."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime

import pytest

from bot.reading.governance import Governance
from integrations.postgres.database import open_pool
from integrations.postgres.record import PostgresRecord
from integrations.postgres.reports import PostgresReports
from playbooks.domain.errors import Conflict, Refused
from playbooks.domain.ids import IncidentKey, OrganizationCode
from playbooks.domain.kinds import Kind
from playbooks.domain.release import Reader
from playbooks.governance.report import ReportKind, digest
from playbooks.texts import load_texts
from tests.web.circle import FakeViews
from tests.worlds import a_circle, a_ransomware_incident

NOW = datetime(2026, 11, 22, tzinfo=UTC)
UNHCR = OrganizationCode("UNHCR")
Q1, Q2 = (date(2026, 1, 1), date(2026, 3, 31)), (date(2026, 4, 1), date(2026, 6, 30))


@pytest.fixture
async def house(database: str) -> AsyncIterator[tuple[Governance, PostgresRecord]]:
    incident = a_ransomware_incident(
        key=IncidentKey("INC-2026-0001"), began_at=datetime(2026, 2, 3, tzinfo=UTC)
    )
    async with open_pool(database) as pool:
        views = FakeViews(incident)
        yield Governance(views, PostgresReports(pool), load_texts(), lambda: NOW), PostgresRecord(pool)


async def test_a_release_is_a_recorded_decision_and_each_quarter_is_reported_on_once(
    house: tuple[Governance, PostgresRecord],
) -> None:
    governance, record = house
    person = a_circle().person("unhcr-ciso")
    reader = Reader(organization=UNHCR, person=person.id)
    report = await governance.draft(ReportKind.GOVERNANCE, reader, *Q1)
    released = await governance.release(report, person)

    decisions = [entry async for _place, entry in record.entries(None) if entry.kind == Kind.REPORT_RELEASE]
    assert [(each.actor.id, each.data["sha256"]) for each in decisions] == [
        ("unhcr-ciso", digest(released.text))
    ]
    assert [each.text for each in await governance.released(UNHCR)] == [released.text]
    assert "unhcr-ciso" not in released.text

    overlapping = await governance.draft(ReportKind.GOVERNANCE, reader, Q1[0], Q2[1])
    with pytest.raises(Conflict, match="has reported on one of these quarters"):
        await governance.release(overlapping, person)
    after = [entry async for _place, entry in record.entries(None) if entry.kind == Kind.REPORT_RELEASE]
    assert len(after) == 1

    await governance.release(await governance.draft(ReportKind.GOVERNANCE, reader, *Q2), person)
    await governance.release(await governance.draft(ReportKind.OVERVIEW, reader, *Q1), person)
    assert len(await governance.released(UNHCR)) == 3


async def test_whoever_lacks_the_duty_releases_nothing(house: tuple[Governance, PostgresRecord]) -> None:
    governance, record = house
    person = a_circle().person("unhcr-duty")
    report = await governance.draft(ReportKind.GOVERNANCE, Reader(organization=UNHCR, person=person.id), *Q1)
    with pytest.raises(Refused):
        await governance.release(report, person)
    assert await governance.released(UNHCR) == []
    assert [entry async for _place, entry in record.entries(None)] == []
