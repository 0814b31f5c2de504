"""The counts that the figures take from the database."""

from datetime import UTC, date, datetime

import pytest

from integrations.postgres.alert_tally import PostgresAlertTally
from integrations.postgres.backlog import waiting
from integrations.postgres.database import open_pool
from playbooks.domain.ids import OrganizationCode

_GROUP = """
INSERT INTO alert_group (id, key, generation, source, organization, title, severity, alerts, arrivals, first_at,
    last_at, status, rule, because, incident, told, told_severity, errands, waiting)
VALUES (%s, %s, 1, %s, %s, '', 'high', %s, %s, %s, %s, %s, '', '', %s, 0, 'unknown', 0, false)
"""
_SENT = (
    ("WFP", 1, 30, "INC-2026-0001"),
    ("WFP", 1, 10, "INC-2026-0001"),
    ("WFP", 2, 3, None),
    ("FAO", 1, 99, None),
)
WFP = OrganizationCode("WFP")


@pytest.mark.parametrize(
    ("since", "until", "arrivals"),
    [(None, None, [40, 3]), (date(2026, 11, 2), None, [3]), (None, date(2026, 11, 1), [40])],
)
async def test_an_organizations_groups_are_counted_by_day_source_and_incident(
    database: str, since: date | None, until: date | None, arrivals: list[int]
) -> None:
    async with open_pool(database) as pool:
        async with pool.connection() as connection:
            for number, (organization, day, count, incident) in enumerate(
                (
                    ("WFP", 1, 30, "INC-2026-0001"),
                    ("WFP", 1, 10, "INC-2026-0001"),
                    ("WFP", 2, 3, None),
                    ("FAO", 1, 99, None),
                )
            ):
                at = datetime(2026, 11, day, 23, 59, tzinfo=UTC)
                status = "attached" if incident else "triage"
                await connection.execute(
                    _GROUP,
                    (f"G-{number}", f"k{number}", "soc", organization, 2, count, at, at, status, incident),
                )
        found = await PostgresAlertTally(pool).tally(WFP, since, until)
    assert [each.arrivals for each in found] == arrivals
    assert {each.source for each in found} == {"soc"}


async def test_every_queue_is_counted(database: str) -> None:
    async with open_pool(database) as pool:
        assert await waiting(pool) == {
            "commands": 0, "letters": 0, "errands": 0, "deliveries": 0, "entries": 0,
        }  # fmt: skip
