"""One tree as stored: each leaf against its entry, the leaves against the heads, the stored nodes against both."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from psycopg.rows import TupleRow

from integrations.postgres.database import Connection
from integrations.postgres.growth import NODE_LEVELS
from integrations.postgres.verify_entry import Stored, damage_to
from integrations.postgres.verify_heads import CheckedHead, Heads
from playbooks.domain.ids import EntryId
from playbooks.domain.proof.locate import Follower
from playbooks.domain.proof.slots import INSTALLATION
from playbooks.domain.proof.verification import Damage, Found, Problem, Span, problem_at
from playbooks.texts import load_texts

_LEAVES = """
SELECT leaf.position, leaf.hash, leaf.entry, head.tree, entry.tree, entry.commitments, body.*
FROM leaf
LEFT JOIN entry ON entry.id = leaf.entry
LEFT JOIN body ON body.entry = leaf.entry
LEFT JOIN head ON leaf.tree = 'installation' AND head.log_position = leaf.position
WHERE leaf.tree = %s ORDER BY leaf.position
"""
_FOLLOWING = "SELECT hash FROM leaf WHERE tree = %s AND position > %s ORDER BY position LIMIT 2000"
_SURPLUS = """
SELECT (SELECT count(*) FROM leaf WHERE tree = %(tree)s)
     - (SELECT COALESCE(max(size), 0) FROM head WHERE tree = %(tree)s)
     - (SELECT COALESCE(max(size), 0) FROM signed_head WHERE %(tree)s = 'installation')
"""
_PLACE = "SELECT 1 FROM leaf WHERE tree = %s AND hash = %s"
_OCCUPANT = "SELECT entry FROM leaf WHERE tree = %s AND position = %s"
_NODES = "SELECT level, index, hash FROM node WHERE tree = %s ORDER BY level, index"
_AT_ONCE = 500
_TOLD_EVERY = 500


@dataclass
class Counted:
    """How far verification has come."""

    progress: Callable[[int, int], None] | None = None
    of: int = 0
    """How many leaves there are to go through."""
    leaves: int = 0
    entries: int = 0
    trees: int = 0
    erased: int = 0
    erasable: Mapping[tuple[str, str], frozenset[str]] = field(default_factory=dict)
    """By tree and entry: the slots that an approved decision in that tree erases."""

    def leaf(self) -> None:
        """One leaf more is done."""
        self.leaves += 1
        if self.progress is not None and self.leaves % _TOLD_EVERY == 0:
            self.progress(self.leaves, self.of)


class TreeAudit:
    """Goes through one tree and raises Found at the first thing wrong."""

    def __init__(self, connection: Connection, tree: str, counted: Counted) -> None:
        self._connection = connection
        self._tree = tree
        self._counted = counted
        self._follower = Follower()
        self._nodes: list[tuple[int, int, bytes]] = []

    async def check(self, heads: Heads, size: int, peaks: bytes) -> None:
        """Check it all; `size` and `peaks` are the tree's as the sequencer goes by."""
        head = await anext(heads, None)
        async with self._connection.cursor(name="leaves", binary=True) as leaves:
            await leaves.execute(_LEAVES, (self._tree,))
            while page := await leaves.fetchmany(_AT_ONCE):
                for row in page:
                    await self._leaf(row)
                    while head is not None and head.size <= self._follower.size:
                        await self._head(head)
                        head = await anext(heads, None)
        self._end(head, size, peaks)
        await self._stored_nodes()

    async def _leaf(self, row: TupleRow) -> None:
        position, leaf, entry = row[0], bytes(row[1]), row[2]
        if position != self._follower.size + 1:
            raise self._at(Damage.REMOVED, self._follower.size + 1)
        if entry is not None:
            await self._entry(position, leaf, EntryId(entry), row[4:])
        elif self._tree != INSTALLATION:
            raise self._at(Damage.ALTERED_LEAF, position)
        elif row[3] is None:
            raise Found(_head_removed(position))
        self._take(leaf)

    def _take(self, leaf: bytes) -> None:
        self._counted.leaf()
        completed, size = self._follower.add(leaf), self._follower.size
        for level in range(NODE_LEVELS, len(completed), NODE_LEVELS):
            self._nodes.append((level, (size >> level) - 1, completed[level]))

    async def _entry(self, position: int, leaf: bytes, entry: EntryId, stored: TupleRow) -> None:
        damage = damage_to(entry, leaf, Stored.of(stored, self._connection.vault))
        if (
            damage is not None
            and damage.erased
            and damage.erased <= self._counted.erasable.get((self._tree, entry), frozenset())
        ):
            self._counted.erased += 1
        elif damage is not None:
            kind = Damage.SWAPPED if damage.leaf and await self._elsewhere(damage.leaf) else damage.kind
            raise self._at(kind, position, entry, damage.detail)
        self._counted.entries += 1

    async def _elsewhere(self, leaf: bytes) -> bool:
        cursor = await self._connection.execute(_PLACE, (self._tree, leaf))
        return await cursor.fetchone() is not None

    async def _head(self, head: CheckedHead) -> None:
        if head.problem is not None:
            raise Found(head.problem)
        if head.size == self._follower.size and self._follower.agrees(head.root):
            return
        following = await (await self._connection.execute(_FOLLOWING, (self._tree, head.size))).fetchall()
        surplus = await (await self._connection.execute(_SURPLUS, {"tree": self._tree})).fetchone()
        leaves = [bytes(row[0]) for row in following]
        span = self._follower.locate(head.root, head.size, leaves, surplus[0] if surplus else 0)
        occupant = await (await self._connection.execute(_OCCUPANT, (self._tree, span.first))).fetchone()
        raise Found(
            problem_at(self._tree, span, occupant[0] if occupant and span.first == span.last else None)
        )

    def _end(self, head: CheckedHead | None, size: int, peaks: bytes) -> None:
        """After the last leaf: is this where the last head, and the sequencer, have the tree end?"""
        here = self._follower.frontier
        if head is not None:
            cut_off = self._follower.locate(head.root, head.size, (), here.size - head.size)
            raise Found(head.problem or problem_at(self._tree, cut_off))
        as_left = (size, peaks) == (here.size, here.to_bytes())
        if self._follower.beyond:
            unsigned = Damage.HEAD_NOT_SIGNED if self._tree == INSTALLATION else Damage.ALTERED_HEAD
            raise self._at(unsigned if as_left else Damage.INSERTED, here.size - self._follower.beyond + 1)
        if not as_left:
            raise Found(self._altered_tree("frontier"))

    async def _stored_nodes(self) -> None:
        stored = await (await self._connection.execute(_NODES, (self._tree,))).fetchall()
        if [(level, index, bytes(node)) for level, index, node in stored] != sorted(self._nodes):
            raise Found(self._altered_tree("nodes"))

    def _altered_tree(self, what: str) -> Problem:
        sentence = load_texts().say(f"proof.tree.{what}", tree=self._tree)
        return Problem(kind=Damage.ALTERED_TREE, tree=self._tree, sentence=sentence)

    def _at(self, kind: Damage, position: int, entry: EntryId | None = None, detail: str = "") -> Found:
        span = Span(kind=kind, first=position, last=position, detail=detail)
        return Found(problem_at(self._tree, span, entry))


def _head_removed(position: int) -> Problem:
    sentence = load_texts().say("proof.head.removed", position=position)
    return Problem(kind=Damage.HEAD_NOT_IN_LOG, tree=INSTALLATION, position=position, sentence=sentence)
