"""What every PagingPort keeps to."""

from datetime import UTC, datetime, timedelta

import pytest

from playbooks.domain.errors import Permanent
from playbooks.domain.ids import PersonId
from playbooks.domain.seen import SeenAs
from playbooks.ports.paging import (
    Acknowledge,
    AddResponders,
    Note,
    PagingPort,
    Reassign,
    Resolve,
    Trigger,
)
from playbooks.ports.seen import Observed
from playbooks.ports.write import Made
from tests.contract.samples import MESSAGE, some_id

CISO = PersonId("unhcr-ciso")
"""Somebody who has an account there."""


async def check_paging_port(port: PagingPort) -> None:
    """Somebody is on call there, and `unhcr-ciso` has an account."""
    page = await _a_page_is_triggered_once(port)
    await _a_page_is_acknowledged_and_resolved(port, page)
    await _an_unknown_page_is_refused(port)
    await _a_page_is_handed_on(port)
    await _a_page_is_seen_as_it_stands(port, page)
    await _who_is_on_call_is_told_in_order(port)


async def _a_page_is_triggered_once(port: PagingPort) -> str:
    request = Trigger(effect_id=some_id("page.trigger", "1"), document=MESSAGE)
    page = await port.trigger(request)
    assert (await port.trigger(request)).ref == page.ref, "the same key is the same page"
    other = await port.trigger(Trigger(effect_id=some_id("page.trigger", "2"), document=MESSAGE))
    assert other.ref != page.ref, "another key is another page"
    return page.ref


async def _a_page_is_handed_on(port: PagingPort) -> None:
    page = (await port.trigger(Trigger(effect_id=some_id("page.trigger", "handed"), document=MESSAGE))).ref
    await _a_page_goes_to_people_and_is_noted(port, page)
    with pytest.raises(Permanent):
        await port.note(Note(effect_id=some_id("page.note", "2"), page="no-such-page", document=MESSAGE))
    with pytest.raises(Permanent):
        await port.reassign(
            Reassign(effect_id=some_id("page.reassign", "2"), page="no-such-page", people=(CISO,))
        )


async def _a_page_goes_to_people_and_is_noted(port: PagingPort, page: str) -> None:
    given = Reassign(effect_id=some_id("page.reassign", "1"), page=page, people=(CISO,))
    helped = AddResponders(effect_id=some_id("page.respond", "1"), page=page, people=(CISO,))
    for _ in range(2):
        assert await port.reassign(given) == Made(ref=page)
        assert await port.add_responders(helped) == Made(ref=page)
    note = Note(effect_id=some_id("page.note", "1"), page=page, document=MESSAGE)
    assert await port.find_note(note) is None, "a note that nobody wrote is not found"
    written = await port.note(note)
    assert await port.find_note(note) == written


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
    since_at = datetime(2026, 11, 22, 12, tzinfo=UTC)
    planned = await port.planned(since_at, since_at + timedelta(days=3))
    assert [each.start_at for each in planned] == sorted(each.start_at for each in planned)
    assert not planned or {each.level for each in planned} >= set(levels), "each level has somebody"
    assert all(since_at <= each.start_at < each.end_at <= since_at + timedelta(days=3) for each in planned)
