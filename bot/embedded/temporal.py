"""A real Temporal development server, persisted in the data folder.

It is Temporal's own, meant for one machine: no cluster, no TLS, closed workflows kept for a day. The record
in PostgreSQL is what lasts.
"""

import os
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import httpx
import temporalio.api.workflowservice.v1 as workflowservice
from temporalio.client import Client
from temporalio.service import RPCError

from bot.embedded.errors import EndedWhileStarting
from bot.embedded.ports import LOOPBACK, remembered_ports
from bot.embedded.supervise import Program, supervised

NAMESPACE = "default"
_SETTINGS = {
    "history.transferProcessorMaxPollRPS": 1000,
    "history.timerProcessorMaxPollRPS": 1000,
    "system.numConsecutiveWorkflowTaskProblemsToTriggerSearchAttribute": 3,
}
"""How often in a second a shard looks for what it has to hand on: Temporal's own 20 are for clusters of hundreds of
shards; this server has one, and each workflow would wait up to 50 ms for each thing that follows. And after how many
tasks that failed one after the other a workflow is listed with a problem."""
_START = timedelta(seconds=30)
_TRIES = 3
_PORTS = ("temporal", "temporal_ui", "temporal_http", "temporal_metrics")


@dataclass(frozen=True)
class EmbeddedTemporal:
    """A running server: its gRPC address, and the address of its pages when it has any."""

    address: str
    ui_url: str | None
    pid: int


@asynccontextmanager
async def embedded_temporal(
    data: Path, *, ui: bool = True, persistent: bool = True, executable: Path | None = None
) -> AsyncIterator[EmbeddedTemporal]:
    """Run the development server for as long as the block runs, on the ports it had before.

    `persistent` keeps its state in ``temporal.db`` of the data folder, otherwise it is in memory;
    `executable` is the ``temporal`` to run (default: the one that comes with Muster).

    Raises:
        EmbeddedServerError: the program is missing, or the server did not start.
    """
    plan = _Plan(data.resolve(), executable or _bundled(), ui=ui, persistent=persistent)
    async with AsyncExitStack() as stack:
        yield await _started(stack, plan)


@dataclass(frozen=True)
class _Plan:
    """How it is to be run."""

    data: Path
    executable: Path
    ui: bool
    persistent: bool


def _bundled() -> Path:
    """The ``temporal`` beside this Python, where its package puts it."""
    return Path(sys.executable).parent / "temporal"


def _options(plan: _Plan, ports: dict[str, int]) -> list[str]:
    options = {
        "ip": LOOPBACK,
        "port": ports["temporal"],
        "http-port": ports["temporal_http"],
        "metrics-port": ports["temporal_metrics"],
        "log-level": "error",
    }
    pages = [f"--ui-port={ports['temporal_ui']}", "--ui-disable-news-fetch"] if plan.ui else ["--headless"]
    # With these pragmas twice as many activities a second, and still durable when a process is killed.
    pragmas = ["--sqlite-pragma=journal_mode=wal", "--sqlite-pragma=synchronous=normal"]
    settings = [f"--dynamic-config-value={name}={value}" for name, value in _SETTINGS.items()]
    storage = [f"--db-filename={plan.data / 'temporal.db'}", *pragmas] if plan.persistent else []
    return [*(f"--{name}={value}" for name, value in options.items()), *pages, *settings, *storage]


async def _started(stack: AsyncExitStack, plan: _Plan) -> EmbeddedTemporal:
    """The server, once it serves; between its parts it takes ports that are free, and others may take them first."""
    for _ in range(_TRIES - 1):
        with suppress(EndedWhileStarting):
            return await stack.enter_async_context(_served(plan))
    return await stack.enter_async_context(_served(plan))


@asynccontextmanager
async def _served(plan: _Plan) -> AsyncIterator[EmbeddedTemporal]:
    ports = remembered_ports(plan.data, *_PORTS)
    address = f"{LOOPBACK}:{ports['temporal']}"
    ui_url = f"http://{LOOPBACK}:{ports['temporal_ui']}" if plan.ui else None

    async def serves() -> bool:
        return await _answers(address) and (ui_url is None or await _shows(ui_url))

    async with supervised(_program(plan, ports)) as child:
        await child.ready(serves, within=_START)
        yield EmbeddedTemporal(address, ui_url, child.pid)


def _program(plan: _Plan, ports: dict[str, int]) -> Program:
    return Program(
        name="temporal",
        command=(plan.executable, "server", "start-dev", *_options(plan, ports)),
        log=plan.data / "logs" / "temporal.log",
        environment={"PATH": os.defpath, "HOME": str(plan.data)},
    )


async def _shows(ui_url: str) -> bool:
    """Whether its pages are there: they come last, and when they cannot listen the whole server ends."""
    async with httpx.AsyncClient(trust_env=False) as browser:
        try:
            return (await browser.get(ui_url)).is_success
        except httpx.TransportError:
            return False


async def _answers(address: str) -> bool:
    """Whether the server serves its namespace, which it makes some moments after it first listens."""
    try:
        client = await Client.connect(address)
        await client.workflow_service.describe_namespace(
            workflowservice.DescribeNamespaceRequest(namespace=NAMESPACE)
        )
    except (RPCError, RuntimeError):
        return False
    return True
