"""`muster doctor`: of each part, whether it is connected, simulated, not configured, or broken and why."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterable
from enum import StrEnum
from typing import NamedTuple

import typer

from bot.cli.options import Data, Json
from bot.cli.running import settings_of
from bot.cli.said import columns
from bot.composition.alerts import sources_of
from bot.composition.installation import Installation, installation, utc_now
from bot.composition.record import wall_holes
from bot.composition.web import readiness
from bot.composition.witnesses import posted, standing
from bot.connections import WiredConnections
from bot.intake.mailbox import examined
from bot.intake.sources import KnownSource
from bot.settings import Settings
from bot.witness.file import read_witnesses
from playbooks.directory.check import refusals
from playbooks.domain.connection import Connection
from playbooks.domain.errors import IncidentError
from playbooks.domain.organization import Directory
from playbooks.domain.tongue import Tongue, speak
from playbooks.ports.health import Examined
from playbooks.ports.witness import Standing
from playbooks.texts import load_texts

_ANSWER_WITHIN = 15
"""Seconds: a few questions, each within its client's time-out."""


class Health(StrEnum):
    """How a part stands."""

    CONNECTED = "connected"
    SIMULATED = "simulated"
    NOT_CONFIGURED = "not configured"
    BROKEN = "broken"
    HELD = "held"
    NOT_HELD = "not held"


class Finding(NamedTuple):
    """One part."""

    part: str
    health: Health
    detail: str


def doctor(data: Data = None, *, as_json: Json = False) -> None:
    """Say how each part of this installation stands; exit 1 when something is broken. JSON is English."""
    if as_json:
        speak(Tongue())
    findings = asyncio.run(_examine(settings_of(data)))
    if as_json:
        typer.echo(json.dumps([finding._asdict() for finding in findings]))
    else:
        typer.echo(
            columns(
                [(each.part, _said(f"health.{each.health.name.lower()}"), each.detail) for each in findings]
            )
        )
    if any(finding.health is Health.BROKEN for finding in findings):
        raise typer.Exit(1)


async def _examine(settings: Settings) -> list[Finding]:
    if not settings.database_url:
        detail = _said("no_installation")
        return [Finding(_said("part.installation"), Health.NOT_CONFIGURED, detail)]
    try:
        async with installation(settings) as muster:
            return [finding async for finding in _findings(muster)]
    except (IncidentError, RuntimeError, OSError) as error:
        return [Finding(_said("part.installation"), Health.BROKEN, str(error).splitlines()[0])]


async def _findings(muster: Installation) -> AsyncIterator[Finding]:
    for part, answers in (await readiness(muster)).items():
        yield Finding(
            part, Health.CONNECTED if answers else Health.BROKEN, "" if answers else _said("no_answer")
        )
    for hole in await wall_holes(muster):
        yield Finding(_said("part.wall"), Health.BROKEN, str(hole))
    for finding in await connection_findings(muster.connections, len(muster.directory.organizations)):
        yield finding
    yield _file("connections", muster.settings.connections, "")
    for finding in directory_findings(muster.settings, muster.directory):
        yield finding
    yield _file("sources", muster.settings.sources, "")
    for finding in await mailbox_findings(sources_of(muster.settings).with_mailboxes()):
        yield finding
    for finding in await _own_playbooks(muster):
        yield finding
    unknown = await muster.effects.unknowns()
    for effect in unknown:
        yield Finding(_said("part.effect", id=effect.id), Health.BROKEN, _said("unknown_effect"))
    for finding in await _witness_findings(muster):
        yield finding
    for lease in await muster.leases.listing():
        held = lease.until > utc_now()
        yield Finding(
            _said("part.runner", name=lease.name), Health.HELD if held else Health.NOT_HELD, lease.holder
        )


def directory_findings(settings: Settings, directory: Directory) -> list[Finding]:
    """How many people it has, or what nobody should rely on it with."""
    wrong = [Finding(_said("part.directory"), Health.BROKEN, each.sentence) for each in refusals(directory)]
    return wrong or [_file("directory", settings.directory, _said("people", count=len(directory.people)))]


async def _own_playbooks(muster: Installation) -> list[Finding]:
    """How many of the own playbooks run, and of each other why not."""
    own = await muster.library.own()
    refused = {name: each.refusal for name, each in own.items() if each.refusal}
    ready = _said("ready", count=len(own) - len(refused))
    return [
        _file("playbooks", muster.settings.playbooks, ready),
        *(
            Finding(_said("part.playbook", name=name), Health.BROKEN, str(refusal))
            for name, refusal in refused.items()
        ),
    ]


async def _witness_findings(muster: Installation) -> list[Finding]:
    """Of each witness of the log: where it stands, or what it refused."""
    file = read_witnesses(muster.settings.witnesses)
    known, stands_at = file.by_name, await posted(muster.pool)
    boards = [_board(entry.place, stands_at.get(entry.place)) for entry in file.posted]
    if not known and not boards:
        return [Finding(_said("part.witnesses"), Health.NOT_CONFIGURED, _said("no_witnesses"))]
    stand = await standing(muster.pool)
    return [*(_witness(name, entry.organization, stand.get(name)) for name, entry in known.items()), *boards]


def _board(place: str, stands: Standing | None) -> Finding:
    part = _said("part.board", place=place)
    if stands is None:
        return Finding(part, Health.NOT_HELD, _said("nothing_yet"))
    if stands.refusal:
        return Finding(part, Health.BROKEN, stands.refusal)
    return Finding(part, Health.CONNECTED, _said("leaves", count=stands.size))


def _witness(name: str, organization: str, stands: Standing | None) -> Finding:
    part = _said("part.witness", name=name)
    if stands is None:
        return Finding(part, Health.NOT_HELD, _said("never_cosigned", organization=organization))
    if stands.refusal:
        return Finding(
            part, Health.BROKEN, _said("witness_refused", organization=organization, said=stands.refusal)
        )
    return Finding(part, Health.CONNECTED, _said("cosigned", organization=organization, count=stands.size))


async def connection_findings(connections: WiredConnections, organizations: int) -> list[Finding]:
    """Of each connection to something outside whether it works, and of all the others that they are simulated."""
    asked = await asyncio.gather(*(_connection(connections, each) for each in connections.connected))
    detail = _said("rest_simulated" if asked else "all_simulated", count=organizations)
    return [*asked, Finding(_said("part.simulated"), Health.SIMULATED, detail)]


async def mailbox_findings(sources: Iterable[KnownSource]) -> list[Finding]:
    """Of each mailbox that alerts are read from whether it lets us in, and how much waits there."""
    return list(await asyncio.gather(*(_mailbox(each) for each in sources)))


async def _mailbox(known: KnownSource) -> Finding:
    part = _said("part.mailbox", name=known.source.name)
    try:
        async with asyncio.timeout(_ANSWER_WITHIN):
            return Finding(part, Health.CONNECTED, str(await examined(known)))
    except TimeoutError:
        return Finding(part, Health.BROKEN, _said("too_late"))
    except IncidentError as error:
        return Finding(part, Health.BROKEN, str(error))


async def _connection(connections: WiredConnections, connection: Connection) -> Finding:
    part = _said("part.connection", name=connection.id)
    try:
        port = connections.port(connection.id)
        if not isinstance(port, Examined):
            return Finding(part, Health.CONNECTED, _said("not_asked", vendor=connection.vendor))
        async with asyncio.timeout(_ANSWER_WITHIN):
            detail = _said("up_to", said=await port.health(), ceiling=connection.ceiling)
    except TimeoutError:
        return Finding(part, Health.BROKEN, _said("too_late"))
    except (IncidentError, OSError) as error:
        return Finding(part, Health.BROKEN, str(error))
    return Finding(part, Health.CONNECTED, detail)


def _file(part: str, path: object, detail: str) -> Finding:
    """Of a file that a setting names, `MUSTER_<PART>`."""
    if path is None:
        return Finding(
            _said(f"part.{part}"), Health.NOT_CONFIGURED, _said("set", name=f"MUSTER_{part.upper()}")
        )
    return Finding(_said(f"part.{part}"), Health.CONNECTED, detail or str(path))


def _said(code: str, /, **args: object) -> str:
    return load_texts().say(f"doctor.{code}", **args)
