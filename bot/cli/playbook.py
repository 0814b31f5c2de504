"""`muster playbook`: the library, and any file in CACAO 2.0 or our shorthand."""

import json
from enum import StrEnum
from pathlib import Path
from typing import Annotated, NamedTuple

import typer

from bot.approval_rule import read_approvals
from bot.cli import rehearse
from bot.cli.options import Json
from bot.cli.said import columns
from bot.own_directory import read_directory
from bot.own_playbooks import OwnPlaybooks, content_named, own_playbooks
from bot.playbook_files import read_file, terms_of
from bot.settings import Settings
from playbooks import library
from playbooks.actions.approvals import as_asked
from playbooks.cacao.export import export
from playbooks.cacao.finding import Finding
from playbooks.cacao.model import Playbook
from playbooks.cacao.reading import UNCONDITIONAL, Reading, read
from playbooks.cacao.show import as_markdown, as_mermaid, as_svg, as_text
from playbooks.cacao.signatures import Standing
from playbooks.domain.errors import Malformed
from playbooks.domain.saying import saying
from playbooks.library.wording import in_words
from playbooks.texts import load_texts


class Form(StrEnum):
    """How a playbook is printed."""

    TEXT = "text"
    MARKDOWN = "md"
    MERMAID = "mermaid"
    SVG = "svg"


_SHOWN = {Form.TEXT: as_text, Form.MARKDOWN: as_markdown, Form.MERMAID: as_mermaid, Form.SVG: as_svg}


class Listed(NamedTuple):
    """One line of the list."""

    name: str
    title: str
    refusal: str = ""
    """Why it does not run, in one sentence; empty for one that may."""
    is_own: bool = False


app = typer.Typer(no_args_is_help=True)

Files = Annotated[list[Path], typer.Argument()]
Trusted = Annotated[Path | None, typer.Option("--trusted", exists=True)]
Signed = Annotated[bool, typer.Option("--signed")]
Source = Annotated[str, typer.Argument()]


@app.command("list")
def list_playbooks(*, as_json: Json = False) -> None:
    """The playbooks that ship, and the installation's own (MUSTER_PLAYBOOKS); of a refused one, why."""
    found = [Listed(name, _title(library.shipped(name).playbook)) for name in library.NAMES]
    found += [
        Listed(name, _title(each.playbook), str(each.refusal or ""), is_own=True)
        for name, each in _own()().items()
    ]
    if as_json:
        typer.echo(json.dumps([each._asdict() for each in found]))
        return
    typer.echo(columns([(each.name, each.refusal or each.title) for each in found]))


@app.command()
def check(files: Files, *, trusted: Trusted = None, signed: Signed = False, as_json: Json = False) -> None:
    """Say of each file: ok, ok with warnings, or refused; who signed it; and what to mend, where."""
    terms = terms_of(trusted, read_directory(Settings()).service_codes, signed=signed)
    readings = [(path, read_file(path, terms)) for path in files]
    if as_json:
        typer.echo(json.dumps([_reported(path, reading) for path, reading in readings]))
    else:
        for path, reading in readings:
            typer.echo(_checked(path, reading))
    if any(reading.playbook is None for _path, reading in readings):
        raise typer.Exit(1)


def _checked(path: Path, reading: Reading) -> str:
    texts = load_texts()
    verdict = texts.say(f"check.{reading.verdict.name.lower()}")
    said = texts.say("check.file", path=path, verdict=verdict)
    return "\n  ".join([said, _signed(reading), *map(str, reading.findings)])


def _signed(reading: Reading) -> str:
    """Who vouches for it, in a few words; what is wrong with a signature stands among the findings."""
    texts = load_texts()
    trusted = [report.sentence for report in reading.signatures if report.standing is Standing.TRUSTED]
    if trusted:
        return texts.say("check.signed", said=trusted[0])
    return texts.say("check.untrusted" if reading.signatures else "check.unsigned")


@app.command("show")
def show_playbook(source: Source, *, form: Annotated[Form, typer.Option("--format")] = Form.TEXT) -> None:
    """Print a playbook for people, with the approvals that this installation asks for (MUSTER_APPROVALS)."""
    reading = _read(source)
    if reading.playbook is None:
        raise Malformed(saying("check.not_shown", source=source))
    rule = read_approvals(Settings().approvals)
    typer.echo(_SHOWN[form](in_words(as_asked(reading.playbook, rule))))


@app.command("export")
def export_playbook(source: Source) -> None:
    """Print a playbook as CACAO 2.0 JSON."""
    reading = _read(source)
    if reading.playbook is None:
        raise Malformed(saying("check.not_exported", source=source))
    typer.echo(export(reading.playbook))


app.command("rehearse")(rehearse.rehearse)


def _read(source: str) -> Reading:
    if Path(source).exists():
        return read_file(Path(source), UNCONDITIONAL)
    return read(content_named(source, _own()()))


def _own() -> OwnPlaybooks:
    return own_playbooks(Settings())


def _title(playbook: Playbook | None) -> str:
    return in_words(playbook).name if playbook else ""


def _reported(path: Path, reading: Reading) -> dict[str, object]:
    return {
        "file": str(path),
        "verdict": reading.verdict.value,
        "signatures": [report.model_dump(mode="json") for report in reading.signatures],
        "findings": [_finding(finding) for finding in reading.findings],
    }


def _finding(finding: Finding) -> dict[str, object]:
    told = {
        "severity": finding.severity.value,
        "path": finding.path,
        "rule": finding.rule,
        "code": finding.code,
        "problem": finding.problem,
        "remedy": finding.remedy,
        "step": finding.step,
        "line": finding.line,
    }
    return {name: value for name, value in told.items() if value is not None}
