"""A word is erased from a whole installation, and then looked for in every table and in every file of its data folder.

It is said in every way in which words come in: a declaration, a note, a task handed over, a file, alerts that were
delivered twice, a status update that went to the vendors that are simulated.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from psycopg import sql

from bot.composition.installation import Installation, utc_now
from bot.composition.record import verify_record
from bot.composition.web import web_parts
from bot.everything import everything, web_port
from bot.intake.split import split
from bot.settings import Settings
from integrations.postgres.database import connected
from playbooks.domain.command import Command, Outcome, Verdict
from playbooks.domain.entry import Entry
from playbooks.domain.erasure import Erasable
from playbooks.domain.ids import IncidentKey, OrganizationCode, PersonId
from playbooks.domain.kinds import Kind
from playbooks.domain.release import Reader
from playbooks.ports.intake import Delivery
from playbooks.ports.listing import Wanted
from tests.casts import command

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]
WITHIN = timedelta(seconds=90)
WORD = "Quetzalcoatlus"
READER = Reader(organization=OrganizationCode("UNHCR"), person=PersonId("unhcr-duty"))
ALERT = {
    "schema": "muster-alert/1",
    "id": "A-1",
    "title": f"Encryption on the machine of {WORD}",
    "severity": "critical",
    "tactics": ["TA0040"],
    "affected": {"hosts": ["srv-1"], "users": [WORD.lower()]},
}


@asynccontextmanager
async def at_work(folder: Path) -> AsyncIterator[Installation]:
    settings = Settings(data=folder)
    settings = settings.model_copy(update={"port": web_port(settings)})
    async with everything(settings, lambda _: None, ui=False) as running:
        yield running.muster


async def test_what_is_erased_is_in_no_table_and_in_no_file(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    async with at_work(folder) as muster:
        declared, by_alert = await _said_everywhere(muster)
        assert WORD in str(await muster.views.case(READER, declared))
        before = {table async for table, rows in _tables(muster) if _has(rows)}
        assert {"command", "evidence", "delivery", "alert", "alert_group"} <= before
        for key in (declared, by_alert):
            for number, what in [each async for each in _to_erase(muster, key)]:
                await _erased(muster, key, number, what)
        await _carried_out(muster)
        assert [table async for table, rows in _tables(muster) if _has(rows)] == []
        for key in (declared, by_alert):
            assert WORD not in str(await muster.views.case(READER, key))
            assert WORD not in str(await muster.views.story(READER, key))
        assert (await muster.views.listed(READER, Wanted(words=WORD))).total == 0
        report = await verify_record(muster, muster.keys.public_keys)
        assert report.ok, report.first_problem
        assert report.erased > 4
        async with connected(muster.pool) as connection:
            await connection.execute("VACUUM FULL")
    assert [str(path) for path in _files(folder) if _has(path.read_bytes())] == []


async def _said_everywhere(muster: Installation) -> tuple[IncidentKey, IncidentKey]:
    key = (
        await _do(muster, "unhcr-duty", "declare", None, {"title": f"About {WORD}"}, severity="high")
    ).incident
    assert key is not None
    await _do(muster, "unhcr-duty", "invite", key, organizations=["WFP"])
    await _do(muster, "wfp-duty", "join", key)
    await _do(muster, "unhcr-duty", "note", key, {"note": f"{WORD} called at night."})
    await _do(muster, "unhcr-duty", "update", key, {"update": f"{WORD} is safe."})
    await _do(muster, "unhcr-duty", "task.add", key, {"text": f"Ring {WORD} up"}, organization="WFP")
    content = f"the passport of {WORD}".encode()
    locker = web_parts(muster).evidence
    sha256 = await locker.take_in(muster.directory.person("unhcr-duty"), READER, key, content)
    named = {"name": f"{WORD}.pdf"}
    await _do(muster, "unhcr-duty", "evidence.add", key, named, sha256=sha256, size=len(content))
    again = json.dumps([ALERT, {**ALERT, "id": "A-2"}])
    for body in (json.dumps(ALERT), f'{{"half of an alert about {WORD}', again):
        await muster.intake.receive(_delivered(body.encode()))
    return key, await _declared_by_alert(muster)


def _delivered(body: bytes) -> Delivery:
    return Delivery(uuid4(), "generic", OrganizationCode("UNHCR"), body, utc_now(), *split("generic", body))


async def _declared_by_alert(muster: Installation) -> IncidentKey:
    async with asyncio.timeout(WITHIN.total_seconds()):
        while True:
            for line in await muster.views.incidents(READER):
                case = await muster.views.case(READER, line.key)
                if case.state.alerts >= 3 and WORD in line.title:
                    return line.key
            await asyncio.sleep(0.1)


async def _to_erase(muster: Installation, key: IncidentKey) -> AsyncIterator[tuple[int, Erasable]]:
    """By number, what says the word; alerts once for their group."""
    seen_group = False
    async for position, entry in muster.record.entries(key):
        assert position is not None
        if entry.kind == Kind.EVIDENCE_RECEIVE:
            yield position, Erasable.FILE
        if entry.kind == Kind.ALERTS_ATTACH and not seen_group:
            seen_group = True
            yield position, Erasable.ALERTS
        elif WORD in str(entry.texts) and not _goes_with_its_alerts(entry):
            yield position, Erasable.WORDS


def _goes_with_its_alerts(entry: Entry) -> bool:
    return entry.kind == Kind.DECLARE and bool(entry.data.get("group"))


async def _erased(muster: Installation, key: IncidentKey, number: int, what: Erasable) -> None:
    asked = await _do(
        muster, "unhcr-duty", "erase", key, {"reason": "Asked for."}, number=number, what=what.value
    )
    await _do(muster, "unhcr-ciso", "erase.approve", key, erasure=asked.args["erasure"])


async def _carried_out(muster: Installation) -> None:
    query = f"""
        SELECT (SELECT count(*) FROM erased), (SELECT count(*) FROM body WHERE kind = '"{Kind.ERASURE_APPROVE}"')
    """  # noqa: S608  a kind of ours
    async with asyncio.timeout(WITHIN.total_seconds()):
        while True:
            async with connected(muster.pool) as connection:
                row = await (await connection.execute(query.encode())).fetchone()
            if row and row[0] == row[1]:
                return
            await asyncio.sleep(0.1)


async def _do(
    muster: Installation,
    who: str,
    verb: str,
    key: IncidentKey | None,
    texts: dict[str, str] | None = None,
    **said: Any,
) -> Verdict:
    given: Command = command(
        f"test:{uuid4()}", verb, who, at=utc_now(), incident=key, texts=texts or {}, **said
    )
    verdict = await muster.gateway.submit(given)
    assert verdict.outcome is Outcome.DONE, verdict
    return verdict


async def _tables(muster: Installation) -> AsyncIterator[tuple[str, bytes]]:
    """Every row of every table, bytes as they are."""
    async with connected(muster.pool) as connection:
        found = await connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        for (table,) in await found.fetchall():
            rows = await connection.execute(sql.SQL("SELECT * FROM {}").format(sql.Identifier(table)))
            yield table, str(await rows.fetchall()).encode()


def _files(folder: Path) -> Iterator[Path]:
    """All but PostgreSQL's write-ahead log, which is overwritten in its own time (docs/record.md)."""
    return (path for path in folder.rglob("*") if path.is_file() and "pg_wal" not in path.parts)


def _has(content: bytes) -> bool:
    return WORD.casefold().encode() in content.lower()
