"""The Merkle tree of RFC 6962, section 2.1 (RFC 9162 keeps it): heads, proofs and their verification.

Hashes are 32 bytes of SHA-256. A tree of n leaves is never held whole: a `Frontier` appends in O(log n), and a
proof is a list of *ranges* of leaves whose subtree heads the caller looks up or computes.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256

EMPTY_ROOT = sha256(b"").digest()
"""The head of the tree without leaves (RFC 6962, section 2.1)."""

Range = tuple[int, int]
"""Leaves from the first index up to, not including, the second; indexes count from 0."""


def leaf_hash(leaf_input: bytes) -> bytes:
    """Hash of a leaf; the prefix 0x00 keeps a leaf from passing for a node."""
    return sha256(b"\x00" + leaf_input).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash of an inner node, with the prefix 0x01."""
    return sha256(b"\x01" + left + right).digest()


@dataclass(frozen=True, slots=True)
class Frontier:
    """The heads of the full subtrees that make up a tree, largest first: all one needs to append and to sign.

    Their sizes are the powers of two in `size`.
    """

    size: int = 0
    peaks: tuple[bytes, ...] = ()

    def append(self, leaf: bytes) -> "Frontier":
        """The tree with one leaf hash more."""
        return self.grow(leaf)[0]

    def grow(self, leaf: bytes) -> tuple["Frontier", list[bytes]]:
        """The tree with one leaf hash more, and the heads of the subtrees of 1, 2, 4 ... leaves it completes."""
        peaks, completed, size = list(self.peaks), [leaf], self.size
        while size & 1:
            completed.append(node_hash(peaks.pop(), completed[-1]))
            size >>= 1
        return Frontier(self.size + 1, (*peaks, completed[-1])), completed

    def root(self) -> bytes:
        """The tree head: the peaks joined from the smallest up."""
        if not self.peaks:
            return EMPTY_ROOT
        head = self.peaks[-1]
        for peak in reversed(self.peaks[:-1]):
            head = node_hash(peak, head)
        return head

    def to_bytes(self) -> bytes:
        """The peaks, one after another."""
        return b"".join(self.peaks)

    @classmethod
    def from_bytes(cls, size: int, peaks: bytes) -> "Frontier":
        """Read what `to_bytes` wrote. Raises ValueError when the number of peaks does not fit the size."""
        if len(peaks) != 32 * size.bit_count():
            raise ValueError(f"a tree of {size} leaves has {size.bit_count()} peaks, not {len(peaks) / 32:g}")
        return cls(size, tuple(peaks[at : at + 32] for at in range(0, len(peaks), 32)))


def frontier(leaves: Iterable[bytes]) -> Frontier:
    """The tree of these leaf hashes."""
    tree = Frontier()
    for leaf in leaves:
        tree = tree.append(leaf)
    return tree


def root(leaves: Iterable[bytes]) -> bytes:
    """The head of the tree of these leaf hashes."""
    return frontier(leaves).root()


def inclusion_ranges(index: int, size: int) -> list[Range]:
    """Subtrees whose heads prove that leaf `index` is in a tree of `size`, in proof order (section 2.1.1)."""
    if not 0 <= index < size:
        raise ValueError(f"no leaf {index} in a tree of {size}")
    return list(reversed(_descend(0, size, lambda middle: index < middle)))


def _descend(low: int, high: int, goes_left: Callable[[int], bool]) -> list[Range]:
    siblings: list[Range] = []
    while high - low > 1:
        middle = low + _split(high - low)
        if goes_left(middle):
            siblings.append((middle, high))
            high = middle
        else:
            siblings.append((low, middle))
            low = middle
    return siblings


def _split(size: int) -> int:
    """The largest power of two smaller than `size`."""
    return 1 << ((size - 1).bit_length() - 1)


def consistency_ranges(old: int, new: int) -> list[Range]:
    """Subtrees whose heads prove that a tree of `new` leaves begins with that of `old` (section 2.1.2)."""
    if not 0 < old <= new:
        raise ValueError(f"a tree of {new} cannot be checked against one of {old}")
    ranges: list[Range] = []
    low, high, whole = 0, new, True
    while high != old:
        middle = low + _split(high - low)
        if old <= middle:
            ranges.append((middle, high))
            high = middle
        else:
            ranges.append((low, middle))
            low, whole = middle, False
    return [*([] if whole else [(low, high)]), *reversed(ranges)]


def proof(ranges: Sequence[Range], subtree: Callable[[int, int], bytes]) -> list[bytes]:
    """The proof itself, given a way to the head of any range of leaves."""
    return [subtree(low, high) for low, high in ranges]


def verify_inclusion(leaf: bytes, index: int, size: int, path: Sequence[bytes], head: bytes) -> bool:
    """Whether the path leads from a leaf hash to the head (RFC 9162, section 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    at, last, reached = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            return False
        if at & 1 or at == last:
            reached = node_hash(sibling, reached)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            reached = node_hash(reached, sibling)
        at, last = at >> 1, last >> 1
    return last == 0 and reached == head


def verify_consistency(old: int, new: int, old_head: bytes, new_head: bytes, path: Sequence[bytes]) -> bool:
    """Whether the path proves that the tree of `new` begins with that of `old` (RFC 9162, section 2.1.4.2)."""
    if old == new:
        return not path and old_head == new_head
    if not 0 < old < new:
        return False
    nodes = [old_head, *path] if old & (old - 1) == 0 else list(path)
    if not nodes:
        return False
    at, last = old - 1, new - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    older = newer = nodes[0]
    for node in nodes[1:]:
        if last == 0:
            return False
        if at & 1 or at == last:
            older, newer = node_hash(node, older), node_hash(node, newer)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            newer = node_hash(newer, node)
        at, last = at >> 1, last >> 1
    return last == 0 and older == old_head and newer == new_head
