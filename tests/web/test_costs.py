"""The page of costs: what a reader bears, or worked for, is in it; what others keep to themselves is in no number."""

import httpx
import pytest

from tests.casts import Scene, declared
from tests.web.circle import Circle, FakeViews, a_web
from tests.web.conftest import Browser


def told() -> Scene:
    here = declared(joined=("WFP", "UNICC"))
    here.do("wfp-ciso", "mandate.give", to="UNICC", is_provider=True)
    here.do("unicc-duty", "mandate.accept", organization="WFP")
    said = {"hours": "6.5", "rate": "95", "currency": "USD", "is_provider": True}
    here.do("unicc-responder", "cost.log", bearers=["WFP", "UNHCR"], **said)  # type: ignore[arg-type]
    here.do("wfp-ciso", "cost.confirm", cost="K-1")
    fund = {"organization": "WFP", "amount": "300", "is_provider": True}
    here.do("unicc-ciso", "cost.fund", cost="K-1", **fund)  # type: ignore[arg-type]
    here.do("unhcr-duty", "cost.log", amount="4711", currency="CHF")
    return here


@pytest.fixture
def circle() -> Circle:
    return a_web(views=FakeViews(told().entries))


async def page(client: httpx.AsyncClient, address: str = "/costs") -> str:
    answer = await client.get(address)
    assert answer.status_code == 200
    return answer.text


async def test_who_bears_what_is_shown_with_what_the_fund_carries(browser: Browser) -> None:
    text = await page(await browser("wfp-ciso"))
    for said in ("308.75", "300", "8.75", "UNICC"):
        assert said in text
    assert "4711" not in text, "UNHCR's own cost is its own"
    assert "4711" in await page(await browser("unhcr-ciso"))


async def test_the_file_names_the_entries_behind_each_figure(browser: Browser) -> None:
    header, *lines = (await page(await browser("wfp-ciso"), "/costs.csv")).splitlines()
    assert header.endswith("waiting,entries")
    (line,) = (each for each in lines if ",WFP," in each)
    entries = [entry.id for entry in told().entries if entry.data.get("cost") == "K-1"]
    assert line.endswith(" ".join(entries[:3]))


async def test_days_choose_the_incidents(browser: Browser) -> None:
    ours = await browser("wfp-ciso")
    assert "No cost was written down yet" in await page(ours, "/costs?from=2031-01-01")
    assert "308.75" in await page(ours, "/costs?from=2026-11-22&to=2026-11-22")
