"""Effects on their way out: in order for each connection, the connections side by side."""

import asyncio
from collections.abc import Callable, Iterable

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from playbooks.actions.effect import EffectOutcome, EffectRequest
    from playbooks.actions.instead import instead
    from playbooks.domain.incident import IncidentState
    from workflows.recording import perform


_MOST_AT_ONCE = 1_500
"""A run has 2,000 activities under way at most. So many lines may be held up by their vendors and no other waits."""


class Outgoing:
    """A line for each connection; a vendor that is down holds up its own line and no other."""

    def __init__(
        self,
        undone: Iterable[EffectRequest] = (),
        state: Callable[[], IncidentState | None] = lambda: None,
    ) -> None:
        """`state` is the incident as it stands by then, where whoever asks knows it."""
        self._state = state
        self._lines: dict[str, list[EffectRequest]] = {}
        self._pumps: dict[str, asyncio.Task[None]] = {}
        self._places = asyncio.Semaphore(_MOST_AT_ONCE)
        self.outcomes: dict[str, EffectOutcome] = {}
        self.ask(undone)

    def ask(self, requests: Iterable[EffectRequest]) -> None:
        """Put effects into their lines."""
        for request in requests:
            line = self._lines.setdefault(request.connection, [])
            line.append(request)
            if request.connection not in self._pumps:
                self._pumps[request.connection] = asyncio.create_task(self._pump(request.connection))

    @property
    def undone(self) -> tuple[EffectRequest, ...]:
        """What is not concluded yet, each line in its order; to be carried into the next run."""
        return tuple(request for line in self._lines.values() for request in line)

    async def concluded(self, effect_id: str) -> EffectOutcome:
        """Wait for one effect's outcome."""
        await workflow.wait_condition(lambda: effect_id in self.outcomes)
        return self.outcomes[effect_id]

    async def idle(self) -> None:
        """Wait until nothing is on its way."""
        await workflow.wait_condition(lambda: not self.undone)

    async def _pump(self, connection: str) -> None:
        line = self._lines[connection]
        while line:
            request = line[0]
            async with self._places:
                outcome = self.outcomes[request.effect_id] = await perform(request)
            line.pop(0)
            self.ask(instead(request, outcome, self._state()))
        del self._pumps[connection]
