"""Groups of alerts, counted: what the figures on alert noise are made of."""

from datetime import date

from integrations.postgres.database import Pool, connected
from playbooks.domain.ids import OrganizationCode
from playbooks.figures.noise import AlertGroups

_TALLY = """
SELECT source, status, incident, count(*), sum(alerts)::bigint, sum(arrivals)::bigint FROM alert_group
WHERE organization = %(organization)s
    AND first_at >= coalesce(%(since)s::date AT TIME ZONE 'UTC', '-infinity')
    AND first_at < coalesce((%(until)s::date + 1) AT TIME ZONE 'UTC', 'infinity')
GROUP BY source, status, incident ORDER BY source, status, incident
"""


class PostgresAlertTally:
    """Counts by source, status and incident; who may know of an incident is for whoever asks to say."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def tally(
        self, organization: OrganizationCode, since: date | None, until: date | None
    ) -> list[AlertGroups]:
        """An organization's groups whose first alert came on these days, UTC. Raises Unavailable."""
        asked = {"organization": organization, "since": since, "until": until}
        async with connected(self._pool) as connection:
            rows = await (await connection.execute(_TALLY, asked)).fetchall()
        return [
            AlertGroups(
                source=source,
                status=status,
                incident=incident,
                groups=groups,
                alerts=alerts,
                arrivals=arrivals,
            )
            for source, status, incident, groups, alerts, arrivals in rows
        ]
