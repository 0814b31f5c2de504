"""Everything on one machine: the embedded servers, the worker and the bot in one process tree."""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from bot.composition.copying import copied
from bot.composition.directory import files_recorded
from bot.composition.installation import Installation, installation
from bot.composition.mail_in import mail_listening
from bot.composition.record import migrate_database
from bot.composition.web import chat_fronts, web_app
from bot.composition.worker import working
from bot.embedded import data_lock, embedded_postgres, embedded_temporal, remembered_ports
from bot.first_start import prepared
from bot.serving import served
from bot.settings import Settings
from playbooks.texts import load_texts

Say = Callable[[str], None]

RUNNING = "running.json"
"""In the data folder: where the servers are, for other commands on this machine; readable by its owner alone."""


@dataclass(frozen=True)
class Everything:
    """A running Muster on one machine."""

    muster: Installation
    temporal_ui: str | None


@asynccontextmanager
async def everything(settings: Settings, say: Say, *, ui: bool = True) -> AsyncIterator[Everything]:
    """Run it all for as long as the block runs. Raises EmbeddedServerError when it runs on this data already."""
    settings = prepared(settings)
    async with AsyncExitStack() as stack:
        stack.enter_context(data_lock(settings.data))
        say(load_texts().say("up.starting", part="PostgreSQL"))
        postgres = await stack.enter_async_context(embedded_postgres(settings.data))
        say(load_texts().say("up.starting", part="Temporal"))
        temporal = await stack.enter_async_context(embedded_temporal(settings.data, ui=ui))
        servers = {"database_url": postgres.dsn, "temporal_address": temporal.address}
        settings = settings.model_copy(update=servers)
        await migrate_database(settings)
        say(load_texts().say("up.starting_ours"))
        muster = await stack.enter_async_context(_assembled(settings))
        yield Everything(muster, temporal.ui_url)


@asynccontextmanager
async def _assembled(settings: Settings) -> AsyncIterator[Installation]:
    async with (
        installation(settings) as muster,
        copied(muster),
        files_recorded(muster),
        working(muster),
        chat_fronts(muster).listening(),
        mail_listening(muster),
        served(web_app(muster), settings.host, settings.port),
    ):
        _tell(settings)
        try:
            yield muster
        finally:
            (settings.data / RUNNING).unlink(missing_ok=True)


def web_port(settings: Settings) -> int:
    """A port for the pages that is free now, the same as last time where it still is."""
    return remembered_ports(settings.data, "web")["web"]


def _tell(settings: Settings) -> None:
    """All settings as they are in force, for the commands that are given beside."""
    running = settings.data / RUNNING
    running.touch(mode=0o600)
    running.write_text(settings.model_dump_json(), "utf-8")
