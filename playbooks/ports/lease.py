"""Leases: what may run only once at a time says here who runs it."""

import asyncio
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime, timedelta
from typing import Protocol

from pydantic import BaseModel, ConfigDict


class LeaseState(BaseModel):
    """One row of `muster doctor`: a single runner and who holds it."""

    model_config = ConfigDict(frozen=True)

    name: str
    holder: str
    token: int
    """Grows with every change of hands; a write that carries an older one is refused (fencing)."""
    until: datetime
    held: bool
    """Whether the lease was in force when read, by the clock that gives out leases."""


class Held(Protocol):
    """A lease that one holds. Stop at once when `lost` is set: somebody else may run by then."""

    @property
    def name(self) -> str:
        """The lease's name."""

    @property
    def token(self) -> int:
        """The fencing token of this holding."""

    @property
    def lost(self) -> asyncio.Event:
        """Set when the lease could not be renewed in time."""


class Leases(Protocol):
    """Gives out named leases."""

    def hold(
        self, name: str, holder: str, ttl: timedelta, *, enduring: bool = False
    ) -> AbstractAsyncContextManager[Held]:
        """Wait until the lease is free, take it, renew it every third of `ttl`, give it back on leaving.

        A holder that dies is replaced after `ttl` at the latest. One that cannot renew it in time has lost it; an
        `enduring` one only when somebody else has taken it, which nobody can while the database is away.
        """

    async def listing(self) -> Sequence[LeaseState]:
        """Every lease ever held, by name, with its last holder."""
