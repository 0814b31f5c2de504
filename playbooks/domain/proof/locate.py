"""Where a tree departs from its heads: follows the leaves, and names what happened between two heads."""

from collections.abc import Sequence

from playbooks.domain.proof.merkle import Frontier, node_hash
from playbooks.domain.proof.verification import Damage, Span
from playbooks.texts import load_texts

_MOST_TRIALS = 20_000
"""Roots computed at most to tell an exchange of two leaves from another change."""


class Follower:
    """Takes a tree's leaves in order and compares with each head as it is reached.

    It remembers the leaves since the last good head; memory is bounded by the distance between heads, which is a
    batch of the sequencer.
    """

    def __init__(self) -> None:
        self.size = 0
        self._peaks: list[bytes] = []
        self._good = Frontier()
        self._since: list[bytes] = []

    @property
    def frontier(self) -> Frontier:
        """The tree of the leaves so far."""
        return Frontier(self.size, tuple(self._peaks))

    def add(self, leaf: bytes) -> list[bytes]:
        """Take the next leaf; return the heads of the full subtrees of 1, 2, 4 ... leaves it completes."""
        completed, size, peaks = [leaf], self.size, self._peaks
        while size & 1:
            leaf = node_hash(peaks.pop(), leaf)
            completed.append(leaf)
            size >>= 1
        peaks.append(leaf)
        self.size += 1
        self._since.append(completed[0])
        return completed

    def agrees(self, root: bytes) -> bool:
        """Whether the leaves so far have this head."""
        reached = self.frontier
        if reached.root() != root:
            return False
        self._good, self._since = reached, []
        return True

    def would_agree(self, leaves: Sequence[bytes], root: bytes) -> bool:
        """Whether other leaves since the last good head would have this one."""
        return _root(self._good, leaves) == root

    @property
    def beyond(self) -> int:
        """How many leaves came after the last good head."""
        return len(self._since)

    def locate(self, root: bytes, size: int, following: Sequence[bytes], surplus: int) -> Span:
        """What happened since the last good head, given the next one, which the leaves do not have.

        `following` are leaves after those taken; `surplus` is how many leaves there are too many, below 0 too few.
        """
        good, leaves = self._good, [*self._since, *following]
        width = size - good.size
        span = Span(kind=Damage.ALTERED_ENTRY, first=good.size + 1, last=size)
        if surplus > 0:
            return _inserted(good, leaves, root, width) or span.model_copy(update={"kind": Damage.INSERTED})
        if surplus < 0 and len(leaves) < width:
            return _cut_off(good.size + 1, good.size + len(leaves) + 1)
        if surplus < 0:
            return span.model_copy(update={"kind": Damage.REMOVED})
        return _swapped(good, leaves, root, width) or span


def _cut_off(first: int, missing: int) -> Span:
    detail = load_texts().say("proof.or_taken_out", first=first) if first < missing else ""
    return Span(kind=Damage.TRUNCATED, first=missing, last=missing, detail=detail)


def _inserted(good: Frontier, leaves: Sequence[bytes], root: bytes, width: int) -> Span | None:
    for at in range(min(width + 1, _MOST_TRIALS // (width + 1))):
        if _root(good, [*leaves[:at], *leaves[at + 1 : width + 1]]) == root:
            return _exactly(Damage.INSERTED, good.size + at + 1)
    return None


def _swapped(good: Frontier, leaves: Sequence[bytes], root: bytes, width: int) -> Span | None:
    trials = _MOST_TRIALS // (width + 1)
    for at in range(width):
        for other in range(at + 1, len(leaves)):
            trials -= 1
            if trials < 0:
                return None
            trial = list(leaves[:width])
            trial[at] = leaves[other]
            if other < width:
                trial[other] = leaves[at]
            if _root(good, trial) == root:
                return _exactly(Damage.SWAPPED, good.size + at + 1)
    return None


def _exactly(kind: Damage, position: int) -> Span:
    return Span(kind=kind, first=position, last=position)


def _root(frontier: Frontier, leaves: Sequence[bytes]) -> bytes:
    for leaf in leaves:
        frontier = frontier.append(leaf)
    return frontier.root()
