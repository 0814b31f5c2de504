"""`muster indicators`: what to look for, out to other systems and in from them, as STIX 2.1 or MISP."""

import hashlib
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.options import As, ChathamHouse, Data
from bot.cli.reader import reader_of, speaking
from bot.cli.running import with_installation
from bot.cli.said import say
from bot.composition.exchange import Brought, Exchange, read, written
from bot.composition.installation import Installation, utc_now
from bot.reading.indicators import indicators_for, known_words
from playbooks.domain.actor import Actor
from playbooks.domain.command import Command, Outcome
from playbooks.domain.errors import Refused
from playbooks.domain.ids import CommandId, IncidentKey
from playbooks.domain.organization import Person
from playbooks.indicators.lines import MOST, write_lines
from playbooks.indicators.named import SLOT
from playbooks.indicators.unnamed import given_unnamed

app = typer.Typer(no_args_is_help=True)

Incident = Annotated[str, typer.Option("--incident")]
Form = Annotated[Exchange, typer.Option("--format")]


Unnamed = Annotated[
    bool,
    typer.Option(
        "--unnamed",
    ),
]


@app.command("export")
def export_indicators(
    incident: Incident,
    reader: Annotated[str, typer.Option("--as")],
    output: Annotated[Path, typer.Option("-o", "--output")],
    form: Form = Exchange.STIX,
    data: Data = None,
    *,
    chatham_house: ChathamHouse = False,
    unnamed: Unnamed = False,
) -> None:
    """Hand the indicators of an incident to a reader, by the release rule; that they were given is recorded."""

    async def use(muster: Installation) -> int:
        who = reader_of(muster.directory, reader, chatham_house=chatham_house)
        key, now = IncidentKey(incident), utc_now()
        found = await indicators_for(muster.views, who, key)
        if unnamed:
            known = await known_words(muster.views, who, key)
            found = given_unnamed(found, who.organization, muster.directory.domains, known)
        lead = (await muster.views.case(who, key)).state.lead
        by = ("", "") if unnamed else (key, "" if chatham_house else lead)
        content = written(form, found, now, incident=by[0], organization=by[1])
        what = f"indicators_{form}{'_unnamed' if unnamed else ''}"
        output.write_bytes(await muster.exports.handed_out(key, who, content, what))
        return len(found)

    count = with_installation(data, use)
    say("cli.said.indicators", count=count, file=output)


@app.command("import")
def import_indicators(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False)],
    incident: Incident,
    form: Form = Exchange.STIX,
    reader: As = None,
    data: Data = None,
) -> None:
    """Put the indicators of a file into an incident's record, marked as the file marks them."""
    received = read(form, file.read_bytes())

    async def use(muster: Installation) -> int:
        person = speaking(muster.directory, reader)
        count = 0
        for brought in received.brought:
            for start in range(0, len(brought.indicators), MOST):
                part = brought.model_copy(update={"indicators": brought.indicators[start : start + MOST]})
                verdict = await muster.gateway.submit(_command(person, IncidentKey(incident), part, form))
                if verdict.outcome is Outcome.REFUSED:
                    raise Refused(verdict.sentence, code=verdict.code, source=verdict.source)
                count += len(part.indicators)
        return count

    count = with_installation(data, use)
    say("cli.said.recorded", count=count, incident=incident)
    if received.left_out:
        say("cli.said.left_out", count=received.left_out)


def _command(person: Person, key: IncidentKey, brought: Brought, form: Exchange) -> Command:
    """The same file brought into the same incident by the same person is one command, however often."""
    lines = write_lines(brought.indicators)
    told = f"{key}|{person.id}|{brought.marking}|{brought.pap}|{lines}"
    return Command(
        id=CommandId(f"import:{hashlib.sha256(told.encode()).hexdigest()[:32]}"),
        verb="indicators.add",
        actor=Actor.of(person),
        incident=key,
        args={
            "marking": brought.marking.value,
            "pap": brought.pap.value,
            "count": len(brought.indicators),
            "came": form.value,
        },
        texts={SLOT: lines},
        received_at=utc_now(),
    )
