"""`muster indicators`: what to look for, out to other systems and in from them, as STIX 2.1 or MISP."""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Annotated, NamedTuple, cast
from uuid import uuid4

import typer

from bot.cli.options import As, ChathamHouse, Data
from bot.cli.reader import reader_of, speaking
from bot.cli.running import with_installation
from bot.cli.said import say
from bot.commands.desk import Reply, Speaker
from bot.commands.indicators import collection_of
from bot.composition.exchange import Brought, Exchange, Received, not_known, read, read_collected, written
from bot.composition.installation import Installation, utc_now
from bot.reading.indicators import indicators_for, known_words, taken_until
from playbooks.domain.actor import Actor
from playbooks.domain.command import Command, Outcome
from playbooks.domain.connection import PortName
from playbooks.domain.document import plain
from playbooks.domain.errors import Refused
from playbooks.domain.ids import CommandId, ConnectionId, IncidentKey
from playbooks.domain.organization import Person
from playbooks.domain.release import Reader
from playbooks.indicators.lines import MOST, write_lines
from playbooks.indicators.named import SLOT
from playbooks.indicators.unnamed import given_unnamed
from playbooks.ports.sharing import SharingPort

app = typer.Typer(no_args_is_help=True)

Incident = Annotated[str, typer.Option("--incident")]
Form = Annotated[Exchange, typer.Option("--format")]


Collection = Annotated[str, typer.Argument(show_default=False)]
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
        return await _recorded(muster, person, IncidentKey(incident), received, {"came": form.value})

    _tell(incident, with_installation(data, use), received.left_out)


@app.command("give")
def give_indicators(
    incident: Incident,
    collection: Collection = "",
    reader: As = None,
    data: Data = None,
    *,
    unnamed: Unnamed = False,
) -> None:
    """Have the indicators of an incident given to a collection of one's organization, as by the command in chat."""
    line = f"indicators give {collection}{' unnamed' if unnamed else ''}"

    async def use(muster: Installation) -> Reply:
        speaker = Speaker(
            person=speaking(muster.directory, reader),
            incident=IncidentKey(incident),
            command_id=CommandId(f"give:{uuid4()}"),
            received_at=utc_now(),
        )
        return await muster.desk.hear(line, speaker)

    reply = with_installation(data, use)
    typer.echo(plain(reply.document), err=reply.failed)
    if reply.failed:
        raise typer.Exit(1)


@app.command("take")
def take_indicators(
    incident: Incident,
    collection: Collection = "",
    since: Annotated[datetime | None, typer.Option("--since", show_default=False)] = None,
    reader: As = None,
    data: Data = None,
) -> None:
    """Put into an incident's record what a collection had added since the last time, marked as it is marked there."""
    begun = f"{since.isoformat(timespec='microseconds')}Z" if since else ""

    async def use(muster: Installation) -> Took:
        person = speaking(muster.directory, reader)
        own = muster.connections.accounts(person.organization, PortName.SHARING)
        found = collection_of(own, person.organization, collection)
        return await take_from(muster, person, IncidentKey(incident), found.id, begun)

    took = with_installation(data, use)
    for id in took.broken:
        say("cli.said.broken", id=id, aside=True)
    _tell(incident, took.recorded, took.left_out)


class Took(NamedTuple):
    """What came of taking from a collection."""

    recorded: int
    """How many indicators."""
    left_out: int
    broken: tuple[str, ...]
    """By their ids, objects that may not be taken in."""


async def take_from(
    muster: Installation, person: Person, key: IncidentKey, connection: ConnectionId, since: str = ""
) -> Took:
    """All that came since a moment, or since the last time. Raises Refused, NotFound and ProviderErrors."""
    port = cast("SharingPort", muster.connections.port(connection))
    who = Reader(organization=person.organization, person=person.id)
    until = since or await taken_until(muster.views, who, key, connection)
    count, left_out, broken, more = 0, 0, dict[str, None](), True
    while more:
        taken = await port.take(until)
        received = read_collected(taken.objects)
        came = {"came": "taxii", "connection": connection, "until": taken.until}
        new = not_known(received, await indicators_for(muster.views, who, key))
        count += await _recorded(muster, person, key, new, came)
        left_out += received.left_out
        broken |= dict.fromkeys(received.broken)
        more, until = taken.more and taken.until != until, taken.until
    return Took(count, left_out, tuple(broken))


async def _recorded(
    muster: Installation, person: Person, key: IncidentKey, received: Received, came: Mapping[str, str]
) -> int:
    """How many were recorded, an entry for each pair of labels; the last of all says how far it came."""
    parts = [
        brought.model_copy(update={"indicators": brought.indicators[start : start + MOST]})
        for brought in received.brought
        for start in range(0, len(brought.indicators), MOST)
    ]
    for number, part in enumerate(parts, start=1):
        said = {name: value for name, value in came.items() if name != "until" or number == len(parts)}
        verdict = await muster.gateway.submit(_command(person, key, part, said))
        if verdict.outcome is Outcome.REFUSED:
            raise Refused(verdict.sentence, code=verdict.code, source=verdict.source)
    return sum(len(part.indicators) for part in parts)


def _tell(incident: str, count: int, left_out: int) -> None:
    say("cli.said.recorded", count=count, incident=incident)
    if left_out:
        say("cli.said.left_out", count=left_out)


def _command(person: Person, key: IncidentKey, brought: Brought, came: Mapping[str, str]) -> Command:
    """The same brought into the same incident by the same person from the same place is one command, however often."""
    lines = write_lines(brought.indicators)
    told = f"{key}|{person.id}|{brought.marking}|{brought.pap}|{came.get('connection', '')}|{lines}"
    return Command(
        id=CommandId(f"import:{hashlib.sha256(told.encode()).hexdigest()[:32]}"),
        verb="indicators.add",
        actor=Actor.of(person),
        incident=key,
        args={
            "marking": brought.marking.value,
            "pap": brought.pap.value,
            "count": len(brought.indicators),
            **came,
        },
        texts={SLOT: lines},
        received_at=utc_now(),
    )
