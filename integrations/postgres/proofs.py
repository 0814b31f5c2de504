"""Proofs over the stored trees: heads of any range of leaves, from stored nodes where there are some."""

from collections.abc import Sequence

from integrations.postgres.database import Connection
from integrations.postgres.growth import NODE_LEVELS
from playbooks.domain.proof.merkle import (
    Frontier,
    Range,
    consistency_ranges,
    inclusion_ranges,
    node_hash,
    root,
)

_LEAVES = "SELECT hash FROM leaf WHERE tree = %s AND position > %s AND position <= %s ORDER BY position"
_NODES = "SELECT hash FROM node WHERE tree = %s AND level = %s AND index >= %s AND index < %s ORDER BY index"


async def inclusion_path(connection: Connection, tree: str, position: int, size: int) -> list[bytes]:
    """Proof that the leaf at a position (from 1) is in the tree as it was with `size` leaves."""
    return await _heads(connection, tree, inclusion_ranges(position - 1, size))


async def consistency_path(connection: Connection, tree: str, old: int, new: int) -> list[bytes]:
    """Proof that the tree of `new` leaves begins with that of `old`."""
    return await _heads(connection, tree, consistency_ranges(old, new))


async def _heads(connection: Connection, tree: str, ranges: Sequence[Range]) -> list[bytes]:
    return [await subtree(connection, tree, low, high) for low, high in ranges]


async def subtree(connection: Connection, tree: str, low: int, high: int) -> bytes:
    """The head of the leaves from index `low` to before `high`, as proofs ask for them.

    Reads at most about 256 hashes for each factor of 256 in the width.
    """
    level = (high - low).bit_length() - 1
    level -= level % NODE_LEVELS
    if level == 0:
        return root(await _column(connection, _LEAVES, (tree, low, high)))
    whole = (high - low) >> level
    first = low >> level
    peaks = _raise(await _column(connection, _NODES, (tree, level, first, first + whole)))
    rest = low + (whole << level)
    if rest == high:
        return peaks.root()
    return _join(peaks, await subtree(connection, tree, rest, high))


def _raise(nodes: Sequence[bytes]) -> Frontier:
    frontier = Frontier()
    for node in nodes:
        frontier = frontier.append(node)
    return frontier


def _join(left: Frontier, right: bytes) -> bytes:
    for peak in reversed(left.peaks):
        right = node_hash(peak, right)
    return right


async def _column(connection: Connection, query: str, given: tuple[object, ...]) -> list[bytes]:
    cursor = await connection.execute(query.encode(), given)
    return [bytes(row[0]) for row in await cursor.fetchall()]
