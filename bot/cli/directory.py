"""`muster directory`: who exists, and what is wrong with it."""

import json
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from bot.cli.options import As, Data
from bot.cli.reader import reader_of
from bot.cli.running import settings_of, with_installation
from bot.cli.said import say
from bot.commands.directory import shown_team
from bot.composition.directory import directory_entries, files_on_record
from bot.composition.installation import Installation
from bot.connections_file import read_connections
from bot.own_directory import read_directory
from bot.reading.directory_history import about_to_be_told, released, told_history
from bot.terminal.render import render
from playbooks.directory import Finding, Weight, check_directory
from playbooks.directory.facts import facts_of
from playbooks.domain.community import Community, community_of
from playbooks.domain.document import Document
from playbooks.domain.entry import Entry
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
    directory = _directory(file, data)
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
        _print(shown_team(load_texts(), directory, community, asked))


def _recorded(directory: Directory, data: Path | None) -> Community:
    """With the record's changes; what the files say where nothing runs."""

    async def use(muster: Installation) -> Community:
        return await muster.communities.now()

    try:
        return with_installation(data, use)
    except Unavailable:
        say("directory.from_files", aside=True)
        return community_of(directory)


@directory_app.command("history")
def history(
    organization: Annotated[str | None, typer.Argument()] = None,
    data: Data = None,
    reader: As = None,
    *,
    as_json: _Json = False,
) -> None:
    """Show what changed in the directory, by command and in its files, as far as this reader may know."""

    async def use(muster: Installation) -> None:
        who = reader_of(muster.directory, reader)
        changes = released(await directory_entries(muster), who, organization)
        if as_json:
            _print_json([change.model_dump(mode="json") for change in changes])
        else:
            _print(told_history(muster.texts, changes))

    with_installation(data, use)


@directory_app.command("check")
def check(
    file: _File = None,
    connections: Annotated[Path | None, typer.Option("--connections", dir_okay=False, exists=True)] = None,
    data: Data = None,
    *,
    as_json: _Json = False,
) -> None:
    """Check the directory; exit 1 when it cannot be used as it is."""
    directory = _directory(file, data)
    findings = (
        *check_directory(directory),
        *_of_connections(connections or settings_of(data).connections, directory),
    )
    refused = any(finding.weight is Weight.REFUSE for finding in findings)
    pending = _pending(directory, data)
    if as_json:
        found = [finding.model_dump(mode="json") for finding in findings]
        changed = [
            {"organization": each.data["organization"], "fields": each.data["fields"]} for each in pending
        ]
        _print_json({"ok": not refused, "findings": found, "changes": changed})
    else:
        _print_findings(directory, findings)
        if pending:
            _print(about_to_be_told(load_texts(), pending))
    raise typer.Exit(1 if refused else 0)


def _of_connections(path: Path | None, directory: Directory) -> tuple[Finding, ...]:
    """What keeps the connections file from being read: rooms of two connections that would have the same names, say."""
    try:
        read_connections(path, directory)
    except Malformed as fault:
        subject = str(path)
        return (Finding(weight=Weight.REFUSE, code=fault.code, subject=subject, sentence=fault.sentence),)
    return ()


def _pending(directory: Directory, data: Path | None) -> tuple[Entry, ...]:
    """What of the files would be recorded at the next start; nothing is known of it where nothing runs."""

    async def use(muster: Installation) -> tuple[Entry, ...]:
        said = facts_of(directory, muster.retainers.agreements, muster.rotas.rotas)
        return await files_on_record(muster).pending(said, {})

    try:
        return with_installation(data, use)
    except IncidentError:
        return ()


def _directory(file: Path | None, data: Path | None = None) -> Directory:
    settings = settings_of(data)
    own = file or settings.directory
    try:
        return read_directory(settings.model_copy(update={"directory": own}))
    except Malformed as fault:
        typer.echo(fault.sentence, err=True)
    except OSError as fault:
        say("directory.unread", aside=True, file=own, why=fault.strerror)
    raise typer.Exit(1)


def _print(document: Document) -> None:
    typer.echo(render(document, colours=sys.stdout.isatty()))


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
