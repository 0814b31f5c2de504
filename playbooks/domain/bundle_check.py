"""Verifying a bundle with nothing but the file and, if one has them, the public keys one trusts."""

from collections.abc import Iterator, Mapping
from functools import cached_property

from playbooks.domain.bundle import Bundle, BundleEntry
from playbooks.domain.cosigned import NO_WITNESSES, CosignedCheck, Witnesses
from playbooks.domain.errors import Malformed
from playbooks.domain.heads import Head, SignedHead, key_id
from playbooks.domain.ids import EntryId
from playbooks.domain.locate import Follower
from playbooks.domain.merkle import leaf_hash, root, verify_inclusion
from playbooks.domain.receipt import Receipt, broken_promise
from playbooks.domain.slots import SLOTS, canonical, commitment, leaf_input
from playbooks.domain.verification import (
    NEVER_RECORDED,
    Damage,
    Problem,
    Report,
    Span,
    problem_at,
)


def verify_bundle(
    raw: bytes,
    trusted_keys: Mapping[str, bytes] | None = None,
    *,
    witnesses: Witnesses = NO_WITNESSES,
    receipt: Receipt | None = None,
) -> Report:
    """Verify a bundle offline; `trusted_keys` are raw Ed25519 public keys by key id.

    Names the first altered, removed, inserted, swapped or truncated entry. Without trusted keys the
    bundle's own is taken, and the report says what that is worth. Never raises for a bad bundle.
    """
    try:
        return _Check(Bundle.from_bytes(raw), trusted_keys, witnesses, receipt).report()
    except (ValueError, RecursionError, Malformed) as error:
        sentence = f"This is no bundle of Muster's record, or it was damaged: {_first_line(error)}."
        return Report(entries=0, trees=0, first_problem=Problem(kind=Damage.MALFORMED, sentence=sentence))


def _first_line(error: Exception) -> str:
    return str(getattr(error, "sentence", error)).splitlines()[0].rstrip(".")


class _Check:
    """The checks of one bundle, from the key that signed down to each entry."""

    def __init__(
        self,
        bundle: Bundle,
        trusted: Mapping[str, bytes] | None,
        witnesses: Witnesses,
        receipt: Receipt | None,
    ) -> None:
        self.bundle = bundle
        self.trusted = trusted
        self.receipt = receipt
        self.cosigned = CosignedCheck(bundle, trusted, witnesses)
        self.head: Head = bundle.head.head(bundle.tree)
        self.signed: SignedHead = bundle.signature.signed()

    def report(self) -> Report:
        """Run the checks up to the first problem."""
        first = next(self._problems(), None)
        entries = self.bundle.entries
        good = len(entries) if first is None else (first.position or 1) - 1
        return Report(
            entries=min(good, len(entries)),
            trees=1,
            withheld=sum(entry.is_withheld for entry in entries),
            erased=sum(bool(entry.erased) for entry in entries),
            first_problem=first,
            not_protected=tuple(self._not_protected()),
        )

    def _problems(self) -> Iterator[Problem]:
        yield from self._key()
        yield from self._log()
        yield from self._order()
        yield from self._leaves()
        yield from self._entries()
        yield from self.cosigned.problems()
        yield from self._promise()

    def _promise(self) -> Iterator[Problem]:
        """What a receipt promised of this incident."""
        if self.receipt is not None:
            for tree, leaf in self.receipt.promised:
                if tree == self.bundle.tree and leaf not in self.bundle.leaves:
                    yield broken_promise(self.receipt, tree)

    def _key(self) -> Iterator[Problem]:
        signature = self.bundle.signature
        if not self.signed.signed_by({key_id(signature.public_key): signature.public_key}):
            sentence = f"The signature under the log's head of {signature.head.size} leaves is not good."
            yield Problem(kind=Damage.HEAD_NOT_SIGNED, sentence=sentence)
        elif self.trusted is not None and self.trusted.get(signature.key_id) != signature.public_key:
            sentence = (
                f"The bundle is signed with the key {signature.key_id}, which is not among those you trust; "
                "ask the installation for its public key by another way."
            )
            yield Problem(kind=Damage.UNKNOWN_KEY, sentence=sentence)

    def _log(self) -> Iterator[Problem]:
        log, signed = self.bundle.log, self.signed.head
        if not verify_inclusion(self.head.leaf, log.position - 1, signed.size, log.path, signed.root):
            what = f"The head of {self.head.tree} at {self.head.size} entries"
            sentence = f"{what} is not leaf {log.position} of the signed log."
            yield Problem(kind=Damage.HEAD_NOT_IN_LOG, tree=self.head.tree, sentence=sentence)

    def _order(self) -> Iterator[Problem]:
        """Each entry in its place and of the right form."""
        positions = [entry.position for entry in self.bundle.entries]
        for expected, entry in enumerate(self.bundle.entries, start=1):
            if entry.position < expected:
                yield self._at(Damage.INSERTED, expected)
            elif entry.position > expected:
                moved = expected in positions[expected:]
                yield self._at(Damage.SWAPPED if moved else Damage.REMOVED, expected)
            if sorted([*entry.shown, *entry.withheld]) != ([] if entry.is_withheld else sorted(SLOTS)):
                yield self._at(Damage.MALFORMED, expected)
            if not set(entry.erased) <= entry.withheld.keys():
                yield self._at(Damage.MALFORMED, expected)

    def _leaves(self) -> Iterator[Problem]:
        """The list of leaves against the incident's head; when it departs, the earlier heads say where."""
        leaves, head, again = self.bundle.leaves, self.head, self._recomputed
        sizes = [0, *(size for size, _ in self.bundle.heads), head.size]
        if sizes != sorted(set(sizes)):
            yield problem_at(head.tree, Span(kind=Damage.ALTERED_HEAD, first=1, last=head.size))
        elif root(leaves) != head.root and len(leaves) == len(again) and root(again) == head.root:
            altered = next(at for at, leaf in enumerate(leaves) if leaf != again[at])
            yield self._at(Damage.ALTERED_LEAF, altered + 1)
        elif (departure := self._departure()) is not None:
            if root(leaves) == head.root and len(leaves) == head.size:
                departure = departure.model_copy(update={"kind": Damage.ALTERED_HEAD})
            yield problem_at(head.tree, departure, self._id(departure))

    def _departure(self) -> Span | None:
        """Where the leaves depart from the heads, the earliest first."""
        leaves, head, follower = self.bundle.leaves, self.head, Follower()
        for size, expected in [*self.bundle.heads, (head.size, head.root)]:
            for leaf in leaves[follower.frontier.size : size]:
                follower.add(leaf)
            if len(leaves) < size or not follower.agrees(expected):
                return follower.locate(expected, size, leaves[size:], len(leaves) - head.size)
        if len(leaves) > head.size:
            return Span(kind=Damage.INSERTED, first=head.size + 1, last=len(leaves))
        return None

    def _entries(self) -> Iterator[Problem]:
        """Each entry against its leaf, now that the leaves are known to be good."""
        leaves, again = self.bundle.leaves, self._recomputed
        for at, leaf in enumerate(again, start=1):
            if at > len(leaves):
                yield self._at(Damage.INSERTED, at)
            elif leaf != leaves[at - 1]:
                yield self._at(self._moved(leaf), at)
        if len(again) < len(leaves):
            cut = Span(kind=Damage.TRUNCATED, first=len(again) + 1, last=len(leaves))
            yield problem_at(self.head.tree, cut)

    def _moved(self, leaf: bytes) -> Damage:
        """What happened where an entry does not have the leaf of its place."""
        surplus = len(self.bundle.entries) - len(self.bundle.leaves)
        if surplus > 0:
            return Damage.INSERTED
        if leaf not in self.bundle.leaves:
            return Damage.ALTERED_ENTRY
        return Damage.REMOVED if surplus < 0 else Damage.SWAPPED

    @cached_property
    def _recomputed(self) -> list[bytes]:
        """The leaf of each entry from its slots; one that is withheld as a whole has the leaf listed."""
        return [self._leaf(entry) for entry in self.bundle.entries]

    def _leaf(self, entry: BundleEntry) -> bytes:
        if entry.entry is None:
            return (
                self.bundle.leaves[entry.position - 1] if entry.position <= len(self.bundle.leaves) else b""
            )
        shown = {
            slot: commitment(salt, slot, canonical(value)) for slot, (salt, value) in entry.shown.items()
        }
        return leaf_hash(leaf_input(entry.entry, self.head.tree, {**entry.withheld, **shown}))

    def _at(self, kind: Damage, position: int) -> Problem:
        span = Span(kind=kind, first=position, last=position)
        return problem_at(self.head.tree, span, self._id(span))

    def _id(self, span: Span) -> EntryId | None:
        """The id of the entry that stands in a place, where one does and may be told."""
        if span.first != span.last or span.first > len(self.bundle.entries):
            return None
        entry = self.bundle.entries[span.first - 1].entry
        return None if entry is None else EntryId(entry)

    def _not_protected(self) -> Iterator[str]:
        signature = self.bundle.signature
        if self.trusted is None:
            yield (
                f"The key {signature.key_id} was taken from the bundle itself; "
                "compare it with the one the installation gave you by another way."
            )
        yield f"What came after {self.bundle.head.at} (entry {self.head.size}) is not in here."
        yield "Whoever passed the bundle on may have withheld more, or given an older one."
        yield from self.cosigned.not_protected()
        if self.receipt and not any(tree == self.bundle.tree for tree, _ in self.receipt.promised):
            yield "The receipt is about another tree than this bundle; it was not compared."
        yield NEVER_RECORDED
