"""`muster alert`: see what Muster makes of an alert, and send one as a source would."""

import gzip
import json
import zlib
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Final

import httpx
import typer

from bot.cli.options import Data, Json
from bot.cli.running import settings_of, with_installation
from bot.cli.said import say
from bot.composition.alerts import formats_of, routing_of, sources_of
from bot.composition.installation import Installation, utc_now
from bot.intake.replay import Replayed, as_data, as_text
from bot.intake.replay import replay as replayed
from bot.intake.routing_rules import read_routing
from bot.intake.trying import is_known, understood
from bot.settings import Settings
from playbooks.domain.errors import Malformed, NotFound, Unavailable
from playbooks.domain.saying import saying

app = typer.Typer(no_args_is_help=True)

_GZIPPED: Final = b"\x1f\x8b"

Source = Annotated[str, typer.Option("--source")]
File = Annotated[Path, typer.Argument(exists=True)]


@app.command()
def normalize(file: File, source: Source = "auto") -> None:
    """Print how an alert is read; nothing is stored."""
    formats = formats_of(Settings())()
    if not is_known(source, formats):
        say("cli.said.no_format", aside=True, typed=source)
    result = understood(source, _contents(file), utc_now(), formats)
    for alert in result.alerts:
        typer.echo(alert.model_dump_json(indent=2, exclude_none=True))
    for aside in result.set_aside:
        typer.echo(json.dumps({"set_aside": aside.reason}))
    if not result.alerts:
        raise typer.Exit(1)


def _contents(file: Path) -> bytes:
    """The file's bytes; those of a gzipped one as they were before. Raises Malformed for a broken one."""
    body = file.read_bytes()
    if not body.startswith(_GZIPPED):
        return body
    try:
        return gzip.decompress(body)
    except (OSError, EOFError, zlib.error) as broken:
        raise Malformed(saying("cli.said.gzip", file=file.name)) from broken


@app.command()
def replay(
    rules: Annotated[
        Path | None,
        typer.Option("--rules", exists=True),
    ] = None,
    since: Annotated[datetime | None, typer.Option("--from")] = None,
    data: Data = None,
    *,
    as_json: Json = False,
) -> None:
    """Say what rules would have done with the alerts that are kept; nothing is changed and nobody told."""
    tried = read_routing(rules.read_bytes()) if rules else None

    async def use(muster: Installation) -> Replayed:
        start = (since or datetime(1970, 1, 1)).replace(tzinfo=UTC)  # noqa: DTZ001  the option is UTC
        return await replayed(muster.groups.history(start), tried or routing_of(muster.settings)())

    result = with_installation(data, use)
    typer.echo(json.dumps(as_data(result)) if as_json else as_text(result))


@app.command()
def send(
    file: File,
    source: Annotated[str, typer.Option("--source")],
    data: Data = None,
) -> None:
    """Send an alert to the running Muster, with the source's own key."""
    settings = settings_of(data)
    known = sources_of(settings).find(source)
    if known is None or not known.bearers:
        raise NotFound(saying("cli.said.no_source", typed=source, place=settings.sources or "MUSTER_SOURCES"))
    bearer = known.bearers[-1].decode()
    url = f"http://{settings.host}:{settings.port}/alerts/{source}"
    try:
        answer = httpx.post(url, content=file.read_bytes(), headers={"Authorization": f"Bearer {bearer}"})
    except httpx.TransportError:
        raise Unavailable(saying("cli.said.no_answer", url=url)) from None
    typer.echo(answer.text)
    if answer.is_error:
        raise typer.Exit(1)
