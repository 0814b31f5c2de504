"""Adapters through which one process of an installation alone acts: the one that holds the connection's lease."""

from typing import Protocol, runtime_checkable


@runtime_checkable
class Leased(Protocol):
    """An adapter of a connection that one process speaks for; in the others it is asked for nothing but its health."""

    @property
    def is_here(self) -> bool:
        """Whether this process is the one."""
