"""The one way in: where commands are judged."""

from typing import Protocol

from playbooks.domain.command import Command, Verdict


class Gateway(Protocol):
    """The ledger first, then whoever judges (docs/decisions/commands-enter-a-ledger.md)."""

    async def submit(self, command: Command) -> Verdict:
        """Judge a command; the same id again gets the same verdict.

        Raises Unavailable while a part of Muster is away; the command is kept, and may be submitted again.
        """
        ...
