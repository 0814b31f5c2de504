"""A stage that is built anew when its clock stops: Temporal's test server sometimes loses its way for good."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from typing import Protocol

from bot.embedded import EmbeddedServerError
from bot.rehearsal.stage import ClockStoppedError
from playbooks.cacao.model import Playbook
from playbooks.rehearsal.report import Report
from playbooks.rehearsal.script import Script

_ATTEMPTS = 3


class Rehearses(Protocol):
    """Who rehearses a playbook by a script."""

    async def rehearse(self, content: bytes, playbook: Playbook, script: Script) -> Report:
        """What came of it. Raises EmbeddedServerError."""
        ...


class Theatre:
    """Rehearses on one stage for as long as its clock goes, then on the next; a rehearsal leaves nothing behind."""

    def __init__(self, build: Callable[[], AbstractAsyncContextManager[Rehearses]]) -> None:
        self._build = build
        self._built = AsyncExitStack()
        self._stage: Rehearses | None = None

    async def rehearse(self, content: bytes, playbook: Playbook, script: Script) -> Report:
        """What came of it. Raises EmbeddedServerError when the clock stops again and again."""
        for _ in range(_ATTEMPTS):
            if self._stage is None:
                self._stage = await self._built.enter_async_context(self._build())
            try:
                return await self._stage.rehearse(content, playbook, script)
            except ClockStoppedError:
                await self.close()
        raise EmbeddedServerError(
            f"The clock of Temporal's test server stopped {_ATTEMPTS} times in this rehearsal; try it once more."
        )

    async def close(self) -> None:
        """Take the stage down."""
        self._stage = None
        await self._built.aclose()
