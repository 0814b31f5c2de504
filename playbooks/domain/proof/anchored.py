"""Whether a head of the log that somebody outside saw holds the entries that a bundle shows."""

from collections.abc import Mapping

from playbooks.domain.proof.bundle import Anchor
from playbooks.domain.proof.checkpoint import Checkpoint
from playbooks.domain.proof.merkle import verify_inclusion
from playbooks.domain.proof.verification import Damage


def departure(
    anchor: Anchor, checkpoint: Checkpoint, tree: str, roots: Mapping[int, bytes]
) -> tuple[Damage, str] | None:
    """How it departs from the bundle of `tree`, whose roots by size were found good; None where it does not.

    Raises ValueError when the anchor's head has no moment as we write it.
    """
    head, log = anchor.head.head(tree), anchor.log
    if not verify_inclusion(head.leaf, log.position - 1, checkpoint.size, log.path, checkpoint.root):
        return Damage.HEAD_NOT_IN_LOG, f"does not hold the head at {head.size} entries"
    if roots[head.size] != head.root:
        return Damage.REWRITTEN, f"holds other entries than these: one of the first {head.size} was rewritten"
    return None
