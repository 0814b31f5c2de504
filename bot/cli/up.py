"""`muster up`: everything on this machine, for a person."""

import asyncio
import sys
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.chat import room_of
from bot.cli.options import Data
from bot.cli.running import settings_of
from bot.cli.servers import stopped
from bot.composition.installation import Installation
from bot.composition.web import invitations
from bot.everything import Everything, everything
from bot.serving import settled
from bot.settings import Settings
from playbooks.domain.errors import Unavailable

Port = Annotated[int | None, typer.Option("--port", show_default=False)]
Speaker = Annotated[str | None, typer.Option("--as", show_default=False)]


def up(data: Data = None, port: Port = None, speaker: Speaker = None) -> None:
    """Run everything on this machine until Ctrl-C; a restart carries on where it stopped. Not for production."""
    asyncio.run(_up(_settings(data, port), speaker))


def _settings(data: Path | None, port: int | None) -> Settings:
    settings = settings_of(data)
    return settings.model_copy(update={"port": port}) if port else settings


async def _up(settings: Settings, speaker: str | None) -> None:
    async with everything(settings, lambda line: typer.echo(f"{line} ...")) as running:
        settled()
        await _welcome(running)
        if sys.stdin.isatty() and sys.stdout.isatty():
            await room_of(running.muster, speaker).run(None)
        else:
            await stopped()
        typer.echo("Stopping ...")


async def _welcome(running: Everything) -> None:
    muster = running.muster
    origin = muster.settings.page_origin
    typer.echo("")
    typer.echo("Muster is running. Its servers are for one machine and for trying out: not for production.")
    typer.echo(f"  Web room        {origin}/rooms")
    typer.echo(f"  Incidents       {origin}/incidents")
    typer.echo(f"  Temporal's UI   {running.temporal_ui}")
    typer.echo(f"  Data            {muster.settings.data}")
    typer.echo("  Not connected: chat, tickets, pagers and mail are simulated; `muster doctor` says more.")
    await _invite(muster)
    try:
        open_ones = [i for i in await muster.ledger.incidents() if not await muster.is_closed(i.key)]
    except Unavailable as error:  # a key is lost: what brings it back needs a running Muster
        typer.echo(f"  {error.sentence}")
    else:
        typer.echo(f"  Open incidents  {', '.join(i.key for i in open_ones) or 'none'}")
    typer.echo("Ctrl-C stops everything; starting again carries on.\n")


async def _invite(muster: Installation) -> None:
    """Links for whoever has not enrolled yet; kept in a file too, for a screen scrolls."""
    links = await invitations(muster)
    if not links:
        return
    kept = muster.settings.data / "enrolment-links.txt"
    kept.touch(mode=0o600)
    kept.write_text("".join(f"@{person}  {link}\n" for person, link in links), "utf-8")
    person, link = links[0]
    typer.echo(f"  Sign in         once, by enrolling: @{person}  {link}")
    typer.echo(f"                  links for the other {len(links) - 1} people: {kept}")
