"""Benchmark (c): a million alerts kept: disk, memory, and the pages of the triage board. Runs only when it is named.

The rows are written as understanding writes them, by PostgreSQL itself, so that it takes minutes and not an hour:
twenty thousand groups of fifty alerts, a hundredth of them at triage, and the bodies that they came in.
"""

import time
from typing import Final

import psycopg
from psycopg import sql

from benchmarks.figure import Figure, alone
from benchmarks.machine import memory_mib
from benchmarks.served_intake import alert
from bot.composition.installation import Installation, utc_now
from integrations.postgres.roles import WRITER
from integrations.siem.reading import read_body
from playbooks.domain.alert import NormalizedAlert
from playbooks.domain.ids import OrganizationCode, PersonId
from playbooks.domain.release import Reader

ALERTS: Final = 1_000_000
GROUPS: Final = 20_000
TOGETHER: Final = 100
"""Alerts in a delivery."""
ROUNDS: Final = 5
_ORGANIZATION: Final = OrganizationCode("WFP")
_READER: Final = PersonId("wfp-ciso")

_KEEP: Final = """
CREATE TEMPORARY TABLE told AS SELECT %(alerts)s::int AS alerts, %(groups)s::int AS groups,
    %(normalized)s::text AS normalized, %(body)s::bytea AS body, %(organization)s::text AS organization;
INSERT INTO alert_group (id, key, generation, source, organization, title, severity, alerts, arrivals, first_at,
    last_at, status, rule, because, incident, told, told_severity, errands, waiting)
SELECT 'G-' || lpad(to_hex(n), 16, '0') || '-1', lpad(to_hex(n), 32, '0'), 1, 'bench', organization,
    'many files were encrypted on srv-' || n, 'high', alerts / groups, alerts / groups,
    now() - n * interval '1 second', now() - n * interval '1 second',
    CASE WHEN n %% 100 = 0 THEN 'triage' ELSE 'dismissed' END, 'no-rule', 'No routing rule matches it.', NULL, 0,
    'unknown', 0, false
FROM told, generate_series(1, groups) AS n;
INSERT INTO alert (alert_group, delivery_key, fingerprint, source, delivery, times, last_at, normalized)
SELECT 'G-' || lpad(to_hex(1 + n %% groups), 16, '0') || '-1', md5(n::text), md5((n %% groups)::text), 'bench',
    md5((n / %(together)s)::text)::uuid, 1, now() - n * interval '1 second', replace(normalized, 'srv-0', 'srv-' || n)
FROM told, generate_series(1, alerts) AS n;
INSERT INTO delivery (id, source, organization, body, received_at, understood_at)
SELECT md5(n::text)::uuid, 'bench', organization, body || ''::bytea, now(), now()
FROM told, generate_series(1, alerts / %(together)s) AS n
"""
_SIZES: Final = """
SELECT pg_total_relation_size('alert') + pg_total_relation_size('alert_group'), pg_total_relation_size('delivery')
"""


async def measure(muster: Installation) -> list[Figure]:
    """Keep them, then look."""
    before = memory_mib("VmRSS")
    async with await psycopg.AsyncConnection.connect(
        muster.settings.database_url, autocommit=True, cursor_factory=psycopg.AsyncClientCursor
    ) as connection:
        began = time.monotonic()
        await connection.execute(sql.SQL("SET ROLE {}").format(sql.Identifier(WRITER)))
        await connection.execute(_KEEP, _given())
        await connection.execute("RESET ROLE")
        filled = time.monotonic() - began
        for table in ("alert", "alert_group", "delivery"):
            await connection.execute(f"ANALYZE {table}".encode())
        sizes = await (await connection.execute(_SIZES)).fetchone() or (0, 0)
    board, group = [], []
    reader = Reader(organization=_ORGANIZATION, person=_READER)
    for _ in range(1 + ROUNDS):
        began = time.perf_counter()
        items = await muster.views.triage(reader)
        board.append((time.perf_counter() - began) * 1000)
        began = time.perf_counter()
        shown = await muster.views.group(reader, items[0].id)
        group.append((time.perf_counter() - began) * 1000)
        if len(items) != GROUPS // 100 or shown.alerts_in_all != ALERTS // GROUPS:
            raise RuntimeError(f"{len(items)} groups wait and {shown.alerts_in_all} alerts are in the first")
    return [
        alone("kept", f"{ALERTS:,} alerts written by PostgreSQL itself", "s", [filled]),
        alone("kept", "disk: alerts and groups", "MiB", [sizes[0] / 2**20]),
        alone("kept", "disk: the bodies they came in", "MiB", [sizes[1] / 2**20]),
        alone("kept", "memory of bot and worker, more than before", "MiB", [memory_mib("VmRSS") - before]),
        alone("kept", f"the triage board, {GROUPS // 100} groups read", "ms", board[1:]),
        alone("kept", f"a group's page, {ALERTS // GROUPS} alerts read and explained", "ms", group[1:]),
    ]


def _given() -> dict[str, object]:
    body = alert(0, "srv-0")
    (read,) = read_body(None, body, utc_now()).alerts
    own: NormalizedAlert = read.model_copy(update={"organization": _ORGANIZATION})
    return {
        "alerts": ALERTS,
        "groups": GROUPS,
        "together": TOGETHER,
        "normalized": own.model_dump_json(exclude={"raw"}, exclude_defaults=True),
        "body": b"\n".join([body] * TOGETHER),
        "organization": _ORGANIZATION,
    }
