"""Erasing a group's alerts: as understood, as delivered, and what was read off them; the counts stay.

What one request carried is erased as a whole, so all that its source sent in the group's time goes along, unless alerts
of an incident under a legal hold were in it: then the request stays until the hold is lifted.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from integrations.postgres.database import Connection

_GROUPS: Final = """
SELECT id FROM alert_group
WHERE id = %(group)s OR key IN (SELECT key FROM regrouping WHERE alert_group = %(group)s)
ORDER BY id FOR UPDATE
"""
"""The group, and those that people put into it."""
_DELIVERIES: Final = """
SELECT delivery FROM delivery_of_group WHERE alert_group = ANY(%(groups)s)
EXCEPT SELECT delivery FROM delivery_of_group JOIN held USING (incident)
"""
_BODIES: Final = (
    "UPDATE delivery SET body = NULL WHERE id = ANY(%(deliveries)s) AND understood_at IS NOT NULL"
)
_ASIDE: Final = "DELETE FROM set_aside WHERE delivery = ANY(%(deliveries)s)"
_ALERTS: Final = "DELETE FROM alert WHERE alert_group = ANY(%(groups)s)"
_WORDS: Final = """
UPDATE alert_group SET title = '', because = '',
    declares = CASE WHEN declares IS NULL THEN NULL ELSE jsonb_set(declares::jsonb, '{because}', '""')::json END
WHERE id = ANY(%(groups)s)
"""
_OF_SOURCE: Final = """
DELETE FROM set_aside WHERE source = %s AND received_at <= %s
AND (delivery IS NULL OR delivery NOT IN (SELECT delivery FROM delivery_of_group JOIN held USING (incident)))
"""
_ARE_HELD: Final = "SELECT EXISTS (SELECT FROM alert_group JOIN held USING (incident) WHERE id = ANY(%s))"


async def are_held(connection: Connection, groups: Sequence[str]) -> bool:
    """Whether one of these groups came to belong to an incident under a legal hold."""
    row = await (await connection.execute(_ARE_HELD, (list(groups),))).fetchone()
    return bool(row and row[0])


async def erase_aside(connection: Connection, source: str, until: datetime) -> None:
    """What was set aside of a source up to a moment, within the caller's transaction."""
    await connection.execute(_OF_SOURCE, (source, until))


async def erase_alerts(connection: Connection, group: str) -> None:
    """Within the caller's transaction."""
    rows = await (await connection.execute(_GROUPS, {"group": group})).fetchall()
    given = {"groups": [id for (id,) in rows], "deliveries": []}
    rows = await (await connection.execute(_DELIVERIES, given)).fetchall()
    given["deliveries"] = [id for (id,) in rows]
    for statement in (_BODIES, _ASIDE, _ALERTS, _WORDS):
        await connection.execute(statement.encode(), given)
