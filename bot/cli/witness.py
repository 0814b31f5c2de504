"""`muster witness`: hold another installation's heads, with a key of one's own, and refuse a rewritten history."""

import asyncio
import time
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.said import say
from bot.cli.servers import stopped
from bot.composition.installation import utc_now
from bot.composition.witnesses import look_into, witness
from bot.serving import served
from bot.witness.keeping import Keeping
from bot.witness.service import witness_app
from playbooks.domain.proof.notes import notes
from playbooks.domain.proof.witnessing import Ruled, Ruling

app = typer.Typer(no_args_is_help=True)

Folder = Annotated[Path, typer.Option("--folder")]
Log = Annotated[Path, typer.Option("--log", exists=True)]
Name = Annotated[str, typer.Option("--name", show_default=False)]


@app.command()
def serve(
    folder: Folder,
    log: Log,
    name: Name = "",
    host: str = "127.0.0.1",
    port: Annotated[int, typer.Option()] = 8090,
) -> None:
    """Answer over HTTP (c2sp.org/tlog-witness) until stopped; a proxy that speaks TLS belongs before it."""
    asyncio.run(_serve(witness(folder, log, name), host, port))


@app.command()
def watch(
    folder: Folder,
    log: Log,
    inbox: Annotated[Path, typer.Option("--inbox", exists=True)],
    name: Name = "",
    every: Annotated[int, typer.Option()] = 0,
) -> None:
    """Look into a shared folder, and cosign what continues what was seen before; 1 when something was refused."""
    keeping = witness(folder, log, name)
    while True:
        refused = _told(look_into(inbox, keeping, int(utc_now().timestamp())))
        if not every:
            raise typer.Exit(1 if refused else 0)
        time.sleep(every)


@app.command()
def show(folder: Folder, log: Log) -> None:
    """The witness's public key, how many checkpoints it holds, and the newest."""
    keeping = witness(folder, log)
    held = notes(keeping.held)
    say("witness.key", key=keeping.key)
    say("witness.held", count=len(held))
    if held:
        typer.echo(f"\n{held[-1]}", nl=False)


async def _serve(keeping: Keeping, host: str, port: int) -> None:
    async with served(witness_app(keeping, utc_now), host, port):
        say("witness.witnessing", key=keeping.key)
        await stopped()


def _told(ruled: Ruled | None) -> bool:
    """Say what was ruled; whether it was refused."""
    if ruled is None:
        say("witness.nothing")
    elif ruled.ruling is Ruling.COSIGNED:
        say("witness.cosigned")
    else:
        typer.echo(ruled.sentence, err=True)
    return ruled is not None and ruled.ruling not in {Ruling.COSIGNED, Ruling.OTHER_SIZE}
