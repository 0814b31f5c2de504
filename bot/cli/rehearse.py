"""`muster playbook rehearse`: a playbook run to its end in seconds, nothing outside touched."""

import asyncio
import json
import logging
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.options import Json
from bot.composition.rehearsal import rehearsing
from bot.own_playbooks import content_named, own_playbooks
from bot.rehearsal.explore import explore as try_all
from bot.rehearsal.telling import told, told_of_all
from bot.settings import Settings
from playbooks.cacao.model import Playbook
from playbooks.cacao.reading import read
from playbooks.domain.errors import Malformed
from playbooks.domain.saying import saying
from playbooks.rehearsal.exploring import Exploration
from playbooks.rehearsal.script import Script, read_script
from playbooks.texts import load_texts

Source = Annotated[str, typer.Argument()]
Answers = Annotated[
    Path | None,
    typer.Option("--answers", exists=True, dir_okay=False),
]


Explore = Annotated[bool, typer.Option("--explore")]
AtMost = Annotated[int, typer.Option("--at-most", min=1)]


def rehearse(
    source: Source,
    answers: Answers = None,
    *,
    explore: Explore = False,
    at_most: AtMost = 200,
    as_json: Json = False,
) -> None:
    """Run a playbook to its end on a clock that runs ahead, with people who act by a script; 1 if it ends badly."""
    content = Path(source).read_bytes() if Path(source).is_file() else _named(source)
    playbook = _playbook(source, content)
    script = read_script(answers.read_text("utf-8"), playbook) if answers else Script()
    began = time.monotonic()
    found = asyncio.run(
        _explored(content, playbook, script.with_parties(playbook), at_most if explore else 1)
    )
    took = timedelta(seconds=time.monotonic() - began)
    if as_json:
        one = found if explore else found.first
        typer.echo(json.dumps(one.model_dump(mode="json"), ensure_ascii=False))
    else:
        texts = load_texts()
        typer.echo(told(found.first, texts, took))
        if explore:
            typer.echo(told_of_all(found, texts))
    if not found.is_sound:
        raise typer.Exit(1)


def _named(name: str) -> bytes:
    return content_named(name, own_playbooks(Settings())())


def _playbook(source: str, content: bytes) -> Playbook:
    playbook = read(content).playbook
    if playbook is None:
        raise Malformed(saying("check.not_rehearsed", source=source))
    return playbook


async def _explored(content: bytes, playbook: Playbook, script: Script, at_most: int) -> Exploration:
    with _quietly("temporalio", "workflows", "bot"):
        async with rehearsing() as theatre:
            return await try_all(theatre, content, playbook, script, at_most=at_most, progress=_progress)


@contextmanager
def _quietly(*names: str) -> Iterator[None]:
    """What fails in a rehearsal is part of its report, and no trouble of the machine."""
    before = {name: logging.getLogger(name).level for name in names}
    for name in names:
        logging.getLogger(name).setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        for name, level in before.items():
            logging.getLogger(name).setLevel(level)


def _progress(done: int, known: int) -> None:
    if sys.stderr.isatty() and known > done > 1:
        sys.stderr.write(f"\r{done} / {known} ")
