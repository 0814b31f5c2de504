"""An event loop whose clock jumps to the next timer as soon as nothing else is left to do."""

import asyncio
from collections.abc import Coroutine
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from typing_extensions import override

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
Result = TypeVar("Result")


class _VirtualLoop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        super().__init__()
        self._virtual = 0.0
        self._wait = self._selector.select  # type: ignore[attr-defined]  # the loop's own selector
        self._selector.select = self._jump  # type: ignore[attr-defined]  # as above

    @override
    def time(self) -> float:
        return self._virtual

    def _jump(self, timeout: float | None = None) -> Any:
        ready = self._wait(0)
        if not ready and timeout is None:
            raise RuntimeError("nothing is left that could wake anybody")
        if not ready and timeout:
            self._virtual += timeout
        return ready


def in_virtual_time(work: Coroutine[Any, Any, Result]) -> Result:
    """Run to the end without waiting for anything; no sockets and no threads within."""
    with asyncio.Runner(loop_factory=_VirtualLoop) as runner:
        return runner.run(work)


def virtual_now() -> datetime:
    """The time in the running loop, from NOON on."""
    return NOON + timedelta(seconds=asyncio.get_running_loop().time())
