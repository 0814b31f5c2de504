"""`muster record`: verify it, export it, show its head."""

import json
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.options import Data, Json
from bot.cli.reader import reader_of
from bot.cli.running import settings_of, with_installation
from bot.composition import Installation, export_record, record_head, trusted_keys, verify_record
from playbooks.domain.bundle_check import verify_bundle
from playbooks.domain.ids import IncidentKey
from playbooks.domain.verification import Report

app = typer.Typer(no_args_is_help=True)

BundleFile = Annotated[
    Path | None, typer.Option("--bundle", help="An exported bundle, verified with nothing else.", exists=True)
]
Trusted = Annotated[
    Path | None, typer.Option("--trusted", help="A file of public keys that you trust.", exists=True)
]


@app.command()
def verify(
    bundle: BundleFile = None, trusted: Trusted = None, data: Data = None, *, as_json: Json = False
) -> None:
    """Verify the whole record, or one exported bundle; name the first thing that is wrong."""
    if bundle is None:
        report = with_installation(data, verify_record)
    else:
        known = trusted_keys(trusted) if trusted else None
        report = verify_bundle(bundle.read_bytes(), known)
    typer.echo(report.model_dump_json() if as_json else told(report))
    if not report.ok:
        raise typer.Exit(1)


@app.command()
def export(
    incident: Annotated[str, typer.Option(help="The incident's key.")],
    reader: Annotated[str, typer.Option("--as", help="The organization, or @person, who may read it.")],
    output: Annotated[Path, typer.Option("-o", "--output", help="Where to write the bundle.")],
    data: Data = None,
) -> None:
    """Export an incident for one reader: what it may have, and proof that nothing else is missing or altered."""

    async def use(muster: Installation) -> bytes:
        who = reader_of(muster.directory, reader)
        return await export_record(muster, IncidentKey(incident), who)

    output.write_bytes(with_installation(data, use))
    typer.echo(f"Written to {output}. Verify it anywhere: muster record verify --bundle {output}")


@app.command()
def head(data: Data = None) -> None:
    """The newest signed head of the installation's log, and the public keys that sign it."""
    keys = settings_of(data).keys / "record.key"
    signed = with_installation(data, record_head)
    typer.echo(
        json.dumps({"head": signed, "keys": {id: key.hex() for id, key in trusted_keys(keys).items()}})
    )


def told(report: Report) -> str:
    """A report in lines for people."""
    if report.first_problem is not None:
        return f"NOT INTACT. {report.first_problem.sentence}"
    lines = [f"Intact: {report.entries} entries in {report.trees} trees."]
    if report.withheld:
        lines.append(f"{report.withheld} of them are withheld: proven to be there, and nothing more.")
    return "\n".join((*lines, *report.not_protected))
