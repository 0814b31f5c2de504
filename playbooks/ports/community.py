"""What the community has on record of itself, as it is now."""

from typing import Protocol

from playbooks.domain.community import Community


class Communities(Protocol):
    """Knows the community of this installation."""

    @property
    def known(self) -> Community:
        """As it was last read; what the files say where it never was."""

    async def lately(self) -> Community:
        """As the record told it within the last half minute, or when it last could be read. Raises nothing."""

    async def now(self) -> Community:
        """As the record tells it. Raises Unavailable."""
