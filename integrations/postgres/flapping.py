"""When alerts were resolved, and groups that were held back because they flap."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from integrations.postgres.database import Connection
from playbooks.alerts.flapping import LOOK_BACK
from playbooks.domain.alert import NormalizedAlert
from playbooks.ports.intake import Sighting

_RESOLVED: Final = (
    "SELECT fingerprint, last_at FROM alert WHERE resolved AND fingerprint = ANY(%s) AND last_at >= %s"
)
_HELD_UNTIL: Final = """
SELECT id, key FROM alert_group AS held WHERE held_until <= %s AND status IN ('triage', 'attached')
AND NOT EXISTS (SELECT FROM alert_group AS newer WHERE newer.key = held.key AND newer.generation > held.generation)
AND EXISTS (SELECT FROM alert WHERE alert_group = held.id)
ORDER BY held_until LIMIT 100
"""
_LATEST_OF_EACH: Final = """
SELECT DISTINCT ON (fingerprint) normalized, source, delivery, delivery_key, fingerprint FROM alert
WHERE alert_group = %s ORDER BY fingerprint, last_at DESC, delivery_key
"""


async def resolved_lately(
    connection: Connection, sightings: Sequence[Sighting]
) -> Mapping[str, Sequence[datetime]]:
    """By fingerprint, when what is seen again was resolved since nothing earlier counts any more."""
    if not sightings:
        return {}
    since = min(each.alert.received_at for each in sightings) - LOOK_BACK
    cursor = await connection.execute(_RESOLVED, (list({each.fingerprint for each in sightings}), since))
    found: dict[str, list[datetime]] = {}
    for fingerprint, at in await cursor.fetchall():
        found.setdefault(fingerprint, []).append(at)
    return found


async def still_now(connection: Connection, at: datetime) -> Sequence[Sequence[Sighting]]:
    """Of each group that was held back until now, the latest of every thing seen in it, come no further time."""
    groups = await (await connection.execute(_HELD_UNTIL, (at,))).fetchall()
    return [await _latest(connection, id, key) for id, key in groups]


async def _latest(connection: Connection, id: str, key: str) -> Sequence[Sighting]:
    rows = await (await connection.execute(_LATEST_OF_EACH, (id,))).fetchall()
    return [
        Sighting(
            NormalizedAlert.model_validate({**json.loads(normalized), "raw": b""}),
            *(source, delivery, delivery_key, fingerprint, key),
            times=0,
        )
        for normalized, source, delivery, delivery_key, fingerprint in rows
    ]
