"""What is kept beside the trees: any bit of it altered, of any row, is found and named; a page lists each table."""

# ruff: noqa: S608  the statements that spoil it are put together here and nowhere else

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import pytest_asyncio
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.composition.witnesses import witness
from bot.key_entries import key_entry
from bot.reading.governance import Governance
from integrations.postgres.content import PostgresContent
from integrations.postgres.database import Connection, Pool, open_pool
from integrations.postgres.entrusting import entrust
from integrations.postgres.erasure import carry_out
from integrations.postgres.evidence import PostgresEvidence
from integrations.postgres.keys import SigningKeys
from integrations.postgres.record import PostgresRecord
from integrations.postgres.reports import PostgresReports
from integrations.postgres.sequencer import integrate
from integrations.postgres.verify import verify_within
from integrations.postgres.witnessed import PostgresWitnessed
from playbooks.domain.ids import OrganizationCode
from playbooks.domain.kinds import Kind
from playbooks.domain.proof.heads import key_id
from playbooks.domain.proof.verification import Damage, Problem
from playbooks.domain.proof.witnessing import Submission
from playbooks.domain.release import Reader
from playbooks.governance.report import ReportKind
from playbooks.texts import load_texts
from tests.property.test_record import ALTERATIONS
from tests.record_samples import KEY, NOON, entry
from tests.web.circle import FakeViews
from tests.worlds import a_circle, a_ransomware_incident

PAGE = (Path(__file__).parents[2] / "docs" / "record.md").read_text("utf-8")
FILE = b"the passport"
PUBLIC = bytes(range(32))

# Every column whose content is protected, and the type of its content.
COLUMNS = [
    ("content", {"sha256": "text", "bytes": "bytea"}),
    ("evidence", {"incident": "text", "sha256": "text", "bytes": "bytea"}),
    (
        "released_report",
        {"entry": "text", "organization": "text", "kind": "text", "text": "text", "report": "json"},
    ),
    ("reported_quarter", {"organization": "text", "kind": "text", "entry": "text"}),
    ("organization_key", {"organization": "text", "public_key": "bytea"}),
    ("erased", {"decision": "text", "incident": "text"}),
    ("cosigned", {"size": "bigint", "root": "bytea", "note": "log's half"}),
]
ALTERED = [(table, column, kind) for table, columns in COLUMNS for column, kind in columns.items()]
MORE = {
    "json": "json_build_object('a', {1}, 'was', {0})",
    # What the witness added is checked with its key, not with ours.
    "log's half": ALTERATIONS["text"].replace("length({0})", "(strpos({0}, chr(10) || chr(10)) + 80)"),
}


@dataclass
class Scene:
    """A record with something of everything that is kept beside it; it can be spoilt and restored."""

    connection: Connection
    keys: SigningKeys

    async def verify(self) -> Problem | None:
        return (await verify_within(self.connection, self.keys.public_keys)).first_problem

    @asynccontextmanager
    async def spoilt(self, *statements: str) -> AsyncIterator[None]:
        async with self.connection.transaction(force_rollback=True):
            for statement in statements:
                assert (await self.connection.execute(statement.encode())).rowcount, statement
            yield


async def set_up(pool: Pool, keys: SigningKeys, folder: Path) -> None:
    await PostgresContent(pool).put(b"a playbook")
    sha256 = await PostgresEvidence(pool).keep(KEY, FILE)
    named = {"erasure": "X-1", "entry": f"{KEY}/1", "number": 1, "what": "words", "slots": ["texts"]}
    await PostgresRecord(pool).append(
        [
            entry(1),
            entry(2, kind=Kind.EVIDENCE_RECEIVE, data={"sha256": sha256}),
            entry(3, kind=Kind.ERASURE_APPROVE, data=named),
            key_entry(Kind.KEY_ENTRUST, NOON, organization="WFP", key=key_id(PUBLIC)),
        ]
    )
    await entrust(pool, "WFP", PUBLIC)
    await _report(pool)
    await integrate(pool, keys)
    assert await carry_out(pool) == 1
    heads = PostgresWitnessed(pool)
    newest = await heads.newest()
    assert newest is not None
    kept = witness(folder / "witness", folder / "record.key.public", "wfp.org/witness")
    _, note = kept.judge(Submission(0, (), keys.checkpoint(newest)), 1_800_000_000)
    assert note is not None
    await heads.keep("wfp.org/witness", note)


async def _report(pool: Pool) -> None:
    incident = a_ransomware_incident(key=KEY, began_at=datetime(2026, 2, 3, tzinfo=UTC))
    governance = Governance(FakeViews(incident), PostgresReports(pool), load_texts(), lambda: NOON)
    person = a_circle().person("unhcr-ciso")
    reader = Reader(organization=OrganizationCode("UNHCR"), person=person.id)
    quarter = (date(2026, 1, 1), date(2026, 3, 31))
    await governance.release(await governance.draft(ReportKind.GOVERNANCE, reader, *quarter), person)


@pytest_asyncio.fixture
async def scene(all_rights: str, tmp_path: Path) -> AsyncIterator[Scene]:
    keys = SigningKeys.open(tmp_path / "record.key")
    async with open_pool(all_rights, role="none") as pool:
        await set_up(pool, keys, tmp_path)
        async with pool.connection() as connection:
            scene = Scene(connection, keys)
            for free in (
                "UPDATE evidence SET kept_at = kept_at - interval '1 day'",
                "ALTER TABLE evidence DROP CONSTRAINT evidence_sha256_check",
                "ALTER TABLE reported_quarter DROP CONSTRAINT reported_quarter_entry_fkey",
            ):
                await connection.execute(free.encode())
            async with connection.transaction():
                assert await scene.verify() is None
            yield scene


@settings(
    deadline=None,
    max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(which=st.sampled_from(ALTERED), at=st.integers(0, 4000))
async def test_no_bit_of_what_is_kept_beside_the_record_can_be_altered_unseen(
    scene: Scene, which: tuple[str, str, str], at: int
) -> None:
    table, column, kind = which
    change = (ALTERATIONS | MORE)[kind].format(column, at)
    async with scene.spoilt(f"UPDATE {table} SET {column} = {change}"):
        problem = await scene.verify()
    assert problem is not None, (which, at)
    assert (problem.kind, problem.sentence[-1]) == (Damage.BESIDE, ".")


SPOILT = {
    f"INSERT INTO organization_key (organization, public_key) VALUES ('WFP', '\\x{'ab' * 32}')": (
        "which no decision entrusted"
    ),
    "INSERT INTO evidence (incident, sha256, bytes, kept_at) "
    "SELECT incident, encode(sha256('x'), 'hex'), 'x', kept_at FROM evidence": "No entry took the file",
    "INSERT INTO erased (decision, incident) VALUES ('nobody', 'INC-2026-0001')": (
        "nobody counts as carried out, and is no approval"
    ),
    "DELETE FROM reported_quarter": "The quarters that the released report",
    "UPDATE cosigned SET size = size + 1": "Our copy of what wfp.org/witness cosigned",
}


@pytest.mark.parametrize(("spoil", "sentence"), SPOILT.items())
async def test_what_was_made_up_or_taken_away_is_named(scene: Scene, spoil: str, sentence: str) -> None:
    async with scene.spoilt(spoil):
        problem = await scene.verify()
    assert problem is not None
    assert sentence in problem.sentence


async def test_every_table_stands_on_the_page_with_what_protects_it_or_why_nothing_does(scene: Scene) -> None:
    rows = await scene.connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    known = {table for (table,) in await rows.fetchall()}
    listed = PAGE.partition("## Which tables are verified")[2].partition("\n## ")[0]
    named = re.findall(
        r"`(\w+)`", " ".join(line.split("|")[1] for line in listed.splitlines() if line[:1] == "|")
    )
    assert (known - {*named}, {*named} - known) == (set(), set())
    assert len(named) == len(known), "each once"
