"""Benchmark (h): a long record: appended, integrated, proven, verified. Only when asked for by name."""

import asyncio
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.figure import Figure, alone
from benchmarks.ground import database_beside
from bot.composition.installation import Installation
from integrations.postgres.append import recording
from integrations.postgres.database import Pool, connected, open_pool
from integrations.postgres.proofs import inclusion_path
from integrations.postgres.sequencer import BATCH, integrate
from integrations.postgres.vault import Vault
from playbooks.domain.actor import Actor, ActorKind
from playbooks.domain.entry import Entry
from playbooks.domain.ids import EntryId, IncidentKey, OrganizationCode
from playbooks.domain.kinds import Kind
from playbooks.domain.proof.merkle import verify_inclusion

ENTRIES = 1_000_000
PROOFS = 100
_LEAF = """
SELECT leaf.hash, head.root FROM leaf, head
WHERE leaf.tree = %s AND leaf.position = %s AND head.tree = %s AND head.size = %s
"""
_KEY = IncidentKey("INC-2026-9999")
_AT = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


async def measure(muster: Installation) -> list[Figure]:
    """Under lock as an installation has it; verified in a process of its own, with what that takes of memory."""
    entries, keys = ENTRIES, muster.settings.keys
    vault = Vault.at(keys / "entries.json")
    async with (
        database_beside(muster, "benchmark_long") as dsn,
        open_pool(dsn, vault=vault) as pool,
    ):
        appended = integrated = 0.0
        for first in range(0, entries, BATCH):
            batch = [_note(number) for number in range(first, min(first + BATCH, entries))]
            began = time.perf_counter()
            async with recording(pool) as writing:
                await writing.append(batch)
            there = time.perf_counter()
            await integrate(pool, muster.keys)
            appended, integrated = appended + there - began, integrated + time.perf_counter() - there
        proven = [await _proven(pool, entries, number * (entries // PROOFS) + 1) for number in range(PROOFS)]
        verified, before, after = await asyncio.to_thread(_verified, dsn, keys, entries)
    what = f"of {entries:,} entries"
    return [
        alone("long", f"{what}: appended, {BATCH:,} a transaction", "/s", [entries / appended]),
        alone("long", f"{what}: integrated and signed", "/s", [entries / integrated]),
        alone("long", f"{what}: one proven and its proof verified", "ms", proven),
        alone("long", f"{what}: all verified", "s", [verified]),
        alone(
            "long",
            f"{what}: memory that verifying it takes beside what Python takes",
            "MiB",
            [after - before],
        ),
    ]


def _note(number: int) -> Entry:
    return Entry(
        id=EntryId(f"e{number:032x}"),
        incident=_KEY,
        kind=Kind.NOTE_ADD,
        at=_AT + timedelta(seconds=number),
        actor=Actor(id="unhcr-ciso", kind=ActorKind.PERSON, organization=OrganizationCode("UNHCR")),
        subject="incident",
        texts={"note": "The file server was cut off from the network; its memory was copied before."},
        audience=("parties",),
    )


async def _proven(pool: Pool, size: int, position: int) -> float:
    """Milliseconds to make a proof from what is stored, and to verify it."""
    began = time.perf_counter()
    async with connected(pool) as connection:
        path = await inclusion_path(connection, _KEY, position, size)
        found = await (await connection.execute(_LEAF, (_KEY, position, _KEY, size))).fetchone()
    if found is None or not verify_inclusion(found[0], position - 1, size, path, found[1]):
        raise RuntimeError("the proof of the benchmark does not verify")
    return (time.perf_counter() - began) * 1000


def _verified(dsn: str, keys: Path, entries: int) -> tuple[float, float, float]:
    """Seconds, and MiB held at most before and after."""
    said = subprocess.run(  # noqa: S603  our own interpreter
        [sys.executable, "-c", _VERIFY, dsn, str(keys), str(entries)],
        check=True,
        capture_output=True,
        text=True,
    )
    seconds, before, after = map(float, said.stdout.split())
    return seconds, before, after


_VERIFY = """
import asyncio, sys, time
from pathlib import Path
from benchmarks.machine import memory_mib
from integrations.postgres.database import connected, open_pool
from integrations.postgres.keys import load_public_keys
from integrations.postgres.vault import Vault
from integrations.postgres.verify import verify_live
async def main(dsn, keys, entries):
    public = load_public_keys(keys / "record.key.public")
    async with open_pool(dsn, vault=Vault.at(keys / "entries.json")) as pool, connected(pool) as connection:
        before, began = memory_mib('VmHWM'), time.perf_counter()
        report = await verify_live(connection, public)
        took = time.perf_counter() - began
    assert report.ok and report.entries == entries, report.first_problem
    print(took, before, memory_mib('VmHWM'))
asyncio.run(main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])))
"""
