"""Cards and standings: what readers' queries go by, written with the entries they are of and never apart from them."""

from typing import Final

from integrations.postgres.database import Connection
from integrations.postgres.lines import LINES
from integrations.postgres.trust import judge_connections
from playbooks.domain.card import Access, Glance, access_of, glance_of
from playbooks.domain.entry import Entry
from playbooks.domain.ids import IncidentKey, OrganizationCode, PersonId
from playbooks.domain.incident import Standing
from playbooks.domain.kinds import Kind
from playbooks.figures.counted import Counted, acted, counted_of

_COLUMNS = (
    *("incident", "kind", "at", "acted"),
    *Access.model_fields,
    *("glance", *Glance.model_fields),
    *("counted", *Counted.model_fields),
)
_TYPES = {
    "at": "timestamptz", "persons": "text[]", "organizations": "text[]", "reach": "smallint",
    "glance": "boolean", "opens": "boolean", "declared_at": "timestamptz", "closed": "boolean",
    "item_new": "boolean", "item_open": "boolean",
    "acted": "boolean", "counted": "boolean", "alerted": "boolean", "contained": "boolean", "alerts": "integer",
    "happened_at": "timestamptz", "asked": "text[]", "due_at": "timestamptz",
}  # fmt: skip
CARD: Final = {f"card_{name}": _TYPES.get(name, "text") for name in _COLUMNS}
"""A card's columns among those of an entry, by type."""
_OVER = ", ".join(f"{name} = excluded.{name}" for name in _COLUMNS)
CARDS: Final = f"""
cards AS (
    INSERT INTO card (entry, {", ".join(_COLUMNS)}) SELECT id, {", ".join(CARD)} FROM fresh
    ON CONFLICT (entry) DO UPDATE SET {_OVER} RETURNING *
), lines AS ({LINES})
"""  # noqa: S608  our columns
"""Writes the card of each row of `fresh`, by its `id` and what `card_of` gives, and what that changes of a line. A card
that stands in the place of a new entry's is not its own, and is written over."""
_PARTY = """
INSERT INTO standing (incident, who, knows, takes_part)
VALUES (%(incident)s, %(who)s, NOT EXISTS (SELECT FROM restricted WHERE incident = %(incident)s), %(takes_part)s)
ON CONFLICT (incident, who) DO UPDATE SET takes_part = excluded.takes_part
"""
_RESTRICTED = "INSERT INTO restricted (incident) VALUES (%s) ON CONFLICT DO NOTHING"
_NOT_NAMED = "DELETE FROM standing WHERE incident = %s AND who LIKE 'person:%%'"
_KEPT_FROM = "UPDATE standing SET knows = false WHERE incident = %s AND knows"
_NAMED = """
INSERT INTO standing (incident, who, knows, takes_part)
SELECT %s, 'person:' || who, true, true FROM unnest(%s::text[]) AS who
ON CONFLICT DO NOTHING
"""
_GUEST = """
INSERT INTO standing (incident, who, knows, takes_part) SELECT %(incident)s, 'person:' || %(who)s, true, false
WHERE NOT EXISTS (SELECT FROM restricted WHERE incident = %(incident)s)
ON CONFLICT DO NOTHING
"""
_GUEST_GONE = """
DELETE FROM standing WHERE incident = %(incident)s AND who = 'person:' || %(who)s
    AND NOT EXISTS (SELECT FROM restricted WHERE incident = %(incident)s)
"""
_STANDINGS = {
    Kind.PARTY_INVITE: Standing.INVITED,
    Kind.PARTY_JOIN: Standing.JOINED,
    Kind.PARTY_LEAVE: Standing.LEFT,
}
_GUESTS = {Kind.GUEST_ADMIT: _GUEST, Kind.GUEST_LEAVE: _GUEST_GONE}
_MOVES = frozenset({Kind.DECLARE, Kind.RESTRICT, Kind.ROOM_MOVE, *_STANDINGS, *_GUESTS})


def card_of(entry: Entry) -> dict[str, object]:
    """An entry's card, by the names of `CARD`; what it lacks is NULL."""
    access, glance, counted = access_of(entry), glance_of(entry), counted_of(entry)
    card: dict[str, object] = {
        "card_incident": entry.incident,
        "card_kind": entry.kind,
        "card_at": entry.at,
        "card_acted": acted(entry),
        "card_glance": glance is not None,
        "card_counted": counted is not None,
    }
    for part in (access, glance, counted):
        if part is not None:
            card |= {f"card_{name}": value for name, value in part if value is not None}
    return card


def moves(entry: Entry) -> bool:
    """Whether an entry changes who may know of an incident, or what is trusted; that is written in its transaction."""
    return entry.kind in _MOVES


async def move(connection: Connection, entry: Entry) -> None:
    """Write what an entry changes of who stands where, as `playbooks.domain.fold` does. Once, in the record's order."""
    if entry.incident is None:
        return
    match entry.kind:
        case Kind.DECLARE:
            if entry.data.get("restricted"):
                await _restrict(connection, entry.incident, entry.data.get("named") or ())
            await _stand(connection, entry.incident, entry.data.get("lead"), Standing.LEAD)
        case Kind.RESTRICT:
            await _restrict(connection, entry.incident, entry.data.get("named") or ())
        case Kind.ROOM_MOVE:
            await judge_connections(connection, entry)
        case kind if kind in _GUESTS:
            said = {"incident": entry.incident, "who": entry.data.get("person")}
            await connection.execute(_GUESTS[Kind(kind)], said)
        case kind if kind in _STANDINGS:
            await _stand(connection, entry.incident, entry.data.get("organization"), _STANDINGS[Kind(kind)])


async def _stand(
    connection: Connection, incident: IncidentKey, who: OrganizationCode | None, standing: Standing
) -> None:
    if who:
        active = standing in (Standing.LEAD, Standing.JOINED)
        await connection.execute(_PARTY, {"incident": incident, "who": who, "takes_part": active})


async def _restrict(connection: Connection, incident: IncidentKey, named: tuple[PersonId, ...]) -> None:
    await connection.execute(_RESTRICTED, (incident,))
    await connection.execute(_NOT_NAMED, (incident,))
    await connection.execute(_KEPT_FROM, (incident,))
    await connection.execute(_NAMED, (incident, list(named)))
