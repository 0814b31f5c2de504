"""`muster incident`: incidents as the record tells them."""

import json
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.options import As, ChathamHouse, Data, Json
from bot.cli.reader import reader_of
from bot.cli.running import with_installation
from bot.cli.said import columns, say
from bot.composition.installation import Installation, utc_now
from bot.web.files import FileFormat, TimelineFile
from playbooks.domain.document import plain
from playbooks.domain.ids import IncidentKey
from playbooks.domain.telling import tell
from playbooks.ports.views import IncidentLine
from playbooks.texts import load_texts
from playbooks.texts.wording import label
from workflows.rebuilding import rebuild as rebuild_incident

app = typer.Typer(no_args_is_help=True)


Key = Annotated[str, typer.Argument()]


@app.command("list")
def list_incidents(
    data: Data = None, reader: As = None, *, chatham_house: ChathamHouse = False, as_json: Json = False
) -> None:
    """The incidents that this reader may know of."""

    async def use(muster: Installation) -> None:
        who = reader_of(muster.directory, reader, chatham_house=chatham_house)
        lines = await muster.views.incidents(who)
        if as_json:
            typer.echo(json.dumps([line.model_dump(mode="json") for line in lines]))
            return
        if lines:
            typer.echo(columns([_row(line) for line in lines]))

    with_installation(data, use)


def _row(line: IncidentLine) -> tuple[str, ...]:
    texts = load_texts()
    stands = (label(texts, "severity", line.severity), label(texts, "phase", line.phase))
    return (line.key, *stands, line.lead, line.title)


@app.command("show")
def show_incident(
    key: Key, data: Data = None, reader: As = None, *, chatham_house: ChathamHouse = False
) -> None:
    """One incident as it stands, as JSON."""

    async def use(muster: Installation) -> None:
        who = reader_of(muster.directory, reader, chatham_house=chatham_house)
        case = await muster.views.case(who, IncidentKey(key))
        typer.echo(case.model_dump_json(indent=2))

    with_installation(data, use)


@app.command("views")
def show_views(key: Key, data: Data = None, reader: As = None) -> None:
    """Who saw the incident's marked material, as far as this reader may know."""

    async def use(muster: Installation) -> None:
        for shown in await muster.views.viewings(reader_of(muster.directory, reader), IncidentKey(key)):
            typer.echo(f"{shown.slots['at']}  {plain(tell(shown, muster.texts)).strip()}")

    with_installation(data, use)


@app.command("timeline")
def show_timeline(
    key: Key,
    data: Data = None,
    reader: As = None,
    form: Annotated[FileFormat, typer.Option("--format")] = FileFormat.MARKDOWN,
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output"),
    ] = None,
    *,
    chatham_house: ChathamHouse = False,
) -> None:
    """What happened, in order, as a reader may have it."""
    if output is None and form is FileFormat.PDF:
        raise typer.BadParameter(load_texts().say("cli.said.pdf"))

    async def use(muster: Installation) -> bytes:
        who = reader_of(muster.directory, reader, chatham_house=chatham_house)
        case = await muster.views.case(who, IncidentKey(key))
        story = await muster.views.story(who, IncidentKey(key))
        content = await TimelineFile(case, story, who, muster.texts, utc_now()).written(form)
        if output is not None:
            await muster.exports.handed_out(IncidentKey(key), who, content, f"timeline_{form}")
        return content

    content = with_installation(data, use)
    if output is None:
        typer.echo(content.decode())
    else:
        output.write_bytes(content)
        say("cli.said.written", file=output)


@app.command()
def rebuild(key: Key, data: Data = None) -> None:
    """Start the incident's workflows again from the record, where they do not run; say how it stands."""

    async def use(muster: Installation) -> None:
        rebuilt = await rebuild_incident(muster.record, muster.judges, IncidentKey(key))
        typer.echo(json.dumps(rebuilt.model_dump(mode="json"), indent=2))

    with_installation(data, use)
