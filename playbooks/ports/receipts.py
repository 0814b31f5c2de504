"""Receipts: what the sender of a command may hold against us."""

from typing import Protocol

from playbooks.domain.command import Command, Verdict


class Receipts(Protocol):
    """Promises that a verdict stands in the record."""

    async def receipt(self, command: Command, verdict: Verdict) -> str | None:
        """A signed receipt, one word; None for a verdict that rests on no entry. Raises Unavailable."""
