"""`muster keys`: the keys that lie outside the database: where they stand, rotation, recovery, the drill."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.options import Data
from bot.cli.running import settings_of, with_installation
from bot.cli.said import say
from bot.composition.installation import Installation
from bot.composition.keyrings import rotate_entry_key, rotate_payload_key, rotate_signing_key
from bot.composition.keys import drilled, entrust_key, recover_keys, rewrap_keys, shown_keys, withdraw_key
from bot.organization_key import make_key, read_key, read_public

app = typer.Typer(no_args_is_help=True)

Organization = Annotated[str, typer.Argument()]
Reason = Annotated[str, typer.Option("--reason")]


class Kind(StrEnum):
    """Which key."""

    PAYLOADS = "payloads"
    RECORD = "record"
    ENTRIES = "entries"


_ROTATE = {
    Kind.PAYLOADS: rotate_payload_key,
    Kind.RECORD: rotate_signing_key,
    Kind.ENTRIES: rotate_entry_key,
}


@app.command()
def rotate(kind: Annotated[Kind, typer.Argument()], data: Data = None) -> None:
    """Make a new key that writes from the next start on; what the earlier ones wrote is still read and verified."""
    rotated = _ROTATE[kind](settings_of(data))
    say("keys.rotated", key=rotated)


@app.command()
def show(data: Data = None) -> None:
    """Every key: where it lies and what it is used for; nothing secret."""
    for line in with_installation(data, shown_keys):
        typer.echo(line)


@app.command()
def rewrap(data: Data = None) -> None:
    """After `rotate entries` and a restart: bring every entry under the new key, so that the old may be destroyed."""
    say("keys.rewrapped", count=with_installation(data, rewrap_keys))


@app.command()
def drill(
    keys: Annotated[Path, typer.Option("--keys", exists=True)],
    data: Data = None,
) -> None:
    """Try a backup of the keys: does it sign, verify and open what is recorded? Changes nothing."""

    async def use(muster: Installation) -> list[str]:
        return await drilled(muster, keys)

    problems = with_installation(data, use)
    for problem in problems:
        typer.echo(problem, err=True)
    if problems:
        raise typer.Exit(1)
    say("keys.drilled")


@app.command()
def make(
    output: Annotated[Path, typer.Option("-o", "--output")],
) -> None:
    """Make a key of an organization, or for recovery, on a machine of its own; says the public half."""
    say("keys.made", file=output)
    typer.echo(make_key(output))


@app.command()
def entrust(
    organization: Organization,
    public: Annotated[str, typer.Argument()],
    data: Data = None,
) -> None:
    """From now on seal the key of every entry that an organization may read for it too."""

    async def use(muster: Installation) -> None:
        await entrust_key(muster, organization, read_public(public))

    with_installation(data, use)
    say("keys.entrusted", organization=organization)


@app.command()
def withdraw(organization: Organization, reason: Reason, data: Data = None) -> None:
    """Seal nothing more for an organization, and forget what was sealed for it."""

    async def use(muster: Installation) -> None:
        await withdraw_key(muster, organization, reason)

    with_installation(data, use)
    say("keys.withdrawn", organization=organization)


@app.command("break-glass")
def break_glass(
    private: Annotated[Path, typer.Option("--private", exists=True)],
    reason: Reason,
    data: Data = None,
) -> None:
    """The entry keys are lost: bring them back with the recovery key. It is recorded, and cried out."""
    secret, public = read_key(private)

    async def use(muster: Installation) -> int:
        return await recover_keys(muster, secret, public, reason)

    done = with_installation(data, use)
    say("keys.recovered", count=done)
