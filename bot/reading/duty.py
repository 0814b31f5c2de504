"""Who is on call: as the organization's own pager says, and where none does, as the directory has it."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final, Protocol, cast

from bot.identities import person_of
from playbooks.actions.asking import PAGER
from playbooks.domain.connection import Connection, Vendor, connection_id
from playbooks.domain.errors import NotFound, ProviderError
from playbooks.domain.ids import OrganizationCode
from playbooks.domain.on_call import Ahead, Gap, Ladder, OnCallNow, OnCallSource, Rung, Target
from playbooks.domain.organization import Directory, Duty, Person
from playbooks.domain.rota.shifts import gaps
from playbooks.ports.connections import Connections
from playbooks.ports.paging import Laddered, OnCall, PagingPort, PlannedShift
from playbooks.ports.rotas import Rotas

_WITHIN: Final = timedelta(seconds=2)
"""Whoever asks in chat is answered before she asks again; a pager that is slower is answered for."""

TELEPHONE: Final = "telephone"
"""The identity of a person under which her number stands."""
_GAPS_AHEAD: Final = timedelta(days=14)


class OnCallOf(Protocol):
    """Who is on call in an organization. Raises nothing for a pager that is away."""

    async def __call__(self, organization: OrganizationCode, *, ahead: timedelta = timedelta()) -> OnCallNow:
        """Now, and whose shifts begin within `ahead`."""


def on_call_in(
    directory: Directory,
    connections: Connections | None = None,
    rotas: Rotas | None = None,
    now: Callable[[], datetime] | None = None,
) -> OnCallOf:
    """Asks the pagers of these connections; without any, the directory alone. Gaps are said of rotas."""

    async def on_call(organization: OrganizationCode, *, ahead: timedelta = timedelta()) -> OnCallNow:
        span = (now(), now() + ahead) if now and ahead else None
        try:
            (rungs, planned), ladder = await asyncio.gather(
                _paged(directory, connections, organization, span),
                _laddered(directory, connections, organization) if ahead else _untold(),
            )
        except (ProviderError, TimeoutError):
            return _by_duty(directory, organization, OnCallSource.AWAY)
        if not rungs:
            return _by_duty(directory, organization, OnCallSource.DIRECTORY)
        found: tuple[Gap, ...] = ()
        if connections is not None and (source := _source(connections, organization)) is OnCallSource.ROTA:
            found = await _gaps(rotas, organization, now) if rotas and now else ()
        else:
            source = OnCallSource.PAGER
        return OnCallNow(
            organization=organization, source=source, rungs=rungs, gaps=found, ahead=planned, ladder=ladder
        )

    return on_call


async def _paged(
    directory: Directory,
    connections: Connections | None,
    organization: OrganizationCode,
    span: tuple[datetime, datetime] | None,
) -> tuple[tuple[Rung, ...], tuple[Ahead, ...]]:
    if connections is None:
        return (), ()
    id = connection_id(organization, PAGER)
    try:
        connection, port = connections.connection(id), cast("PagingPort", connections.port(id))
    except NotFound:
        return (), ()
    async with asyncio.timeout(_WITHIN.total_seconds()):
        rungs = tuple(_rung(directory, connection, each) for each in await port.who_is_on_call())
        planned = await port.planned(*span) if span else ()
    return rungs, tuple(
        _ahead(directory, connection, each, span[1]) for each in planned if span and each.start_at > span[0]
    )


async def _laddered(
    directory: Directory, connections: Connections | None, organization: OrganizationCode
) -> Ladder | None:
    """How their pager is set up; None where it does not tell, or not in time: who is on call does not wait for it."""
    id = connection_id(organization, PAGER)
    try:
        port: object = connections.port(id) if connections is not None else None
        if not isinstance(port, Laddered) or connections is None:
            return None
        async with asyncio.timeout(_WITHIN.total_seconds()):
            ladder = await port.ladder()
    except (NotFound, ProviderError, TimeoutError):
        return None
    connection = connections.connection(id)
    steps = (
        step.model_copy(
            update={"targets": tuple(_called(directory, connection, each) for each in step.targets)}
        )
        for step in ladder.steps
    )
    return ladder.model_copy(update={"steps": tuple(steps)})


async def _untold() -> None:
    return None


def _called(directory: Directory, connection: Connection, target: Target) -> Target:
    known = person_of(directory, connection, target.account) if target.account else None
    return target.model_copy(update={"name": known.id}) if known else target


def _ahead(directory: Directory, connection: Connection, planned: PlannedShift, horizon: datetime) -> Ahead:
    known = person_of(directory, connection, planned.account)
    who = known.id if known else planned.account
    return Ahead(
        who=who, level=planned.level, start_at=planned.start_at, end_at=_told(planned.end_at, horizon)
    )


def _rung(directory: Directory, connection: Connection, found: OnCall) -> Rung:
    person = person_of(directory, connection, found.account)
    known = person or _named(directory, found.account)
    telephone = known.identities.get(TELEPHONE, "") if known else ""
    who = known.id if known else found.account
    return Rung(who=who, level=found.level, until=found.until, telephone=telephone)


def _named(directory: Directory, handle: str) -> Person | None:
    """A rota names people by handle."""
    return next((person for person in directory.people if person.id == handle), None)


def _source(connections: Connections, organization: OrganizationCode) -> OnCallSource:
    vendor = connections.connection(connection_id(organization, PAGER)).vendor
    return OnCallSource.ROTA if vendor is Vendor.ROTA else OnCallSource.PAGER


async def _gaps(rotas: Rotas, organization: OrganizationCode, now: Callable[[], datetime]) -> tuple[Gap, ...]:
    at = now()
    kept, horizon = await rotas.kept(organization, at), at + _GAPS_AHEAD
    found = gaps(kept.rota, kept.turns, at, horizon) if kept else ()
    return tuple(
        Gap(level=level, start_at=gap.start_at, end_at=_told(gap.end_at, horizon)) for level, gap in found
    )


def _told(end_at: datetime, horizon: datetime) -> datetime | None:
    """An end that is only as far as was looked is none that anybody goes by."""
    return end_at if end_at < horizon else None


def _by_duty(directory: Directory, organization: OrganizationCode, source: OnCallSource) -> OnCallNow:
    people = directory.of(organization, Duty.ON_CALL)
    return OnCallNow(
        organization=organization, source=source, rungs=tuple(_of_duty(person) for person in people)
    )


def _of_duty(person: Person) -> Rung:
    return Rung(who=person.id, telephone=person.identities.get(TELEPHONE, ""))
