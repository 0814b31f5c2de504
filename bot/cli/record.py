"""`muster record`: verify it, export it, show its head."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer
from cryptography.x509 import Certificate

from bot.cli.bundle_file import BundleFile, placed
from bot.cli.options import ChathamHouse, Data, Json
from bot.cli.progress import progress_bar
from bot.cli.reader import reader_of
from bot.cli.running import with_installation
from bot.cli.said import say
from bot.composition.installation import Installation
from bot.composition.record import export_record, record_head, trusted_keys, verify_record
from bot.composition.witnesses import held_by
from playbooks.domain.errors import Malformed, NotFound
from playbooks.domain.ids import IncidentKey
from playbooks.domain.proof.bundle import read_opening
from playbooks.domain.proof.bundle_check import verify_bundle
from playbooks.domain.proof.checkpoint import log_keys, log_origin
from playbooks.domain.proof.cosigned import Witnesses, bundle_keys, origin_of
from playbooks.domain.proof.notes import NoteKey
from playbooks.domain.proof.receipt import PREFIX, read_receipt
from playbooks.domain.proof.time_stamp import read_roots
from playbooks.domain.proof.verification import Report
from playbooks.domain.saying import saying
from playbooks.domain.tongue import Tongue, speak
from playbooks.texts import load_texts

app = typer.Typer(no_args_is_help=True)

BundlePath = Annotated[Path | None, typer.Option("--bundle", exists=True)]
Trusted = Annotated[Path | None, typer.Option("--trusted", exists=True)]


WitnessSources = Annotated[
    list[str] | None,
    typer.Option("--witness"),
]
WitnessKeys = Annotated[
    list[str] | None,
    typer.Option("--witness-key"),
]


ReceiptText = Annotated[str | None, typer.Option("--receipt")]


StampRoots = Annotated[
    Path | None,
    typer.Option("--stamp-roots", exists=True),
]


@app.command()
def verify(
    bundle: BundlePath = None,
    trusted: Trusted = None,
    witness: WitnessSources = None,
    witness_key: WitnessKeys = None,
    receipt: ReceiptText = None,
    stamp_roots: StampRoots = None,
    data: Data = None,
    *,
    as_json: Json = False,
) -> None:
    """Verify the whole record, or one exported bundle; name the first thing that is wrong. JSON is English."""
    if as_json:
        speak(Tongue())
    known = trusted_keys(trusted) if trusted else None
    asked = Asked(
        witness or (), tuple(map(NoteKey.read, witness_key or ())), _word(receipt), known, stamp_roots
    )
    report = with_installation(data, asked.live) if bundle is None else asked.of_bundle(bundle)
    typer.echo(report.model_dump_json() if as_json else told(report))
    if not report.ok:
        raise typer.Exit(1)


@app.command()
def export(
    incident: Annotated[str, typer.Option()],
    reader: Annotated[str, typer.Option("--as")],
    output: Annotated[Path, typer.Option("-o", "--output")],
    data: Data = None,
    *,
    chatham_house: ChathamHouse = False,
) -> None:
    """Export an incident for one reader: what it may have, and proof that nothing else is missing or altered."""

    async def use(muster: Installation) -> None:
        who = reader_of(muster.directory, reader, chatham_house=chatham_house)
        with placed(output) as file:
            await export_record(muster, IncidentKey(incident), who, file.write)

    with_installation(data, use)
    say("record.written", file=output)


@app.command()
def head(data: Data = None) -> None:
    """The newest signed head of the log, to be kept elsewhere: a checkpoint (c2sp.org/tlog-checkpoint)."""
    signed = with_installation(data, record_head)
    if signed is None:
        raise NotFound(saying("record.nothing"), code="nothing_recorded")
    typer.echo(signed, nl=False)


@dataclass(frozen=True)
class Asked:
    """What a verification is to compare with, from outside the installation."""

    witnesses: Sequence[str]
    cosigners: tuple[NoteKey, ...]
    receipt: str | None
    trusted: Mapping[str, bytes] | None
    stamp_roots: Path | None = None

    async def live(self, muster: Installation) -> Report:
        """Verify the whole record."""
        keys = self.trusted or muster.keys.public_keys
        held = await asyncio.to_thread(
            held_by, self.witnesses, log_origin(keys), self.cosigners, log_keys(keys)
        )
        receipt = read_receipt(self.receipt, keys) if self.receipt else None
        with progress_bar(load_texts().say("record.verifying")) as advanced:
            return await verify_record(muster, keys, held, receipt, self._roots(), advanced)

    def of_bundle(self, path: Path) -> Report:
        """Verify a bundle, with nothing but what is given."""
        with progress_bar(load_texts().say("record.verifying")) as advanced:
            return self._of_bundle(BundleFile(path, advanced))

    def _roots(self) -> tuple[Certificate, ...]:
        return read_roots(self.stamp_roots.read_bytes()) if self.stamp_roots else ()

    def _of_bundle(self, bundle: BundleFile) -> Report:
        try:
            opening = read_opening(bundle)
            keys = self.trusted or bundle_keys(opening)
            origin = log_origin(self.trusted) if self.trusted else origin_of(opening)
        except (ValueError, Malformed):
            return verify_bundle(bundle)  # says what is wrong with it
        held = held_by(self.witnesses, origin, self.cosigners, log_keys(keys, origin))
        receipt = read_receipt(self.receipt, keys) if self.receipt else None
        witnesses = Witnesses(tuple(held), self.cosigners, self._roots())
        return verify_bundle(bundle, self.trusted, witnesses=witnesses, receipt=receipt)


def _word(receipt: str | None) -> str | None:
    """The receipt itself, where its file was named."""
    if receipt is None or receipt.startswith(PREFIX):
        return receipt
    return Path(receipt).read_text("utf-8")


def told(report: Report) -> str:
    """A report in lines for people."""
    texts = load_texts()
    if report.first_problem is not None:
        return texts.say("record.not_intact", problem=report.first_problem.sentence)
    lines = [texts.say("record.intact", count=report.trees, size=report.entries)]
    if report.withheld:
        lines.append(texts.say("record.withheld", count=report.withheld))
    if report.erased:
        lines.append(texts.say("record.erased", count=report.erased))
    return "\n".join((*lines, *report.stamped, *report.not_protected))
