"""Containment: acts on machines and accounts that may do harm when done twice. Errors as in `write.py`.

No executor ships: where an organization has not connected one, containment is a task for people.
"""

from typing import Protocol

from playbooks.ports.write import Made, Write


class Isolate(Write):
    """Cut an asset off from the network; `asset` is a reference, such as an inventory number."""

    asset: str


class Rejoin(Write):
    """Let an asset back into the network."""

    asset: str


class ContainmentPort(Protocol):
    """One organization's executor of containment."""

    async def isolate(self, request: Isolate) -> Made:
        """Isolate an asset. An unknown one is Permanent."""

    async def rejoin(self, request: Rejoin) -> Made:
        """Undo an isolation. An unknown asset is Permanent."""
