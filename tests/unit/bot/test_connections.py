"""The connections of an installation: what is configured, and the simulated world for all the rest."""

from datetime import timedelta
from typing import Any

import pytest

from bot.connections import WiredConnections, all_connections
from playbooks.domain.connection import Connection, PortName, Vendor, connection_id
from playbooks.domain.errors import NotFound
from playbooks.domain.ids import ConnectionId, OrganizationCode
from playbooks.domain.marking import Marking
from playbooks.domain.on_call import OnCallNow, OnCallSource, Rung
from tests.casts import directory

SLACK = Connection(
    id=ConnectionId("wfp/chat"),
    organization=OrganizationCode("WFP"),
    vendor=Vendor.SLACK,
    ceiling=Marking.AMBER,
)


def test_every_organization_has_an_account_for_every_purpose() -> None:
    connections = all_connections(directory(), ())

    for organization in directory().organizations:
        of = [each for each in connections if each.organization == organization.code]
        assert {each.port for each in of} == set(PortName) - {PortName.HTTP, PortName.SHARING}
        assert all(each.simulated for each in of)
    assert len({each.id for each in connections}) == len(connections)


def test_what_is_configured_stands_in_the_place_of_what_is_simulated() -> None:
    connections = {each.id: each for each in all_connections(directory(), (SLACK,))}

    assert connections[SLACK.id] == SLACK
    assert connections[connection_id(OrganizationCode("UNHCR"), "chat")].simulated
    assert WiredConnections(connections.values(), _no_adapter).connected == (SLACK,)


def test_pagers_and_mail_carry_no_more_than_green() -> None:
    for each in all_connections(directory(), ()):
        if each.port in (PortName.PAGING, PortName.MAIL):
            assert not each.carries(Marking.AMBER)
        assert not each.carries(Marking.RED)


def test_an_adapter_is_made_when_first_asked_for_kept_and_closed() -> None:
    made: list[_Adapter] = []

    def adapter(_connection: Connection) -> Any:
        made.append(_Adapter())
        return made[-1]

    wired = WiredConnections((SLACK,), adapter)
    assert made == []
    assert wired.port(SLACK.id) is wired.port(SLACK.id)
    assert len(made) == 1

    wired.close()
    assert made[0].closed == 1
    wired.port(SLACK.id)
    assert len(made) == 2


def test_what_is_not_connected_is_not_found() -> None:
    wired = WiredConnections((SLACK,), _no_adapter)
    for find in (wired.connection, wired.port):
        with pytest.raises(NotFound) as error:
            find(ConnectionId("fao/chat"))
        assert error.value.code == "not_connected"


class _Adapter:
    closed = 0

    def close(self) -> None:
        self.closed += 1


def _no_adapter(connection: Connection) -> Any:
    raise AssertionError(connection)


async def test_whoever_is_called_first_now_is_brought_in_beside_the_ciso() -> None:
    people = directory().people
    asked = []

    async def on_call(organization: OrganizationCode, *, ahead: timedelta = timedelta()) -> OnCallNow:
        assert not ahead
        asked.append(organization)
        rungs = (Rung(who="wfp-responder"), Rung(who="PSTRANGER"), Rung(who="wfp-legal", level=2))
        return OnCallNow(organization=organization, source=OnCallSource.ROTA, rungs=rungs)

    wired = WiredConnections((SLACK,), _no_adapter, people, lambda _connections: on_call)
    assert await wired.on_duty(SLACK.id) == ("wfp-ciso", "wfp-responder")
    assert asked == ["WFP"]
    by_duty = await WiredConnections((SLACK,), _no_adapter, people).on_duty(SLACK.id)
    assert "wfp-responder" not in by_duty
