"""A page of the list of incidents: filtered, sorted, counted and cut by the database, for whoever reads there.

Only what stands on the page is opened: the titles, which are people's words and lie under lock. Where the list is
sorted by them all are opened, and nothing else of their entries.
"""

import asyncio
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from psycopg.rows import TupleRow

from integrations.postgres.database import Connect, Connection
from integrations.postgres.vault import Vault
from playbooks.domain.ids import IncidentKey, OrganizationCode
from playbooks.domain.incident import Phase, Severity, Standing
from playbooks.domain.marking import DEFAULT_MARKING
from playbooks.domain.proof.slots import SLOTS
from playbooks.ports.listing import Sort, Wanted, in_order
from playbooks.ports.views import IncidentLine, Listing

_NEWEST: Final = 'declared_at DESC, incident COLLATE "C" DESC'
_ORDERS: Final = {
    Sort.NEWEST: f"closed_at IS NOT NULL, {_NEWEST}",
    Sort.OLDEST: 'closed_at IS NOT NULL, declared_at, incident COLLATE "C" DESC',
    Sort.SEVERITY: f"array_position(%(severities)s::text[], severity), {_NEWEST}",
    Sort.WAITING: f"coalesce(items, 0) DESC, {_NEWEST}",
    Sort.TITLE: _NEWEST,
}
_WAITS: Final = """
LEFT JOIN (SELECT incident, count(*) AS items FROM open_item GROUP BY incident) AS waits USING (incident)
"""
_LISTED: Final = """
WITH line AS MATERIALIZED (
    SELECT incident, title_entry, lead, coalesce(severity, %(usual)s::text) AS severity, phase, marking, declared_at,
        closed_at, parties
    FROM incident_line WHERE declared_at IS NOT NULL AND (%(which)s::text <> 'open' OR closed_at IS NULL)
), meant AS MATERIALIZED (
    SELECT * FROM line WHERE (%(which)s::text <> 'closed' OR closed_at IS NOT NULL)
        AND (%(severity)s::text IS NULL OR severity = %(severity)s::text)
        AND (%(among)s::text[] IS NULL OR incident IN (SELECT unnest(%(among)s::text[])))
        AND (%(organization)s::text = '' OR %(organization)s::text = ANY (parties))
), size AS (
    SELECT count(*) AS total FROM meant
), page AS (
    SELECT meant.*, row_number() OVER (ORDER BY {order}) AS place FROM meant {join}
    ORDER BY place LIMIT %(most)s::bigint OFFSET (
        SELECT greatest(0, %(most)s::bigint * least(%(page)s::bigint - 1, (total - 1) / %(most)s::bigint)) FROM size
    )
)
SELECT total, (SELECT array_agg(DISTINCT code) FROM line, unnest(parties) AS code),
    incident, title_entry, lead, severity, phase, marking, declared_at, closed_at
FROM size LEFT JOIN page ON true ORDER BY place
"""
_QUERIES: Final = {
    sort: _LISTED.format(order=order, join=_WAITS if sort is Sort.WAITING else "").encode()
    for sort, order in _ORDERS.items()
}
_WHOLE: Final = {"most": None, "page": 1}
_TEXTS: Final = SLOTS.index("texts")
_SEVERITIES: Final = [severity.value for severity in Severity]
_MOVES: Final = """
SELECT incident, party, standing, commander, commander_of FROM incident_move WHERE incident = ANY(%s) ORDER BY seq
"""
_TITLES: Final = "SELECT entry, salts, texts, key FROM body WHERE entry = ANY(%s) AND texts IS NOT NULL"
_OPEN_ITEMS: Final = "SELECT incident, count(*) FROM open_item WHERE incident = ANY(%s) GROUP BY incident"


async def listed(connect: Connect, wanted: Wanted, among: Collection[IncidentKey] | None) -> Listing:
    """A page of the incidents of whoever reads on these connections; of `among`, where that is said."""
    asked = {
        **wanted.model_dump(mode="json"),
        "among": None if among is None else list(among),
        "severities": _SEVERITIES,
        "usual": Severity.MEDIUM.value,
        **(_WHOLE if wanted.sort is Sort.TITLE else {}),
    }
    async with connect() as connection:
        found = await (await connection.execute(_QUERIES[wanted.sort], asked)).fetchall()
        total, parties = found[0][:2]
        rows = [row[2:] for row in found if row[2] is not None]
        titles = await _titles(connection, [row[1] for row in rows if row[1]])
        page, pages = wanted.place(total)
        if wanted.sort is Sort.TITLE:
            rows.sort(key=lambda row: in_order(titles.get(row[1], "")))
            rows = rows[(page - 1) * wanted.most : page * wanted.most] if wanted.most else rows
        keys = [row[0] for row in rows]
        moves = await (await connection.execute(_MOVES, (keys,))).fetchall()
        waiting: dict[str, int] = dict(await (await connection.execute(_OPEN_ITEMS, (keys,))).fetchall())
    casts = {key: _Cast() for key in keys}
    for move in moves:
        casts[move[0]].take(*move[1:])
    lines = [_line(row, titles.get(row[1], ""), casts[row[0]], waiting.get(row[0], 0)) for row in rows]
    return Listing(tuple(lines), total, tuple(sorted(parties or ())), page, pages)


async def _titles(connection: Connection, entries: Sequence[str]) -> Mapping[str, str]:
    """The title that each of these says; that of an entry whose words are gone is missing."""
    rows = await (await connection.execute(_TITLES, (list(entries),))).fetchall()
    return await asyncio.to_thread(lambda: {row[0]: _title(connection.vault, *row) for row in rows})


def _title(vault: Vault, entry: str, salts: bytes, texts: str, key: bytes | None) -> str:
    stored = [texts if slot == "texts" else None for slot in SLOTS]
    opened = vault.open(entry, stored, salts, key)[_TEXTS]
    said: Mapping[str, str] = json.loads(opened) if opened else {}
    return said.get("title", "")


@dataclass
class _Cast:
    """Who takes part and who has command, move by move as `playbooks.domain.fold` has it."""

    parties: dict[OrganizationCode, Standing] = field(default_factory=dict)
    commander: str = ""
    commander_of: str = ""

    def take(self, party: str | None, standing: str | None, commander: str | None, of: str | None) -> None:
        if party and standing:
            self.parties[OrganizationCode(party)] = Standing(standing)
            if standing == Standing.LEFT and party == self.commander_of:
                self.commander = self.commander_of = ""
        if commander:
            self.commander, self.commander_of = commander, of or ""


def _line(row: TupleRow, title: str, cast: _Cast, waiting: int) -> IncidentLine:
    key, _, lead, severity, phase, marking, declared_at, closed_at = row
    return IncidentLine(
        key=key,
        title=title,
        severity=severity,
        phase=phase or Phase.DETECT,
        lead=lead,
        parties=tuple(cast.parties),
        invited=tuple(party for party, standing in cast.parties.items() if standing is Standing.INVITED),
        commander=cast.commander,
        declared_at=declared_at,
        closed_at=closed_at,
        marking=marking or DEFAULT_MARKING,
        waiting=waiting,
    )
