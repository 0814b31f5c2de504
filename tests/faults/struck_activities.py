"""Activities that fail before or after what they do, are done twice, or outlive the time that Temporal gives them.

Only the first attempt of each is struck, so what is tried again comes through.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import temporalio.client
from temporalio import activity
from temporalio.exceptions import ApplicationError
from temporalio.worker import (
    ActivityInboundInterceptor,
    ExecuteActivityInput,
    Interceptor,
    StartActivityInput,
    StartLocalActivityInput,
    WorkflowInboundInterceptor,
    WorkflowInterceptorClassInput,
    WorkflowOutboundInterceptor,
)
from temporalio.workflow import ActivityHandle

Execute = Callable[[], Awaitable[Any]]
Strike = Callable[[Execute], Awaitable[Any]]

DOOR = "perform_effect"
_PATIENCE = timedelta(seconds=1.5)
"""How long Temporal waits for an activity here; the door's has its own spans, which must stay in their order."""


async def fails_before(_execute: Execute) -> Any:
    """Lost before it did anything."""
    raise ApplicationError("Struck before its effect.")


async def fails_after(execute: Execute) -> Any:
    """Done, and nobody was told."""
    await execute()
    raise ApplicationError("Struck after its effect.")


async def done_twice(execute: Execute) -> Any:
    """Delivered twice."""
    await execute()
    return await execute()


async def outlives_before(execute: Execute) -> Any:
    """Stalls until another attempt has taken its place, and acts then."""
    await asyncio.sleep(_longer_than_allowed())
    return await execute()


async def outlives_after(execute: Execute) -> Any:
    """Acts, and answers when another attempt has taken its place."""
    done = await execute()
    await asyncio.sleep(_longer_than_allowed())
    return done


def _longer_than_allowed() -> float:
    allowed = activity.info().start_to_close_timeout
    assert allowed is not None
    return (allowed + timedelta(seconds=0.5)).total_seconds()


class Struck(temporalio.client.Interceptor, Interceptor):
    """Strikes the first attempts of one type of activity, `most` of them."""

    def __init__(self, name: str, strike: Strike, most: int) -> None:
        super().__init__()
        self.name = name
        self.strike = strike
        self.left = most
        self.struck: list[asyncio.Task[Any]] = []

    def intercept_activity(self, next: ActivityInboundInterceptor) -> ActivityInboundInterceptor:
        """For every worker of the client."""
        return _Striking(next, self)

    def workflow_interceptor_class(
        self, input: WorkflowInterceptorClassInput
    ) -> type[WorkflowInboundInterceptor] | None:
        """Shortens what would otherwise be waited for."""
        return _Impatient

    async def over(self) -> None:
        """Wait until also those have ended for which nobody waits any more."""
        assert self.struck, f"{self.name} was never called"
        await asyncio.gather(*self.struck, return_exceptions=True)


class _Striking(ActivityInboundInterceptor):
    def __init__(self, next: ActivityInboundInterceptor, struck: Struck) -> None:
        super().__init__(next)
        self._struck = struck

    async def execute_activity(self, input: ExecuteActivityInput) -> Any:
        info, struck = activity.info(), self._struck
        if info.activity_type != struck.name or info.attempt != 1 or not struck.left:
            return await self.next.execute_activity(input)
        struck.left -= 1
        # A task of its own: giving it up does not stop it, as nothing stops a process that stalls.
        attempt = asyncio.ensure_future(struck.strike(lambda: self.next.execute_activity(input)))
        struck.struck.append(attempt)
        return await asyncio.shield(attempt)


class _Impatient(WorkflowInboundInterceptor):
    def init(self, outbound: WorkflowOutboundInterceptor) -> None:
        super().init(_ImpatientOutbound(outbound))


class _ImpatientOutbound(WorkflowOutboundInterceptor):
    def start_activity(self, input: StartActivityInput) -> ActivityHandle[Any]:
        if input.activity != DOOR:
            input.start_to_close_timeout = _PATIENCE
        return super().start_activity(input)

    def start_local_activity(self, input: StartLocalActivityInput) -> ActivityHandle[Any]:
        input.start_to_close_timeout = _PATIENCE
        return super().start_local_activity(input)
