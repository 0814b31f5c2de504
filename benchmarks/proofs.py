"""Benchmark (f): what verifying costs beside bare SHA-256 over the same bytes, and a bundle of 100,000 entries."""

import asyncio
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from functools import partial
from hashlib import sha256
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from benchmarks.figure import Figure, alone, compared
from bot.cli.bundle_file import BundleFile
from bot.composition.installation import Installation
from playbooks.domain.actor import Actor, ActorKind
from playbooks.domain.entry import Entry
from playbooks.domain.ids import EntryId, IncidentKey, OrganizationCode
from playbooks.domain.kinds import Kind
from playbooks.domain.proof.bundle import (
    BundleEntry,
    BundleHead,
    BundleRoot,
    BundleSignature,
    EntryLine,
    LogInclusion,
    Opening,
    read_items,
)
from playbooks.domain.proof.heads import Head, key_id, signing_input
from playbooks.domain.proof.merkle import Frontier, inclusion_ranges, proof, root, verify_inclusion
from playbooks.domain.proof.slots import INSTALLATION, SALT_BYTES, SLOTS, b64, disclosures, seal

ENTRIES = 100_000
BATCH = 1_000
PROOFS = 2_000
ROUNDS = 3
_TREE = IncidentKey("INC-2026-9999")
_AT = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


async def measure(_muster: Installation) -> list[Figure]:
    """Needs no server: everything here is what somebody does who has a bundle and a key."""
    with TemporaryDirectory(prefix="muster-bundle-") as folder:
        path = Path(folder) / "bundle.jsonl"
        leaves = _written(path)
        rounds, peaks = [], []
        for _ in range(ROUNDS):
            seconds, peak = await asyncio.to_thread(_verified, path)
            rounds.append((seconds / ENTRIES * 1e6, _bare(path) / ENTRIES * 1e6))
            peaks.append(peak)
    return [
        alone(
            "proofs",
            f"a bundle of {ENTRIES:,} entries verified",
            "s",
            [each * ENTRIES / 1e6 for each, _ in rounds],
        ),
        alone("proofs", "memory that verifying it takes beside what Python takes", "MiB", peaks),
        compared("proofs", "verified, one entry of a bundle", "µs", "SHA-256 of its bytes", rounds),
        _inclusion(leaves),
    ]


def _verified(path: Path) -> tuple[float, float]:
    """Seconds and MiB, in a process of its own: as `muster record verify --bundle`, without its start."""
    said = subprocess.run(  # noqa: S603  our own interpreter
        [sys.executable, "-c", _VERIFY, str(path)], check=True, capture_output=True, text=True
    )
    seconds, before, after = map(float, said.stdout.split())
    return seconds, (after - before) / 1024


_VERIFY = """
import sys, time
from pathlib import Path
from bot.cli.bundle_file import BundleFile
from playbooks.domain.proof.bundle_check import verify_bundle
def most():
    return next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM"))
before, began = most(), time.perf_counter()
report = verify_bundle(BundleFile(Path(sys.argv[1])))
took = time.perf_counter() - began
assert report.ok, report.first_problem
print(took, before, most())
"""


def _bare(path: Path) -> float:
    """Seconds to hash everything that verifying the entries hashes, once it is there: slots, leaves, inner nodes."""
    spent, entries = 0.0, (item for item in read_items(BundleFile(path)) if isinstance(item, BundleEntry))
    while batch := list(islice(entries, BATCH)):
        hashed = [each for entry in batch for each in entry.shown]
        hashed += [_LEAF + entry.said.leaf.encode() for entry in batch] + [bytes(65)] * len(batch)
        spent += _span(partial(_hash, hashed))
    return spent


_LEAF = bytes(700)
"""As long as a leaf's input, less the hash that is appended to it."""


def _written(path: Path) -> list[bytes]:
    """Write the bundle, in batches as the sequencer makes them; its leaves."""
    leaves: list[bytes] = []
    grown = Frontier()
    with path.with_suffix(".entries").open("wb") as file:
        for number in range(1, ENTRIES + 1):
            sealed = seal(_note(number), _salts(number))
            shown = [each for each in disclosures(sealed.salts, sealed.values.values()) if each is not None]
            leaves.append(sealed.leaf)
            grown = grown.append(sealed.leaf)
            said = EntryLine(position=number, leaf=b64(sealed.leaf), entry=sealed.id)
            file.writelines(BundleEntry(said, shown).lines())
            if number % BATCH == 0 and number < ENTRIES:
                file.writelines(BundleRoot(size=number, root=grown.root()).lines())
    with path.open("wb") as whole, path.with_suffix(".entries").open("rb") as entries:
        whole.writelines(_opening(grown.root()).lines())
        shutil.copyfileobj(entries, whole)
    return leaves


def _opening(reached: bytes) -> Opening:
    head = Head(tree=_TREE, size=ENTRIES, root=reached, at=_AT)
    log = Head(tree=INSTALLATION, size=1, root=root([head.leaf]), at=_AT)
    key = Ed25519PrivateKey.generate()
    public = key.public_key().public_bytes_raw()
    return Opening(
        tree=_TREE,
        head=BundleHead.of(head),
        log=LogInclusion(position=1, path=()),
        signature=BundleSignature(
            head=BundleHead.of(log),
            previous=0,
            key_id=key_id(public),
            signature=key.sign(signing_input(log, 0)),
            public_key=public,
        ),
    )


def _salts(number: int) -> bytes:
    return b"".join(sha256(f"{number} {slot}".encode()).digest()[:SALT_BYTES] for slot in SLOTS)


def _note(number: int) -> Entry:
    return Entry(
        id=EntryId(f"e{number:032x}"),
        incident=_TREE,
        kind=Kind.NOTE_ADD,
        at=_AT + timedelta(seconds=number),
        actor=Actor(id="unhcr-ciso", kind=ActorKind.PERSON, organization=OrganizationCode("UNHCR")),
        subject="incident",
        texts={"note": "The file server was cut off from the network; its memory was copied before."},
        audience=("parties",),
    )


def _inclusion(leaves: list[bytes]) -> Figure:
    """Microseconds for a proof that an entry is in a tree of this size, beside hashing as many nodes."""
    size, head = len(leaves), root(leaves)
    at = size // 3
    path = proof(inclusion_ranges(at, size), lambda low, high: root(leaves[low:high]))
    nodes = [bytes(65)] * len(path) * PROOFS

    def verify() -> None:
        for _ in range(PROOFS):
            if not verify_inclusion(leaves[at], at, size, path, head):
                raise RuntimeError("the proof of the benchmark does not verify")

    rounds = [
        (_span(verify) / PROOFS * 1e6, _span(lambda: _hash(nodes)) / PROOFS * 1e6) for _ in range(ROUNDS)
    ]
    return compared("proofs", "inclusion of one entry verified", "µs", "SHA-256 of its nodes", rounds)


def _hash(pieces: Iterable[bytes]) -> None:
    for piece in pieces:
        sha256(piece).digest()


def _span(work: Callable[[], None]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began
