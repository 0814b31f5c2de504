"""`muster directory`: who exists, and what is wrong with it."""

import json
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from bot.cli.options import Data
from bot.cli.running import with_installation
from bot.cli.said import say
from bot.commands.directory import shown_team
from bot.composition.installation import Installation
from bot.settings import Settings
from bot.terminal.render import render
from playbooks.directory import Finding, Weight, check_directory, load_directory, shipped_organizations
from playbooks.domain.community import Community, community_of
from playbooks.domain.errors import IncidentError, Malformed, Unavailable
from playbooks.domain.organization import Directory, Organization
from playbooks.texts import load_texts
from playbooks.texts.wording import label

directory_app = typer.Typer(no_args_is_help=True)

_File = Annotated[
    Path | None,
    typer.Option("--file", dir_okay=False, exists=True),
]
_Json = Annotated[bool, typer.Option("--json")]


@directory_app.command("list")
def list_directory(file: _File = None, *, as_json: _Json = False) -> None:
    """List the organizations, their standing, and whom each has named."""
    directory = _directory(file)
    if as_json:
        _print_json(directory.model_dump(mode="json"))
    else:
        _print_table(directory)


@directory_app.command("show")
def show(
    organization: Annotated[str, typer.Argument()],
    file: _File = None,
    data: Data = None,
    *,
    as_json: _Json = False,
) -> None:
    """Show what an organization tells of its team (RFC 2350), with what was changed by command where Muster runs."""
    directory = _directory(file)
    try:
        asked = directory.organization(organization)
        community = community_of(directory) if file else _recorded(directory, data)
    except IncidentError as fault:
        typer.echo(fault.sentence, err=True)
        raise typer.Exit(1) from None
    if as_json:
        team = community.team(asked.code).model_dump(mode="json")
        _print_json({**asked.model_dump(mode="json"), "team": team})
    else:
        document = shown_team(load_texts(), directory, community, asked)
        typer.echo(render(document, colours=sys.stdout.isatty()))


def _recorded(directory: Directory, data: Path | None) -> Community:
    """With the record's changes; what the files say where nothing runs."""

    async def use(muster: Installation) -> Community:
        return await muster.communities.now()

    try:
        return with_installation(data, use)
    except Unavailable:
        say("directory.from_files", aside=True)
        return community_of(directory)


@directory_app.command("check")
def check(file: _File = None, *, as_json: _Json = False) -> None:
    """Check the directory; exit 1 when it cannot be used as it is."""
    directory = _directory(file)
    findings = check_directory(directory)
    refused = any(finding.weight is Weight.REFUSE for finding in findings)
    if as_json:
        _print_json(
            {"ok": not refused, "findings": [finding.model_dump(mode="json") for finding in findings]}
        )
    else:
        _print_findings(directory, findings)
    raise typer.Exit(1 if refused else 0)


def _directory(file: Path | None) -> Directory:
    own = file or Settings().directory
    try:
        return load_directory(shipped_organizations(), *([own.read_bytes()] if own else []))
    except Malformed as fault:
        typer.echo(fault.sentence, err=True)
    except OSError as fault:
        say("directory.unread", aside=True, file=own, why=fault.strerror)
    raise typer.Exit(1)


def _print_json(value: object) -> None:
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2))


def _print_table(directory: Directory) -> None:
    table = Table(box=None, pad_edge=False)
    for column in ("code", "membership", "name", "people"):
        table.add_column(load_texts().say(f"directory.column.{column}"), overflow="fold")
    for organization in directory.organizations:
        table.add_row(
            organization.code, _standing(organization), organization.name, _people(directory, organization)
        )
    Console(file=sys.stdout, highlight=False, markup=False).print(table)


def _standing(organization: Organization) -> str:
    texts = load_texts()
    membership = label(texts, "directory.membership", organization.membership)
    return (
        texts.say("directory.provider", membership=membership)
        if organization.service_provider
        else membership
    )


def _people(directory: Directory, organization: Organization) -> str:
    return ", ".join(person.id for person in directory.people if person.organization == organization.code)


def _print_findings(directory: Directory, findings: tuple[Finding, ...]) -> None:
    for finding in findings:
        typer.echo(finding.sentence, err=True)
    if not findings:
        say("directory.in_order", count=len(directory.organizations), size=len(directory.people))
