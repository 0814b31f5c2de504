"""Entries, commands and verdicts to test the record with."""

import json
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from itertools import islice
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from integrations.postgres.growth import Growth
from playbooks.domain.actor import Actor, ActorKind
from playbooks.domain.bundle import Bundle, BundleEntry, BundleHead, BundleSignature, LogInclusion
from playbooks.domain.command import Command, Outcome, Verdict
from playbooks.domain.entry import Entry
from playbooks.domain.heads import Head, key_id, signing_input
from playbooks.domain.ids import CommandId, EntryId, IncidentKey, OrganizationCode
from playbooks.domain.merkle import EMPTY_ROOT, Frontier, inclusion_ranges, proof, root
from playbooks.domain.slots import INSTALLATION, SLOTS, Sealed, seal

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
KEY = IncidentKey("INC-2026-0001")
CISO = Actor(id="unhcr-ciso", kind=ActorKind.PERSON, organization=OrganizationCode("UNHCR"))


def entry(number: int, incident: IncidentKey | None = KEY, **given: Any) -> Entry:
    """The entry of a note, one second after the one numbered before it."""
    fields: dict[str, Any] = {
        "id": EntryId(f"{incident or 'installation'}/{number}"),
        "incident": incident,
        "kind": "incident:note:add",
        "at": NOON + timedelta(seconds=number),
        "actor": CISO,
        "subject": "incident",
        "data": {"number": number},
        "texts": {"note": f"Isolated host {number} — ça marche, 完了"},
        "audience": ("UNHCR", "WFP"),
        "cause": CommandId(f"web:{number}"),
    }
    return Entry.model_validate({**fields, **given})


def command(number: int = 1, **given: Any) -> Command:
    """A command to add a note."""
    fields: dict[str, Any] = {
        "id": CommandId(f"web:{number}"),
        "verb": "note",
        "actor": CISO,
        "incident": KEY,
        "args": {"pinned": False},
        "texts": {"note": "Isolated the host\u0000"},
        "received_at": NOON,
    }
    return Command.model_validate({**fields, **given})


def verdict(*entries: Entry) -> Verdict:
    """A command done, with the entries in which that stands."""
    return Verdict(
        outcome=Outcome.DONE, code="note.added", incident=KEY, entries=tuple(each.id for each in entries)
    )


def bundle(
    sizes: Sequence[int] = (2, 3, 1), shown: Callable[[int], Iterable[str]] = lambda _: SLOTS
) -> Bundle:
    """A bundle of entries that came in batches of these sizes; `shown` says which slots of which entry."""
    private = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
    growth = Growth({INSTALLATION: Frontier(), KEY: Frontier()})
    numbers = iter(range(1, sum(sizes) + 1))
    sealed, head = [], Head(tree=INSTALLATION, size=0, root=EMPTY_ROOT, at=NOON)
    for size in sizes:
        batch = [seal(entry(number), _salts(number)) for number in islice(numbers, size)]
        arrivals = [
            (each.id, each.tree, b"".join(each.commitments[slot] for slot in SLOTS)) for each in batch
        ]
        growth.grown.clear()
        head = growth.integrate(arrivals, NOON)
        sealed += batch
    log = [leaf for tree, _, leaf, _ in growth.leaves if tree == INSTALLATION]
    tree_head = growth.head(KEY, NOON)
    public = private.public_key().public_bytes_raw()
    return Bundle(
        tree=KEY,
        entries=tuple(_bundled(at, each, frozenset(shown(at))) for at, each in enumerate(sealed, start=1)),
        leaves=tuple(each.leaf for each in sealed),
        heads=tuple((size, root) for _, size, root, _, _ in growth.heads[:-1]),
        head=BundleHead.of(tree_head),
        log=LogInclusion(
            position=len(log),
            path=tuple(
                proof(inclusion_ranges(len(log) - 1, len(log)), lambda low, high: root(log[low:high]))
            ),
        ),
        signature=BundleSignature(
            head=BundleHead.of(head),
            previous=0,
            key_id=key_id(public),
            signature=private.sign(signing_input(head, 0)),
            public_key=public,
        ),
    )


def _bundled(position: int, sealed: Sealed, shown: frozenset[str]) -> BundleEntry:
    if not shown:
        return BundleEntry(position=position)
    return BundleEntry(
        position=position,
        entry=sealed.id,
        shown={
            slot: (sealed.salts[slot], json.loads(sealed.values[slot])) for slot in SLOTS if slot in shown
        },
        withheld={slot: sealed.commitments[slot] for slot in SLOTS if slot not in shown},
    )


def _salts(number: int) -> list[bytes]:
    return [sha256(f"{number} {slot}".encode()).digest()[:16] for slot in SLOTS]
