"""Whether a head of the log that somebody outside saw holds the entries that a bundle shows."""

from collections.abc import Mapping
from typing import NamedTuple

from playbooks.domain.proof.bundle import Anchor
from playbooks.domain.proof.checkpoint import Checkpoint
from playbooks.domain.proof.merkle import verify_inclusion
from playbooks.domain.proof.verification import Damage


class Departure(NamedTuple):
    """How a head departs from a bundle: the code of what is said of it, and at how many entries."""

    kind: Damage
    code: str
    entries: int


def departure(
    anchor: Anchor, checkpoint: Checkpoint, tree: str, roots: Mapping[int, bytes]
) -> Departure | None:
    """How it departs from the bundle of `tree`, whose roots by size were found good; None where it does not.

    Raises ValueError when the anchor's head has no moment as we write it.
    """
    head, log = anchor.head.head(tree), anchor.log
    if not verify_inclusion(head.leaf, log.position - 1, checkpoint.size, log.path, checkpoint.root):
        return Departure(Damage.HEAD_NOT_IN_LOG, "not_held", head.size)
    if roots[head.size] != head.root:
        return Departure(Damage.REWRITTEN, "rewritten", head.size)
    return None
