"""Members: what an organization's chat system knows of its own people."""

from typing import Protocol, runtime_checkable


@runtime_checkable
class Members(Protocol):
    """One account with a chat system that keeps groups of people."""

    async def in_group(self, group: str) -> frozenset[str]:
        """The accounts in a group that can be reached, as was last known where it does not answer. Raises nothing."""
