"""What every PagingPort keeps to."""

import pytest

from playbooks.domain.errors import Permanent
from playbooks.domain.seen import SeenAs
from playbooks.ports.paging import Acknowledge, PagingPort, Resolve, Trigger
from playbooks.ports.seen import Observed
from tests.contract.samples import MESSAGE, some_id


async def check_paging_port(port: PagingPort) -> None:
    """Somebody is on call there."""
    page = await _a_page_is_triggered_once(port)
    await _a_page_is_acknowledged_and_resolved(port, page)
    await _an_unknown_page_is_refused(port)
    await _a_page_is_seen_as_it_stands(port, page)
    await _who_is_on_call_is_told_in_order(port)


async def _a_page_is_triggered_once(port: PagingPort) -> str:
    request = Trigger(effect_id=some_id("page.trigger", "1"), document=MESSAGE)
    page = await port.trigger(request)
    assert (await port.trigger(request)).ref == page.ref, "the same key is the same page"
    other = await port.trigger(Trigger(effect_id=some_id("page.trigger", "2"), document=MESSAGE))
    assert other.ref != page.ref, "another key is another page"
    return page.ref


async def _a_page_is_acknowledged_and_resolved(port: PagingPort, page: str) -> None:
    acknowledge = Acknowledge(effect_id=some_id("page.acknowledge", "1"), page=page)
    resolve = Resolve(effect_id=some_id("page.resolve", "1"), page=page)
    for _ in range(2):
        assert (await port.acknowledge(acknowledge)).ref == page
    for _ in range(2):
        assert (await port.resolve(resolve)).ref == page
    assert (await port.acknowledge(acknowledge)).ref == page, "what is resolved stays so"


async def _an_unknown_page_is_refused(port: PagingPort) -> None:
    with pytest.raises(Permanent):
        await port.acknowledge(Acknowledge(effect_id=some_id("page.acknowledge", "2"), page="no-such-page"))
    with pytest.raises(Permanent):
        await port.resolve(Resolve(effect_id=some_id("page.resolve", "2"), page="no-such-page"))


async def _a_page_is_seen_as_it_stands(port: PagingPort, resolved: str) -> None:
    """PagerDuty works events off after a while; the suite's own is quick."""
    assert isinstance(port, Observed)
    assert (await port.look(resolved)).as_ is SeenAs.OVER
    assert (await port.look("no-such-page")).as_ is SeenAs.GONE
    page = (await port.trigger(Trigger(effect_id=some_id("page.trigger", "look"), document=MESSAGE))).ref
    assert (await port.look(page)).as_ is SeenAs.FRESH
    await port.acknowledge(Acknowledge(effect_id=some_id("page.acknowledge", "look"), page=page))
    assert (await port.look(page)).as_ is SeenAs.IN_HAND


async def _who_is_on_call_is_told_in_order(port: PagingPort) -> None:
    levels = [person.level for person in await port.who_is_on_call()]
    assert levels, "somebody is on call"
    assert levels == sorted(levels), "who is called first comes first"
