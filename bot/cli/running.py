"""Running an installation for one command: on the settings given, or on the one that `muster up` runs."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TypeVar

from bot.composition.installation import Installation, installation
from bot.everything import RUNNING
from bot.settings import Settings
from playbooks.domain.errors import Unavailable
from playbooks.domain.saying import saying

Answer = TypeVar("Answer")


def settings_of(data: Path | None) -> Settings:
    """The settings of the environment, completed with what a running `muster up` on this data folder says."""
    settings = Settings(data=data) if data else Settings()
    running = settings.data / RUNNING
    if settings.database_url or not running.exists():
        return settings
    return Settings(**{**json.loads(running.read_text("utf-8")), "data": settings.data})


@asynccontextmanager
async def open_installation(data: Path | None) -> AsyncIterator[Installation]:
    """The installation that commands read. Raises Unavailable when there is none to reach."""
    settings = settings_of(data)
    if not settings.database_url:
        raise Unavailable(
            saying("cli.said.not_running", folder=settings.data),
            code="not_running",
        )
    async with installation(settings) as muster:
        yield muster


def with_installation(data: Path | None, use: Callable[[Installation], Awaitable[Answer]]) -> Answer:
    """Do one thing with the installation, from a command that is not asynchronous."""

    async def run() -> Answer:
        async with open_installation(data) as muster:
            return await use(muster)

    return asyncio.run(run())
