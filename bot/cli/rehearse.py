"""`muster playbook rehearse`: a playbook run to its end in seconds, nothing outside touched."""

import asyncio
import json
import logging
import time
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.options import Json
from bot.rehearsal.telling import told
from bot.rehearsal_composition import rehearsing
from playbooks import library
from playbooks.cacao.model import Playbook
from playbooks.cacao.reading import read
from playbooks.domain.errors import Malformed
from playbooks.rehearsal.report import Ending, Report
from playbooks.rehearsal.script import Script, read_script
from playbooks.texts import load_texts

Source = Annotated[str, typer.Argument(help="A file, or the name of a playbook that ships.")]
Answers = Annotated[
    Path | None,
    typer.Option(
        "--answers", help="What people do, in YAML (docs/rehearsal.md).", exists=True, dir_okay=False
    ),
]


def rehearse(source: Source, answers: Answers = None, *, as_json: Json = False) -> None:
    """Run a playbook to its end on a clock that runs ahead, with people who act by a script; 1 if it ends badly."""
    content = Path(source).read_bytes() if Path(source).is_file() else library.content(source)
    playbook = _playbook(source, content)
    script = read_script(answers.read_text("utf-8"), playbook) if answers else Script()
    began = time.monotonic()
    report = asyncio.run(_rehearsed(content, playbook, script.with_parties(playbook)))
    took = timedelta(seconds=time.monotonic() - began)
    if as_json:
        typer.echo(json.dumps(report.model_dump(mode="json"), ensure_ascii=False))
    else:
        typer.echo(told(report, load_texts(), took))
    if report.ending is not Ending.SUCCESSFUL:
        raise typer.Exit(1)


def _playbook(source: str, content: bytes) -> Playbook:
    playbook = read(content).playbook
    if playbook is None:
        raise Malformed(
            f"{source} is no playbook that can be rehearsed; see `muster playbook check {source}`."
        )
    return playbook


async def _rehearsed(content: bytes, playbook: Playbook, script: Script) -> Report:
    # What fails in a rehearsal is part of its report, and no trouble of the machine.
    logging.getLogger("temporalio").setLevel(logging.CRITICAL)
    async with rehearsing() as stage:
        return await stage.rehearse(content, playbook, script)
