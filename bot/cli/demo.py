"""`muster demo`: see Muster do what it is for, in half a minute."""

import asyncio
import json
import tempfile
import time
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.bundle_file import BundleFile, placed
from bot.cli.options import Json
from bot.cli.record import told
from bot.cli.said import columns
from bot.composition.installation import Installation
from bot.composition.record import export_record, verify_record
from bot.demo.cast import COMMANDER, PARTNER
from bot.demo.pages import save_page
from bot.demo.play import Play, Step
from bot.embedded import remove_data
from bot.everything import everything, web_port
from bot.settings import Settings
from playbooks.domain.ids import IncidentKey
from playbooks.domain.proof.bundle_check import verify_bundle
from playbooks.domain.release import Reader
from playbooks.texts import load_texts

Output = Annotated[Path | None, typer.Option("--output", show_default=False)]


def demo(output: Output = None, *, as_json: Json = False) -> None:
    """Play one real incident from beginning to end, on servers of its own; show it, and check its record."""
    folder = output or Path(tempfile.mkdtemp(prefix="muster-demo-"))
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o711)
    result = asyncio.run(_demo(folder.resolve(), quiet=as_json))
    if as_json:
        typer.echo(json.dumps(result))
    if not result["verified"]:
        raise typer.Exit(1)


async def _demo(folder: Path, *, quiet: bool) -> dict[str, object]:
    data = folder / "data"
    data.mkdir(exist_ok=True)
    began = time.monotonic()
    say = _silent if quiet else _told
    settings = Settings(data=data, database_url="", temporal_address="", directory=None, sources=None)
    settings = settings.model_copy(update={"port": web_port(settings)})
    async with everything(settings, lambda line: say(f"{line} ..."), ui=False) as running:
        play = Play(running.muster, lambda step: say(_line(step)))
        key = await play.play()
        result = await _shown(running.muster, key, folder)
    remove_data(data)
    result |= {
        "seconds": round(time.monotonic() - began, 1),
        "steps": [step.model_dump() for step in play.steps],
    }
    say(_summary(result))
    return result


async def _shown(muster: Installation, key: IncidentKey, folder: Path) -> dict[str, object]:
    """The page, the partner's bundle, and whether the record and the bundle verify."""
    page = await save_page(muster, COMMANDER, key, folder)
    bundle = folder / f"{key}-for-{PARTNER}.jsonl"
    with placed(bundle) as file:
        await export_record(muster, key, Reader(organization=PARTNER), file.write)
    record, exported = (
        await verify_record(muster),
        verify_bundle(BundleFile(bundle), muster.keys.public_keys),
    )
    return {
        "incident": key,
        "timeline": str(page),
        "bundle": str(bundle),
        "verified": record.ok and exported.ok,
        "record": told(record),
        "exported": told(exported),
    }


def _line(step: Step) -> str:
    return f"{step.seconds:6.2f} s  {step.did}"


def _summary(result: dict[str, object]) -> str:
    texts = load_texts()
    intact = {
        "record": str(result["record"]).splitlines()[0],
        "exported": str(result["exported"]).splitlines()[0],
    }
    files = [
        [texts.say("demo.timeline"), str(result["timeline"])],
        [texts.say("demo.record"), str(result["bundle"])],
    ]
    return "\n".join(
        (
            "",
            texts.say("demo.answered", incident=result["incident"], seconds=result["seconds"]),
            columns([["", *each] for each in files]),
            texts.say("demo.here", said=intact["record"]),
            texts.say("demo.partner", partner=PARTNER, said=intact["exported"]),
            texts.say("demo.unprotected"),
            texts.say("demo.outside"),
        )
    )


def _told(line: str) -> None:
    typer.echo(line)


def _silent(_line: str) -> None:
    return
