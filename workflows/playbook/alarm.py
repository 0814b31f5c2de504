"""One timer for everything in a run that ends by itself, armed anew only for what is earlier."""

import asyncio
from datetime import datetime

from temporalio import workflow


class Alarm:
    """A step's time-out is weeks away as a rule; a timer for each step would cost the history two events a step."""

    def __init__(self) -> None:
        self._at: datetime | None = None
        self._asleep: asyncio.Task[None] | None = None
        self.rings = False
        """Something may be over; whoever looks turns it off with `set`."""

    def set(self, at: datetime | None) -> None:
        """See that it rings at this time, or earlier."""
        self.rings = False
        if at is None or (self._at is not None and self._at <= at):
            return
        self.stop()
        self._at = at
        self._asleep = asyncio.create_task(self._sleep(at))

    def stop(self) -> None:
        """Ring no more."""
        if self._asleep is not None:
            self._asleep.cancel()
        self._at = self._asleep = None

    async def _sleep(self, at: datetime) -> None:
        await asyncio.sleep(max((at - workflow.now()).total_seconds(), 0))
        self._at = self._asleep = None
        self.rings = True
