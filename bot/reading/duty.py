"""Who is on call: as the organization's own pager says, and where none does, as the directory has it."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Final, cast

from bot.identities import person_of
from playbooks.actions.asking import PAGER
from playbooks.domain.connection import Connection, connection_id
from playbooks.domain.errors import NotFound, ProviderError
from playbooks.domain.ids import OrganizationCode
from playbooks.domain.on_call import OnCallNow, OnCallSource, Rung
from playbooks.domain.organization import Directory, Duty
from playbooks.ports.connections import Connections
from playbooks.ports.paging import OnCall, PagingPort

_WITHIN: Final = timedelta(seconds=2)
"""Whoever asks in chat is answered before she asks again; a pager that is slower is answered for."""

OnCallOf = Callable[[OrganizationCode], Awaitable[OnCallNow]]
"""Who is on call in an organization now. Raises nothing for a pager that is away."""


def on_call_in(directory: Directory, connections: Connections | None = None) -> OnCallOf:
    """Asks the pagers of these connections; without any, the directory alone."""

    async def on_call(organization: OrganizationCode) -> OnCallNow:
        try:
            rungs = await _paged(directory, connections, organization)
        except (ProviderError, TimeoutError):
            return _by_duty(directory, organization, OnCallSource.AWAY)
        if not rungs:
            return _by_duty(directory, organization, OnCallSource.DIRECTORY)
        return OnCallNow(organization=organization, source=OnCallSource.PAGER, rungs=rungs)

    return on_call


async def _paged(
    directory: Directory, connections: Connections | None, organization: OrganizationCode
) -> tuple[Rung, ...]:
    if connections is None:
        return ()
    id = connection_id(organization, PAGER)
    try:
        connection, port = connections.connection(id), cast("PagingPort", connections.port(id))
    except NotFound:
        return ()
    async with asyncio.timeout(_WITHIN.total_seconds()):
        return tuple(_rung(directory, connection, each) for each in await port.who_is_on_call())


def _rung(directory: Directory, connection: Connection, found: OnCall) -> Rung:
    person = person_of(directory, connection, found.account)
    return Rung(who=person.id if person else found.account, level=found.level, until=found.until)


def _by_duty(directory: Directory, organization: OrganizationCode, source: OnCallSource) -> OnCallNow:
    people = directory.of(organization, Duty.ON_CALL)
    return OnCallNow(
        organization=organization, source=source, rungs=tuple(Rung(who=person.id) for person in people)
    )
