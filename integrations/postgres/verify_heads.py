"""The heads a tree is compared with, each checked itself: an incident's against the log, the log's by signature."""

from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass

from integrations.postgres.database import Connection
from integrations.postgres.export import signed_head
from playbooks.domain.proof.heads import Head, SignedHead
from playbooks.domain.proof.slots import INSTALLATION
from playbooks.domain.proof.verification import Damage, Problem
from playbooks.texts import load_texts

_INCIDENT = """
SELECT head.size, head.root, head.at, head.log_position, leaf.hash, leaf.entry
FROM head LEFT JOIN leaf ON leaf.tree = 'installation' AND leaf.position = head.log_position
WHERE head.tree = %s ORDER BY head.size
"""
_LOG = "SELECT size, root, at, previous, key_id, signature FROM signed_head ORDER BY size"


@dataclass(frozen=True, slots=True)
class CheckedHead:
    """A head to compare with, and what is wrong with it, if anything."""

    size: int
    root: bytes
    problem: Problem | None


Heads = AsyncGenerator[CheckedHead]


async def incident_heads(connection: Connection, tree: str) -> Heads:
    """The heads of an incident's tree, by size; each must be the leaf of the log that it names."""
    async with connection.cursor(name="heads") as cursor:
        await cursor.execute(_INCIDENT, (tree,))
        async for size, root, at, position, leaf, entry in cursor:
            head = Head(tree=tree, size=size, root=root, at=at)
            good = entry is None and leaf is not None and bytes(leaf) == head.leaf
            yield CheckedHead(size, head.root, None if good else _not_in_log(head, position))


def _not_in_log(head: Head, position: int) -> Problem:
    about = {"tree": head.tree, "size": head.size, "position": position}
    sentence = load_texts().say("proof.head.not_leaf_here", **about)
    return Problem(kind=Damage.HEAD_NOT_IN_LOG, tree=head.tree, position=head.size, sentence=sentence)


async def log_heads(connection: Connection, keys: Mapping[str, bytes]) -> Heads:
    """The signed heads of the installation's log, by size; each names the one before."""
    last = 0
    async with connection.cursor(name="heads") as cursor:
        await cursor.execute(_LOG)
        async for row in cursor:
            signed = signed_head(row)
            yield CheckedHead(signed.head.size, signed.head.root, _unsigned(signed, last, keys))
            last = signed.head.size


def _unsigned(signed: SignedHead, last: int, keys: Mapping[str, bytes]) -> Problem | None:
    if signed.key_id not in keys:
        return _not_signed(signed, "unknown_key", key=signed.key_id)
    if not signed.signed_by(keys):
        return _not_signed(signed, "bad_signature")
    if signed.previous != last:
        return _not_signed(signed, "no_previous", previous=signed.previous)
    return None


def _not_signed(signed: SignedHead, code: str, **about: object) -> Problem:
    size = signed.head.size
    sentence = load_texts().say(f"proof.head.{code}", size=size, **about)
    return Problem(kind=Damage.HEAD_NOT_SIGNED, tree=INSTALLATION, position=size, sentence=sentence)
