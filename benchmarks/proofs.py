"""Benchmark (f): what verifying costs beside bare SHA-256 over the same bytes, and a bundle of 100,000 entries."""

import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from benchmarks.figure import Figure, alone, compared
from bot.composition import Installation
from playbooks.domain.actor import Actor, ActorKind
from playbooks.domain.bundle import Bundle, BundleEntry, BundleHead, BundleSignature, LogInclusion
from playbooks.domain.bundle_check import verify_bundle
from playbooks.domain.entry import Entry
from playbooks.domain.heads import Head, key_id, signing_input
from playbooks.domain.ids import EntryId, IncidentKey, OrganizationCode
from playbooks.domain.kinds import Kind
from playbooks.domain.merkle import inclusion_ranges, proof, root, verify_inclusion
from playbooks.domain.slots import INSTALLATION, SLOTS, b64, leaf_input, seal, slot_values

ENTRIES = 100_000
PROOFS = 2_000
ROUNDS = 3
_TREE = IncidentKey("INC-2026-9999")
_AT = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


async def measure(_muster: Installation) -> list[Figure]:
    """Needs no server: everything here is what somebody does who has a bundle and a key."""
    raw, hashed, leaves = _bundle()
    began = time.perf_counter()
    report = verify_bundle(raw)
    verified = time.perf_counter() - began
    if not report.ok:
        raise RuntimeError(f"the bundle of the benchmark does not verify: {report.first_problem}")
    bare = _span(lambda: _hash(hashed))
    return [
        alone("proofs", f"a bundle of {ENTRIES:,} entries verified", "s", [verified]),
        compared(
            "proofs",
            "verified, one entry of a bundle",
            "µs",
            "SHA-256 of its bytes",
            [(verified / ENTRIES * 1e6, bare / ENTRIES * 1e6)],
        ),
        _inclusion(leaves),
    ]


def _bundle() -> tuple[bytes, list[bytes], list[bytes]]:
    """The bundle, everything that is hashed to verify its entries, and its leaves."""
    entries, hashed, leaves = [], [], []
    for number in range(1, ENTRIES + 1):
        entry = _note(number)
        sealed = seal(entry, [sha256(f"{number} {slot}".encode()).digest()[:16] for slot in SLOTS])
        values = slot_values(entry)
        shown = {slot: (sealed.salts[slot], values[slot]) for slot in SLOTS}
        entries.append(BundleEntry(position=number, entry=sealed.id, shown=shown))
        hashed += [f'["{b64(sealed.salts[slot])}","{slot}",{sealed.values[slot]}]'.encode() for slot in SLOTS]
        hashed.append(b"\x00" + leaf_input(sealed.id, sealed.tree, sealed.commitments))
        leaves.append(sealed.leaf)
    hashed += [bytes(65)] * ENTRIES  # an inner node for each leaf
    head = Head(tree=_TREE, size=ENTRIES, root=root(leaves), at=_AT)
    log = Head(tree=INSTALLATION, size=1, root=root([head.leaf]), at=_AT)
    key = Ed25519PrivateKey.generate()
    public = key.public_key().public_bytes_raw()
    bundle = Bundle(
        tree=_TREE,
        entries=tuple(entries),
        leaves=tuple(leaves),
        heads=(),
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
    return bundle.to_bytes(), hashed, leaves


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
