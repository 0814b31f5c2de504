import typing

import pytest

from playbooks.actions.action import Action, Level
from playbooks.actions.means import Means
from playbooks.actions.registry import ACTIONS, find_action
from playbooks.actions.times import TIMES
from playbooks.domain.connection import PortName, Vendor
from playbooks.domain.errors import NotFound
from playbooks.ports.chat import ChatPort
from playbooks.ports.containment import ContainmentPort
from playbooks.ports.http import HttpPort
from playbooks.ports.mail import MailPort
from playbooks.ports.paging import PagingPort
from playbooks.ports.sharing import SharingPort
from playbooks.ports.ticketing import TicketingPort

PORTS: dict[PortName, type] = {
    PortName.CHAT: ChatPort,
    PortName.TICKETING: TicketingPort,
    PortName.PAGING: PagingPort,
    PortName.MAIL: MailPort,
    PortName.CONTAINMENT: ContainmentPort,
    PortName.HTTP: HttpPort,
    PortName.SHARING: SharingPort,
}
every_action = pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.name)


@pytest.mark.parametrize("port", TIMES)
def test_an_attempt_is_over_before_its_lease_and_its_lease_before_the_next_attempt(port: PortName) -> None:
    times = TIMES[port]
    assert times.client < times.lease < times.activity < times.patience
    assert 2 * times.client < times.lease, "an attempt looks and then acts"


@every_action
def test_an_action_names_a_method_of_its_port_that_takes_its_request(action: Action) -> None:
    methods = [action.method, *filter(None, [action.find])]
    for method in methods:
        assert typing.get_type_hints(getattr(PORTS[action.port], method))["request"] is action.request


@every_action
def test_an_action_says_what_each_vendor_of_its_port_allows(action: Action) -> None:
    vendors = {vendor for vendor in Vendor if vendor.port is action.port}
    assert set(action.how) == vendors


@every_action
def test_an_action_can_look_where_a_vendor_is_findable(action: Action) -> None:
    findable = any(how.means is Means.FINDABLE for how in action.how.values())
    assert not findable or action.find


@every_action
def test_an_undo_is_an_action_of_the_same_port(action: Action) -> None:
    assert action.undo is None or find_action(action.undo).port is action.port


def test_names_are_taken_once() -> None:
    assert len({action.name for action in ACTIONS}) == len(ACTIONS)


def test_containment_is_of_the_containment_level() -> None:
    assert {a.level for a in ACTIONS if a.port is PortName.CONTAINMENT} == {Level.CONTAINMENT}


def test_an_unknown_action_is_not_found_and_the_known_are_named() -> None:
    with pytest.raises(NotFound, match=r"page\.trigger"):
        find_action("page.triger")


def test_every_action_is_explained_in_the_documentation(pytestconfig: pytest.Config) -> None:
    text = (pytestconfig.rootpath / "docs" / "effects.md").read_text()
    assert [action.name for action in ACTIONS if f"`{action.name}`" not in text] == []
