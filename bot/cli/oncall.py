"""`muster oncall`: rotas for other programs."""

from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.options import Data
from bot.cli.running import with_installation
from bot.composition.installation import Installation, utc_now
from bot.rota_export import exported_rota

app = typer.Typer(no_args_is_help=True)


@app.callback()
def _oncall() -> None:
    """Rotas for other programs."""


@app.command()
def export(
    organization: Annotated[str, typer.Argument()],
    out: Annotated[Path | None, typer.Option("--out")] = None,
    days: Annotated[int, typer.Option("--days", min=1, max=366)] = 90,
    data: Data = None,
) -> None:
    """Write a rota as a calendar (iCalendar): its shifts, and the gaps in which nobody would be called."""

    async def use(muster: Installation) -> bytes:
        code = muster.directory.organization(organization).code
        return await exported_rota(muster.rotas, muster.texts, code, utc_now(), timedelta(days=days))

    written = with_installation(data, use)
    if out:
        out.write_bytes(written)
    else:
        typer.echo(written.decode("utf-8"), nl=False)
