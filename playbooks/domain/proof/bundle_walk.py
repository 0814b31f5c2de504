"""Going through a bundle's entries, each against its leaf, and their leaves against the incident's heads."""

from collections.abc import Collection, Iterable, Iterator
from hashlib import sha256
from itertools import islice

from playbooks.domain.ids import EntryId
from playbooks.domain.proof.bundle import BadLine, BundleEntry, BundleRoot, Opening, read_items
from playbooks.domain.proof.locate import Follower
from playbooks.domain.proof.merkle import EMPTY_ROOT, leaf_hash, root
from playbooks.domain.proof.slots import SLOTS, b64, commitments, leaf_input, unb64
from playbooks.domain.proof.verification import Damage, Problem, Span, problem_at
from playbooks.domain.saying import saying

_SLOTS = frozenset(SLOTS)
_LOOKAHEAD = 2000


class BundleWalk:
    """One walk through a bundle, up to the first problem."""

    def __init__(self, chunks: Iterable[bytes], opening: Opening, promised: Collection[bytes]) -> None:
        self._chunks = chunks
        self._tree = opening.tree
        self._head = opening.head
        self._promised = promised
        self._follower = Follower()
        self._last = 0
        self._again: list[bytes] = []
        """The leaves since the last good head as they follow from the entries, where the listed ones may not."""
        self._suspect: int | None = None
        """The first place since then where the two differ."""
        self.withheld = self.erased = 0
        self.met: set[bytes] = set()
        """Which of the leaves promised were come by."""
        self.roots = {anchor.head.size: EMPTY_ROOT for anchor in opening.anchors}
        """The root at each size that was seen outside, as far as the walk came."""

    @property
    def entries(self) -> int:
        """How many entries were gone through."""
        return self._follower.size

    def problems(self) -> Iterator[Problem]:
        """What is wrong, in the order of the file; nothing after the first is to be relied on."""
        for item in read_items(self._chunks):
            if not isinstance(item, BundleEntry):
                yield from self._root(item)
            elif (damage := self._take(item)) is not None:
                place = self._follower.size + 1
                yield from self._suspected()
                yield self._at(damage, place)
        yield from self._reached(self._head.size, self._head.root)

    def _take(self, entry: BundleEntry) -> Damage | None:
        """The next entry; what is wrong with it beside its leaf, which a head must tell first."""
        said, place = entry.said, self._follower.size + 1
        if said.position != place:
            return self._out_of_place(said.position, place)
        if said.entry is None:
            self.withheld += 1
            again = leaf = _hash(said.leaf)
        elif (found := leaf_of(entry, said.entry, self._tree)) is None:
            return Damage.MALFORMED
        else:
            again = leaf = found
            if said.leaf != b64(again):
                leaf = _hash(said.leaf)
                self._suspect = self._suspect or place
        self.erased += bool(said.erased)
        self._again.append(again)
        self._follower.add(leaf)
        if place in self.roots:
            self.roots[place] = self._follower.frontier.root()
        if leaf in self._promised:
            self.met.add(leaf)
        return None

    def _root(self, said: BundleRoot) -> Iterator[Problem]:
        """An earlier head: they come in order, below the newest."""
        if not self._last < said.size < self._head.size:
            yield problem_at(self._tree, Span(kind=Damage.ALTERED_HEAD, first=1, last=self._head.size))
        self._last = said.size
        yield from self._reached(said.size, said.root)

    def _reached(self, size: int, expected: bytes) -> Iterator[Problem]:
        """A head, after the entries that stand before it."""
        here = size == self._follower.size
        if here and self._follower.agrees(expected):
            yield from self._suspected()
            self._again = []
        elif here and self._suspect and self._follower.would_agree(self._again, expected):
            yield self._at(Damage.ALTERED_LEAF, self._suspect)
        else:
            yield self._departed(size, expected)

    def _suspected(self) -> Iterator[Problem]:
        """The entry that does not have the leaf of its place, where the leaf is good."""
        if self._suspect is not None:
            leaf = self._again[self._suspect - 1 - (self._follower.size - len(self._again))]
            elsewhere = b64(leaf) in (entry.said.leaf for entry in self._all())
            yield self._at(Damage.SWAPPED if elsewhere else Damage.ALTERED_ENTRY, self._suspect)

    def _out_of_place(self, found: int, expected: int) -> Damage:
        if found < expected:
            return Damage.INSERTED
        moved = any(entry.said.position == expected for entry in self._all(expected))
        return Damage.SWAPPED if moved else Damage.REMOVED

    def _departed(self, size: int, expected: bytes) -> Problem:
        """Where the leaves depart from the heads."""
        following = [_hash(each.said.leaf) for each in islice(self._all(self._follower.size), _LOOKAHEAD)]
        surplus = sum(1 for _ in self._all()) - self._head.size
        span = self._follower.locate(expected, size, following, surplus)
        if surplus == 0 and root(_hash(each.said.leaf) for each in self._all()) == self._head.root:
            span = span.model_copy(update={"kind": Damage.ALTERED_HEAD})
        return problem_at(self._tree, span, self._id(span))

    def _at(self, kind: Damage, position: int) -> Problem:
        span = Span(kind=kind, first=position, last=position)
        return problem_at(self._tree, span, self._id(span))

    def _id(self, span: Span) -> EntryId | None:
        """The id of the entry that stands in a place, where one does and may be told."""
        if span.first != span.last:
            return None
        here = next(self._all(span.first - 1), None)
        return EntryId(here.said.entry) if here is not None and here.said.entry else None

    def _all(self, after: int = 0) -> Iterator[BundleEntry]:
        """The entries again, from the one after so many on."""
        entries = (item for item in read_items(self._chunks) if isinstance(item, BundleEntry))
        return islice(entries, after, None)


def leaf_of(entry: BundleEntry, id: str, tree: str) -> bytes | None:
    """The leaf that follows from an entry's slots; None where it does not have each of them once.

    What is shown is hashed as it stands, and its slot goes by its place: whatever has the committed hash is what was
    committed to, its name included.
    """
    withheld, shown = entry.said.withheld, entry.shown
    if len(shown) + len(withheld) != len(SLOTS) or not withheld.keys() <= _SLOTS:
        return None
    committed = commitments(shown)
    if withheld:
        rest = (sha256(each).digest() for each in shown)
        committed = b"".join(_hash(withheld[slot]) if slot in withheld else next(rest) for slot in SLOTS)
    return leaf_hash(leaf_input(id, tree, committed))


def _hash(text: str) -> bytes:
    read = unb64(text)
    if len(read) != 32:
        raise BadLine(saying("proof.line.hash", typed=text[:60]))
    return read
