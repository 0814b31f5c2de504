"""Released reports in PostgreSQL."""

from collections.abc import Sequence

from psycopg.errors import UniqueViolation
from psycopg.types.json import Json

from integrations.postgres.append import recording
from integrations.postgres.database import Pool, connected
from playbooks.domain.entry import Entry
from playbooks.domain.errors import Conflict
from playbooks.domain.ids import OrganizationCode
from playbooks.domain.saying import says
from playbooks.ports.reports import ReleasedReport

_KEEP = """
INSERT INTO released_report (entry, organization, kind, report, text, released_at) VALUES (%s, %s, %s, %s, %s, %s)
"""
_QUARTERS = """
INSERT INTO reported_quarter (organization, kind, quarter, entry) SELECT %s, %s, unnest(%s::text[]), %s
"""
_RELEASED = """
SELECT report, text, released_at, entry FROM released_report WHERE organization = %s ORDER BY released_at, entry
"""


class PostgresReports:
    """The reports port on PostgreSQL."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def release(self, released: ReleasedReport, quarters: Sequence[str], decision: Entry) -> None:
        """See the port."""
        report, entry = released.report, released.entry
        row = (
            entry,
            report.organization,
            report.kind.value,
            Json(report.model_dump(mode="json")),
            released.text,
            released.released_at,
        )
        try:
            async with recording(self._pool) as writing:
                await writing.connection.execute(_KEEP, row)
                whose = (report.organization, report.kind.value, list(quarters), entry)
                await writing.connection.execute(_QUARTERS, whose)
                await writing.append([decision])
        except UniqueViolation as error:
            raise Conflict(says("quarter_reported", organization=report.organization)) from error

    async def released(self, organization: OrganizationCode) -> Sequence[ReleasedReport]:
        """See the port."""
        async with connected(self._pool) as connection:
            rows = await (await connection.execute(_RELEASED, (organization,))).fetchall()
        return [
            ReleasedReport.model_validate(
                {"report": report, "text": text, "released_at": released_at, "entry": entry}
            )
            for report, text, released_at, entry in rows
        ]
