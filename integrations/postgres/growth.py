"""What a batch of arrivals adds to the trees: pure arithmetic, stored by the sequencer."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from playbooks.domain.proof.heads import Head
from playbooks.domain.proof.merkle import Frontier, leaf_hash
from playbooks.domain.proof.slots import INSTALLATION, leaf_input

NODE_LEVELS = 8
"""Heads of full subtrees of 2^8, 2^16, ... leaves are stored; those between are quickly computed again."""


class Growth:
    """Trees as they grow, and the rows that say so."""

    def __init__(self, frontiers: Mapping[str, Frontier]) -> None:
        self._frontiers = dict(frontiers)
        self.leaves: list[tuple[str, int, bytes, str | None]] = []
        self.nodes: list[tuple[str, int, int, bytes]] = []
        self.heads: list[tuple[str, int, bytes, datetime, int]] = []
        self.grown: list[str] = []

    def integrate(self, arrivals: Iterable[Sequence[Any]], at: datetime) -> Head:
        """Add entries (id, tree, commitments), then each grown tree's head to the log; return its head."""
        for entry, tree, commitments in arrivals:
            self.add(tree, leaf_hash(leaf_input(entry, tree, bytes(commitments))), entry)
            if tree not in self.grown:
                self.grown.append(tree)
        for tree in self.grown:
            if tree != INSTALLATION:
                head = self.head(tree, at)
                self.heads.append((tree, head.size, head.root, at, self.add(INSTALLATION, head.leaf, None)))
        return self.head(INSTALLATION, at)

    def add(self, tree: str, leaf: bytes, entry: str | None) -> int:
        """Add one leaf and return its position."""
        grown, completed = self._frontiers[tree].grow(leaf)
        self._frontiers[tree] = grown
        self.leaves.append((tree, grown.size, leaf, entry))
        for level in range(NODE_LEVELS, len(completed), NODE_LEVELS):
            self.nodes.append((tree, level, (grown.size >> level) - 1, completed[level]))
        return grown.size

    def head(self, tree: str, at: datetime) -> Head:
        """A tree's head now."""
        frontier = self._frontiers[tree]
        return Head(tree=tree, size=frontier.size, root=frontier.root(), at=at)

    def trees(self) -> list[tuple[str, int, bytes]]:
        """Name, size and peaks of each tree."""
        return [(name, tree.size, tree.to_bytes()) for name, tree in self._frontiers.items()]
