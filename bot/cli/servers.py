"""`muster bot`, `muster worker`, `muster migrate`: what runs apart, on a PostgreSQL and a Temporal of yours."""

import asyncio
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import typer

from bot.cli.options import Data
from bot.cli.running import open_installation, settings_of
from bot.cli.said import say
from bot.composition.copying import copied
from bot.composition.directory import files_recorded
from bot.composition.installation import Installation
from bot.composition.mail_in import mail_listening
from bot.composition.record import migrate_database
from bot.composition.web import chat_fronts, web_app
from bot.composition.worker import working
from bot.serving import served, settled
from playbooks.domain.errors import Unavailable
from playbooks.domain.saying import saying
from playbooks.texts import load_texts


def bot(data: Data = None) -> None:
    """Serve the pages, the web room and the intake of alerts."""

    @asynccontextmanager
    async def serving(muster: Installation) -> AsyncIterator[None]:
        settings = muster.settings
        async with mail_listening(muster), served(web_app(muster), settings.host, settings.port):
            yield

    asyncio.run(_run(data, serving))


def worker(data: Data = None) -> None:
    """Decide, do effects, run what may run only once, and hear people over Matrix and Slack's sockets."""
    asyncio.run(_run(data, deciding))


@asynccontextmanager
async def deciding(muster: Installation) -> AsyncIterator[None]:
    """What a worker does. It hears over Matrix too, for whoever speaks for a device does so alone."""
    async with working(muster), chat_fronts(muster).listening():
        yield


def migrate(data: Data = None) -> None:
    """Bring the database to this version."""
    settings = settings_of(data)
    if not settings.database_url:
        raise Unavailable(saying("cli.said.no_database"), code="no_database")
    applied = asyncio.run(migrate_database(settings))
    typer.echo("\n".join(applied) if applied else load_texts().say("cli.said.migrated"))


async def _run(data: Path | None, part: Callable[[Installation], AbstractAsyncContextManager[None]]) -> None:
    async with open_installation(data) as muster, copied(muster), files_recorded(muster), part(muster):
        settled()
        say("cli.said.ready")
        await stopped()


async def stopped() -> None:
    """Return when somebody asks the process to stop."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for asked in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(asked, stop.set)
    await stop.wait()
