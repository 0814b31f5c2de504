import pytest
from pydantic import ValidationError

from playbooks.domain.connection import Connection, PortName, Vendor, connection_id
from playbooks.domain.ids import ConnectionId, OrganizationCode
from playbooks.domain.marking import Marking


def connection(id: str, organization: str = "UN Women", vendor: Vendor = Vendor.SLACK) -> Connection:
    return Connection(
        id=ConnectionId(id), organization=OrganizationCode(organization), vendor=vendor, ceiling=Marking.AMBER
    )


def test_an_id_names_the_organization_and_the_account() -> None:
    assert connection_id(OrganizationCode("UN Women"), "Slack") == "un-women/slack"
    assert connection("un-women/slack").organization == "UN Women"


@pytest.mark.parametrize(
    "id", ["wfp/slack", "un-women", "un-women/", "UN-Women/slack", "un-women/a b", "un-women/a/b"]
)
def test_an_id_that_does_not_is_refused(id: str) -> None:
    with pytest.raises(ValidationError):
        connection(id)


def test_a_connection_carries_up_to_its_ceiling() -> None:
    slack = connection("un-women/slack")
    assert [marking for marking in Marking if slack.carries(marking)] == [
        Marking.CLEAR,
        Marking.GREEN,
        Marking.AMBER,
    ]


@pytest.mark.parametrize("vendor", Vendor)
def test_a_vendor_provides_one_port_and_says_whether_it_is_simulated(vendor: Vendor) -> None:
    one = connection("un-women/account", vendor=vendor)
    assert one.port in PortName
    assert one.simulated is vendor.value.startswith("simulated-")
