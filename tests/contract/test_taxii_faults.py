"""What a TAXII server may do: each gets one clear sentence, nobody is led elsewhere, nothing grows without bound."""

import ssl
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from pydantic import SecretStr

from integrations.taxii.client import Access
from integrations.taxii.collection import TaxiiCollection
from playbooks.domain.connection import Connection, Vendor, connection_id
from playbooks.domain.errors import Denied, Permanent, ProviderError, Transient, Unknown
from playbooks.domain.marking import Marking
from tests.contract.fakes.certificate import certified
from tests.contract.fakes.taxii import COLLECTION, MEDIA, TOKEN, FakeTaxii
from tests.contract.samples import UNHCR
from tests.contract.sharing import check_sharing_port, giving, stix_indicator

Tls = tuple[ssl.SSLContext, Path]
CONNECTION = Connection(
    id=connection_id(UNHCR, "sharing"), organization=UNHCR, vendor=Vendor.TAXII, ceiling=Marking.GREEN
)
OBJECTS = "/objects/"


@pytest.fixture(scope="module")
def tls(tmp_path_factory: pytest.TempPathFactory) -> Tls:
    return certified(tmp_path_factory.mktemp("tls"))


@pytest_asyncio.fixture
async def server(tls: Tls) -> AsyncIterator[FakeTaxii]:
    async with FakeTaxii().served(tls[0]) as served:
        yield served


async def at_once(_seconds: float) -> None:
    """Waiting takes no time."""


def collection(server: FakeTaxii, tls: Tls, **changes: Any) -> TaxiiCollection:
    stated: dict[str, Any] = {
        "url": f"{server.url}/circle",
        "collection": COLLECTION,
        "token": SecretStr(TOKEN),
        "ca": tls[1],
        "within": timedelta(seconds=1),
    }
    return TaxiiCollection(CONNECTION, Access(**stated | changes), at_once)


async def test_it_keeps_to_the_port(server: FakeTaxii, tls: Tls) -> None:
    await check_sharing_port(collection(server, tls))


@pytest.mark.parametrize("zipped", [True, False])
async def test_what_is_sent_says_what_it_is_and_what_comes_may_be_packed(
    server: FakeTaxii,
    tls: Tls,
    zipped: bool,  # noqa: FBT001
) -> None:
    server.zipped = zipped
    first = collection(server, tls)
    await first.give(giving(stix_indicator(1)))
    (given,) = [call for call in server.calls if call.method == "POST"]
    assert (given.headers["Accept"], given.headers["Content-Type"]) == (MEDIA, MEDIA)
    assert given.headers["Authorization"] == f"Bearer {TOKEN}"
    assert (await first.take()).objects == (stix_indicator(1),)


async def test_a_status_is_asked_after_until_it_is_complete(server: FakeTaxii, tls: Tls) -> None:
    server.asked_after = 3
    made = await collection(server, tls).give(giving(stix_indicator(1), stix_indicator(2)))
    assert made.given == {"taken": "2"}
    assert sum("/status/" in call.path for call in server.calls) == 3


async def test_what_is_refused_is_told_object_by_object(server: FakeTaxii, tls: Tls) -> None:
    bad = stix_indicator(2)["id"]
    server.refuses = {bad: "no valid\r\npattern"}
    made = await collection(server, tls).give(giving(stix_indicator(1), stix_indicator(2)))
    assert made.given == {"taken": "1", "refused": f"{bad}: no valid  pattern"}
    with pytest.raises(Permanent) as refused:
        await collection(server, tls).give(giving(stix_indicator(2)))
    assert (refused.value.code, refused.value.about) == ("objects_refused", bad)


async def test_a_server_without_next_is_read_by_when_things_came(server: FakeTaxii, tls: Tls) -> None:
    server.page, server.by_next = 2, False
    port = collection(server, tls)
    await port.give(giving(*map(stix_indicator, range(1, 6))))
    taken = await port.take()
    assert [each["id"] for each in taken.objects] == server.ids
    assert not taken.more


@pytest.mark.parametrize(
    ("status", "error", "says"),
    [
        ("301", Permanent, "points elsewhere"),
        ("401", Denied, "refuses the credential"),
        ("403", Denied, "does not let our account"),
        ("404", Permanent, "no such API root or collection"),
        ("406", Permanent, "speaks no TAXII 2.1"),
        ("413", Permanent, "no envelope so large"),
        ("415", Permanent, "speaks no TAXII 2.1"),
        ("422", Permanent, "does not take this"),
        ("429", Transient, "no more calls for now"),
        ("500", Unknown, "failed over it"),
        ("hangs", Unknown, "no answer"),
        ("answer_lost", Unknown, "no answer"),
        ("html", Permanent, "not as TAXII"),
    ],
)
async def test_each_answer_has_one_sentence(
    server: FakeTaxii, tls: Tls, status: str, error: type[ProviderError], says: str
) -> None:
    server.fail("POST", OBJECTS, status)
    with pytest.raises(error, match=says) as told:
        await collection(server, tls).give(giving(stix_indicator(1)))
    assert TOKEN not in str(told.value)
    if isinstance(told.value, Transient):
        assert told.value.retry_after == timedelta(seconds=7)


@pytest.mark.parametrize("status", ["500", "hangs", "answer_lost"])
async def test_what_only_asks_is_never_unknown(server: FakeTaxii, tls: Tls, status: str) -> None:
    server.fail("GET", OBJECTS, status)
    with pytest.raises(Transient):
        await collection(server, tls).take()


async def test_a_wish_to_wait_may_be_a_date(server: FakeTaxii, tls: Tls) -> None:
    in_a_minute = datetime.now(UTC) + timedelta(minutes=1)
    server.retry_after = {"Retry-After": format_datetime(in_a_minute, usegmt=True)}
    server.fail("GET", OBJECTS, "429")
    with pytest.raises(Transient) as told:
        await collection(server, tls).take()
    assert told.value.retry_after is not None
    assert timedelta(seconds=30) < told.value.retry_after <= timedelta(minutes=1)


@pytest.mark.parametrize(
    "roots",
    [["https://elsewhere.example/circle/"], ["//elsewhere.example/"], ["http://localhost/circle/"]],
)
async def test_a_discovery_leads_to_no_other_host(server: FakeTaxii, tls: Tls, roots: list[str]) -> None:
    server.discovery = {"api_roots": roots}
    with pytest.raises(Permanent, match="another host"):
        await collection(server, tls, url=f"{server.url}/taxii2").health()
    assert [call.path for call in server.calls] == ["/taxii2/"]


async def test_nobody_follows_where_a_server_sends_us(server: FakeTaxii, tls: Tls) -> None:
    server.moved = f"{server.url}/circle/elsewhere/"
    with pytest.raises(Permanent, match="points elsewhere"):
        await collection(server, tls).health()
    assert len(server.calls) == 1


async def test_no_proxy_of_the_surroundings_is_asked(
    server: FakeTaxii, tls: Tls, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    assert "gives and takes" in str(await collection(server, tls).health())


async def test_a_discovery_may_name_its_roots_by_their_paths_and_of_several_one_is_wanted(
    server: FakeTaxii, tls: Tls
) -> None:
    port = collection(server, tls, url=f"{server.url}/taxii2")
    server.discovery = {"api_roots": ["/circle/"]}
    assert "gives and takes" in str(await port.health())
    server.discovery = {"api_roots": ["/other/", "/circle/"]}
    with pytest.raises(Permanent, match="several API roots"):
        await port.health()
    server.discovery["default"] = "/circle/"
    assert "gives and takes" in str(await port.health())


async def test_another_version_of_taxii_is_told(server: FakeTaxii, tls: Tls) -> None:
    server.root = {"title": "Old", "versions": ["taxii-2.0"]}
    with pytest.raises(Permanent, match=r"not as TAXII 2\.1 does"):
        await collection(server, tls).health()


@pytest.mark.parametrize("zipped", [True, False])
async def test_an_answer_without_end_is_not_read_to_its_end(
    server: FakeTaxii,
    tls: Tls,
    zipped: bool,  # noqa: FBT001
) -> None:
    server.zipped, server.padding = zipped, "0" * (17 * 1024 * 1024)
    with pytest.raises(Permanent, match="more at once than is taken"):
        await collection(server, tls).take()


async def test_a_certificate_that_is_not_trusted_is_told(server: FakeTaxii, tls: Tls) -> None:
    with pytest.raises(Transient, match="certificate"):
        await collection(server, tls, ca=None).health()
    assert server.calls == []
