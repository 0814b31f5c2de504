"""Entries, commands and verdicts to test the record with."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from itertools import islice
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from integrations.postgres.growth import Growth
from playbooks.domain.actor import Actor, ActorKind
from playbooks.domain.command import Command, Outcome, Verdict
from playbooks.domain.entry import Entry
from playbooks.domain.ids import CommandId, EntryId, IncidentKey, OrganizationCode
from playbooks.domain.proof.bundle import (
    BundleEntry,
    BundleHead,
    BundleRoot,
    BundleSignature,
    EntryLine,
    Item,
    LogInclusion,
    Opening,
)
from playbooks.domain.proof.heads import Head, key_id, signing_input
from playbooks.domain.proof.merkle import EMPTY_ROOT, Frontier, inclusion_ranges, proof, root
from playbooks.domain.proof.slots import (
    HASH_BYTES,
    INSTALLATION,
    SLOTS,
    Sealed,
    b64,
    disclosures,
    seal,
    split,
)

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


@dataclass(frozen=True)
class SampleBundle:
    """A bundle as it was made up."""

    opening: Opening
    items: tuple[Item, ...]

    def to_bytes(self) -> bytes:
        """The file."""
        return b"".join(line for each in (self.opening, *self.items) for line in each.lines())

    @property
    def trusted(self) -> dict[str, bytes]:
        """The key that signed it, as one who trusts it has it."""
        return {self.opening.signature.key_id: self.opening.signature.public_key}


def bundle(
    sizes: Sequence[int] = (2, 3, 1), shown: Callable[[int], Iterable[str]] = lambda _: SLOTS
) -> SampleBundle:
    """A bundle of entries that came in batches of these sizes; `shown` says which slots of which entry."""
    private = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
    growth = Growth({INSTALLATION: Frontier(), KEY: Frontier()})
    numbers = iter(range(1, sum(sizes) + 1))
    items: list[Item] = []
    head = Head(tree=INSTALLATION, size=0, root=EMPTY_ROOT, at=NOON)
    for size in sizes:
        batch = {number: seal(entry(number), _salts(number)) for number in islice(numbers, size)}
        growth.grown.clear()
        head = growth.integrate([(each.id, each.tree, each.commitments) for each in batch.values()], NOON)
        items += [_bundled(at, each, frozenset(shown(at))) for at, each in batch.items()]
        items.append(BundleRoot(size=growth.head(KEY, NOON).size, root=growth.head(KEY, NOON).root))
    log = [leaf for tree, _, leaf, _ in growth.leaves if tree == INSTALLATION]
    public = private.public_key().public_bytes_raw()
    opening = Opening(
        tree=KEY,
        head=BundleHead.of(growth.head(KEY, NOON)),
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
    return SampleBundle(opening, tuple(items[:-1]))


def _bundled(position: int, sealed: Sealed, shown: frozenset[str]) -> BundleEntry:
    if not shown:
        return BundleEntry(EntryLine(position=position, leaf=b64(sealed.leaf)))
    hashes = zip(SLOTS, split(sealed.commitments, HASH_BYTES), strict=True)
    written = zip(SLOTS, disclosures(sealed.salts, sealed.values.values()), strict=True)
    return BundleEntry(
        EntryLine(
            position=position,
            leaf=b64(sealed.leaf),
            entry=sealed.id,
            withheld={slot: b64(each) for slot, each in hashes if slot not in shown},
        ),
        [each for slot, each in written if slot in shown and each is not None],
    )


def _salts(number: int) -> bytes:
    return b"".join(sha256(f"{number} {slot}".encode()).digest()[:16] for slot in SLOTS)
