"""`muster directory`: who exists."""

import json

import typer

from bot.cli.options import Data, Json
from bot.cli.running import settings_of
from bot.composition import read_directory
from playbooks.directory.check import check_directory

app = typer.Typer(no_args_is_help=True)


@app.command("list")
def list_directory(data: Data = None, *, as_json: Json = False) -> None:
    """The organizations, and the people whom each has named."""
    directory = read_directory(settings_of(data))
    if as_json:
        typer.echo(directory.model_dump_json())
        return
    for organization in directory.organizations:
        typer.echo(f"{organization.code:12} {organization.membership:9} {organization.name}")
        for person in directory.people:
            if person.organization == organization.code:
                typer.echo(f"             @{person.id}  {', '.join(person.duties)}")


@app.command()
def check(data: Data = None, *, as_json: Json = False) -> None:
    """Say what is wrong with the directory, and what to do."""
    findings = check_directory(read_directory(settings_of(data)))
    if as_json:
        typer.echo(json.dumps([str(finding) for finding in findings]))
    else:
        for finding in findings:
            typer.echo(str(finding))
        if not findings:
            typer.echo("The directory is sound.")
    if findings:
        raise typer.Exit(1)
