"""`muster chat`: the room in a terminal."""

import asyncio
import logging
import os
from typing import Annotated

import typer

from bot.cli.options import Data
from bot.cli.reader import speaking as speaking_person
from bot.cli.running import open_installation
from bot.composition.installation import Installation
from bot.terminal.language import offered
from bot.terminal.room import Room
from playbooks.domain.ids import IncidentKey
from playbooks.domain.tongue import speaking

Key = Annotated[str | None, typer.Argument()]
Speaker = Annotated[str | None, typer.Option("--as", show_default=False)]


def chat(key: Key = None, speaker: Speaker = None, data: Data = None) -> None:
    """Enter the room of an incident: commands with completion, new entries as they come; plain when piped."""
    # Where somebody types, Muster says what is away; the driver's own lines would come between, several a second.
    logging.getLogger("psycopg").setLevel(logging.CRITICAL)

    async def run() -> int:
        async with open_installation(data) as muster:
            person = speaking_person(muster.directory, speaker)
            known = await muster.communities.lately()
            asked = offered(os.environ, muster.texts.languages)
            with speaking(known.tongue(muster.directory, person, asked)):
                return await room_of(muster, speaker).run(IncidentKey(key) if key else None)

    raise typer.Exit(asyncio.run(run()))


def room_of(muster: Installation, speaker: str | None) -> Room:
    """The terminal room of a person. Raises NotFound."""
    person = speaking_person(muster.directory, speaker)
    return Room(muster.desk, muster.views, muster.directory, muster.texts, person)
