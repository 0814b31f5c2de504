"""`muster keys`: the keys that lie outside the database, and their rotation."""

from enum import StrEnum
from typing import Annotated

import typer

from bot.cli.options import Data
from bot.cli.running import settings_of
from bot.composition import rotate_payload_key, rotate_signing_key

app = typer.Typer(no_args_is_help=True)


class Kind(StrEnum):
    """Which key."""

    PAYLOADS = "payloads"
    RECORD = "record"


@app.command()
def rotate(
    kind: Annotated[Kind, typer.Argument(help="Which key is to be followed by a new one.")], data: Data = None
) -> None:
    """Make a new key that writes from the next start on; what the earlier ones wrote is still read and verified."""
    rotated = {Kind.PAYLOADS: rotate_payload_key, Kind.RECORD: rotate_signing_key}[kind](settings_of(data))
    typer.echo(f"The new key is {rotated}. Back up the keys folder, then restart every part of Muster.")
