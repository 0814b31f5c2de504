"""Cards and standings: what readers' queries go by, written with the entries they are of and never apart from them."""

from integrations.postgres.database import Connection
from integrations.postgres.trust import judge_connections
from playbooks.domain.card import Access, Glance, access_of, glance_of
from playbooks.domain.entry import Entry
from playbooks.domain.ids import IncidentKey, OrganizationCode, PersonId
from playbooks.domain.incident import Standing
from playbooks.domain.kinds import Kind
from playbooks.figures.counted import Counted, acted, counted_of

_FIXED = ("incident", "kind", "at", "acted")
_ACCESS = tuple(Access.model_fields)
_GLANCE = tuple(Glance.model_fields)
_COUNTED = tuple(Counted.model_fields)
_TOLD = (*_GLANCE, "counted", *_COUNTED)
_OVER = ", ".join(f"{name} = excluded.{name}" for name in (*_FIXED, *_ACCESS, "glance", *_TOLD))
_TYPES = {
    "at": "timestamptz", "persons": "text[]", "organizations": "text[]", "reach": "smallint",
    "glance": "boolean", "opens": "boolean", "declared_at": "timestamptz", "closed": "boolean",
    "item_new": "boolean", "item_open": "boolean",
    "acted": "boolean", "counted": "boolean", "alerted": "boolean", "contained": "boolean", "alerts": "integer",
    "happened_at": "timestamptz", "asked": "text[]", "due_at": "timestamptz",
}  # fmt: skip
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
_STANDINGS = {
    Kind.PARTY_INVITE: Standing.INVITED,
    Kind.PARTY_JOIN: Standing.JOINED,
    Kind.PARTY_LEAVE: Standing.LEFT,
}
_MOVES = frozenset({Kind.DECLARE, Kind.RESTRICT, Kind.ROOM_MOVE, *_STANDINGS})


def tells(entry: Entry) -> bool:
    """Whether an entry changes a line of the list, or counts in the figures; most do neither."""
    return glance_of(entry) is not None or counted_of(entry) is not None


def card_insert(*, telling: bool) -> str:
    """The statement that writes the card of each id of `new`, in full only where it tells something.

    A card that stands in the place of a new entry's is not its own, and is written over.
    """
    columns = (*_FIXED, *_ACCESS, "glance", *(_TOLD if telling else ()))
    values = ", ".join(f"%s::{_TYPES.get(name, 'text')}" for name in columns)
    return (
        f"INSERT INTO card (entry, {', '.join(columns)}) SELECT id, {values} FROM new "  # noqa: S608  our constants
        f"ON CONFLICT (entry) DO UPDATE SET {_OVER}"
    )


def card_row(entry: Entry, *, telling: bool) -> list[object]:
    """The values for `card_insert`."""
    access, glance = access_of(entry), glance_of(entry) if telling else None
    row = [
        *(entry.incident, entry.kind, entry.at, acted(entry)),
        *(_array(getattr(access, name)) for name in _ACCESS),
        glance is not None,
    ]
    if telling:
        counted = counted_of(entry)
        row += [getattr(glance or Glance(), name) for name in _GLANCE]
        row += [counted is not None, *(_array(getattr(counted or Counted(), name)) for name in _COUNTED)]
    return row


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


def _array(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value
