"""`muster directory`: who exists, and what is wrong with it."""

import json
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from bot.settings import Settings
from playbooks.directory import Finding, Weight, check_directory, load_directory, shipped_organizations
from playbooks.domain.errors import Malformed
from playbooks.domain.organization import Directory, Organization

directory_app = typer.Typer(no_args_is_help=True, help="The organizations and the people who act for them.")

_File = Annotated[
    Path | None,
    typer.Option(
        "--file", help="A directory file; default: the one of MUSTER_DIRECTORY.", dir_okay=False, exists=True
    ),
]
_Json = Annotated[bool, typer.Option("--json", help="For machines: JSON on standard output.")]


@directory_app.command("list")
def list_directory(file: _File = None, *, as_json: _Json = False) -> None:
    """List the organizations, their standing, and whom each has named."""
    directory = _directory(file)
    if as_json:
        _print_json(directory.model_dump(mode="json"))
    else:
        _print_table(directory)


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
        typer.echo(f"{own} cannot be read: {fault.strerror}. Check MUSTER_DIRECTORY or --file.", err=True)
    raise typer.Exit(1)


def _print_json(value: object) -> None:
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2))


def _print_table(directory: Directory) -> None:
    table = Table(box=None, pad_edge=False)
    for column in ("Code", "Standing", "Name", "People"):
        table.add_column(column, overflow="fold")
    for organization in directory.organizations:
        table.add_row(
            organization.code, _standing(organization), organization.name, _people(directory, organization)
        )
    Console(file=sys.stdout, highlight=False, markup=False).print(table)


def _standing(organization: Organization) -> str:
    provider = ", provider" if organization.service_provider else ""
    return f"{organization.membership}{provider}"


def _people(directory: Directory, organization: Organization) -> str:
    return ", ".join(person.id for person in directory.people if person.organization == organization.code)


def _print_findings(directory: Directory, findings: tuple[Finding, ...]) -> None:
    for finding in findings:
        typer.echo(finding.sentence, err=True)
    counts = f"{len(directory.organizations)} organizations, {len(directory.people)} people"
    if not findings:
        typer.echo(f"The directory is in order: {counts}.")
