"""`muster up`: everything on this machine, for a person."""

import asyncio
import sys
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.chat import room_of
from bot.cli.options import Data
from bot.cli.running import settings_of
from bot.cli.said import columns, say
from bot.cli.servers import stopped
from bot.composition.installation import Installation
from bot.composition.web import invitations
from bot.connections_file import read_connections
from bot.everything import Everything, everything
from bot.serving import settled
from bot.settings import Settings
from playbooks.directory.check import refusals
from playbooks.domain.errors import Unavailable
from playbooks.texts import load_texts

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
        say("up.stopping")


async def _welcome(running: Everything) -> None:
    muster = running.muster
    typer.echo("")
    say("up.running")
    typer.echo(columns(_places(running)))
    connected = read_connections(muster.settings.connections, muster.directory)
    say("up.connected", names=", ".join(sorted(connected))) if connected else say("up.simulated")
    if wrong := refusals(muster.directory):
        say("up.directory_wrong", count=len(wrong), first=wrong[0].sentence)
    await _invite(muster)
    try:
        open_ones = [i for i in await muster.ledger.incidents() if not await muster.is_closed(i.key)]
    except Unavailable as error:  # a key is lost: what brings it back needs a running Muster
        typer.echo(error.sentence)
    else:
        keys = ", ".join(incident.key for incident in open_ones)
        say("up.open", names=keys) if keys else say("up.none_open")
    say("up.stops")
    typer.echo("")


def _places(running: Everything) -> list[tuple[str, ...]]:
    """Where what runs is."""
    settings = running.muster.settings
    places = {
        "rooms": f"{settings.page_origin}/rooms",
        "incidents": f"{settings.page_origin}/incidents",
        "temporal": str(running.temporal_ui),
        "data": str(settings.data),
    }
    return [("", load_texts().say(f"up.place.{name}"), place) for name, place in places.items()]


async def _invite(muster: Installation) -> None:
    """Links for whoever has not enrolled yet; kept in a file too, for a screen scrolls."""
    links = await invitations(muster)
    if not links:
        return
    kept = muster.settings.data / "enrolment-links.txt"
    kept.touch(mode=0o600)
    kept.write_text("".join(f"@{person}  {link}\n" for person, link in links), "utf-8")
    person, link = links[0]
    say("up.enrol", who=person, link=link)
    say("up.enrol_others", count=len(links) - 1, file=kept)
