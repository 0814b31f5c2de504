"""A collection keeps to its port on OASIS's own server, and against one of our own that does whatever may go wrong."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from bot.composition.exchange import Exchange, read_collected, written
from integrations.taxii.client import Access
from integrations.taxii.collection import TaxiiCollection
from playbooks.domain.connection import Connection, Vendor, connection_id
from playbooks.domain.errors import Denied, Permanent
from playbooks.domain.marking import Marking
from playbooks.domain.pap import Pap
from playbooks.indicators.named import Named
from playbooks.ports.sharing import ONE_WAY
from playbooks.ports.write import File
from tests.contract.samples import UNHCR
from tests.contract.sharing import check_sharing_port, giving, stix_indicator
from tests.contract.virtual_time import NOON
from tests.medallion import COLLECTION, PASSWORD, READ_ONLY, USER, WRITE_ONLY, Medallion, medallion
from tests.unit.integrations.exchange.test_exchange import INDICATORS

CONNECTION = Connection(
    id=connection_id(UNHCR, "sharing"), organization=UNHCR, vendor=Vendor.TAXII, ceiling=Marking.GREEN
)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Medallion]:
    with medallion(tmp_path, page=2) as running:
        yield running


def collection(url: str, **changes: Any) -> TaxiiCollection:
    stated: dict[str, Any] = {
        "url": url,
        "collection": COLLECTION,
        "user": USER,
        "password": SecretStr(PASSWORD),
    }
    return TaxiiCollection(CONNECTION, Access(**stated | changes))


async def test_it_keeps_to_the_port_on_the_server_of_oasis(server: Medallion) -> None:
    await check_sharing_port(collection(server.url))


async def test_it_is_found_by_the_discovery_too(server: Medallion) -> None:
    said = str(await collection(f"{server.host}/taxii2").health())
    assert said == f"TAXII 2.1, collection {COLLECTION}, gives and takes"


async def test_a_collection_is_taken_page_by_page_and_once(server: Medallion) -> None:
    server.put(*(stix_indicator(number) for number in range(1, 8)))
    taken = await collection(server.url).take()
    assert [each["id"] for each in taken.objects] == [stix_indicator(number)["id"] for number in range(1, 8)]
    assert not taken.more


async def test_what_is_there_is_told_from_what_is_refused_however_small_the_pages(server: Medallion) -> None:
    port, seven = collection(server.url), giving(*map(stix_indicator, range(1, 8)))
    assert (await port.give(seven)).given == {"taken": "7"}
    assert (await port.give(seven)).given == {"present": "7"}
    assert len((await port.take()).objects) == 7


async def test_an_envelope_too_large_for_the_server_is_split(tmp_path: Path) -> None:
    with medallion(tmp_path, largest=1000) as server:
        made = await collection(server.url).give(giving(*map(stix_indicator, range(1, 8))))
        assert made.given == {"taken": "7"}
        assert len(server.held()) == 7


async def test_what_is_too_large_by_itself_is_named_and_the_rest_given(tmp_path: Path) -> None:
    with medallion(tmp_path, largest=1000) as server:
        large = stix_indicator(2, description="x" * 2000)
        made = await collection(server.url).give(giving(stix_indicator(1), large))
    assert made.given == {"taken": "1", "refused": f"{large['id']}: larger than the server takes"}


async def test_definitions_that_came_long_ago_come_along(server: Medallion) -> None:
    definition = {
        "type": "marking-definition",
        "spec_version": "2.1",
        "id": "marking-definition--a16f2e33-d5f4-4e6a-8e3f-7d8d5f0c4f11",
        "created": "2026-11-01T00:00:00.000Z",
        "definition_type": "statement",
        "definition": {"statement": "PAP:GREEN"},
    }
    server.put(definition)
    port = collection(server.url)
    before = await port.take()
    server.put(stix_indicator(1, object_marking_refs=[definition["id"]]))
    taken = await port.take(before.until)
    assert [each["id"] for each in taken.objects] == [definition["id"], stix_indicator(1)["id"]]


@pytest.mark.parametrize("there", [WRITE_ONLY, READ_ONLY])
async def test_what_the_server_opens_in_one_way_is_open_in_that_way_alone(
    server: Medallion, there: str
) -> None:
    port = collection(server.url, collection=there)
    open_way, closed = (port.give(giving(stix_indicator(1))), port.take())
    if there == READ_ONLY:
        open_way, closed = closed, open_way  # type: ignore[assignment]  # either is awaited
    await open_way
    with pytest.raises(Permanent) as refused:
        await closed
    assert refused.value.code == ONE_WAY
    with pytest.raises(Permanent):
        await port.health()


async def test_what_the_organization_opens_in_one_way_is_not_asked_for_in_the_other(
    server: Medallion,
) -> None:
    with pytest.raises(Permanent, match="given to"):
        await collection(server.url, gives=False).give(giving(stix_indicator(1)))
    assert server.held() == []
    with pytest.raises(Permanent, match="taken from"):
        await collection(server.url, takes=False).take()


async def test_a_wrong_credential_and_a_collection_that_is_not_there_are_told_apart(
    server: Medallion,
) -> None:
    with pytest.raises(Denied, match="refuses the credential"):
        await collection(server.url, password=SecretStr("another")).health()
    with pytest.raises(Permanent, match="no such API root or collection"):
        await collection(server.url, collection="0b1f3f3e-0000-4000-8000-000000000000").health()
    with pytest.raises(Permanent, match="no such API root or collection"):
        await collection(f"{server.host}/another").health()


async def test_what_goes_there_comes_back_as_the_same_indicators_under_the_same_labels(
    server: Medallion,
) -> None:
    labels = [(marking, pap) for marking in list(Marking)[:-1] for pap in Pap]
    found = [
        Named(indicator=each, marking=marking, pap=pap, at=NOON)
        for each, (marking, pap) in zip(INDICATORS * 2, labels, strict=False)
    ]
    distinct = list({each.indicator: each for each in found}.values())
    port = collection(server.url)
    content = written(Exchange.STIX, distinct, NOON, incident="INC-2026-0042", organization="UNHCR")
    asked = giving()
    await port.give(asked.model_copy(update={"file": File(name="indicators.json", content=content)}))
    back = read_collected((await port.take()).objects)
    came = {(one, group.marking, group.pap) for group in back.brought for one in group.indicators}
    assert came == {(each.indicator, each.marking, each.pap) for each in distinct}
    assert (back.left_out, back.broken) == (0, ())
