"""Page, ticket and room never disagree with their incident for long: what may be is mended, the rest is told, once."""

from datetime import datetime, timedelta

import pytest

from bot.composition.installation import utc_now
from bot.composition.worker import rounds
from playbooks.domain.case import Effect
from playbooks.domain.entry import Entry
from playbooks.domain.ids import IncidentKey
from playbooks.domain.kinds import Kind
from playbooks.domain.reconciling import Finding
from tests.casts import naming
from tests.workflows.house import House, until

pytestmark = pytest.mark.asyncio(loop_scope="session")

LATER = timedelta(minutes=10)
PAGE_ENDED = (Finding.OPEN_THERE, Finding.AGREES)


def _later() -> datetime:
    """When everything has settled."""
    return utc_now() + LATER


async def _round(house: House) -> None:
    await rounds(house.muster, _later).step()


async def _entries(house: House, key: IncidentKey, *kinds: Kind) -> list[Entry]:
    return [each async for _at, each in house.muster.record.entries(key) if each.kind in kinds]


async def _found(house: House, key: IncidentKey, *findings: Finding) -> None:
    """Go round until just this was recorded: what meets a workflow at its end is carried on by the ledger's sweep."""

    async def look() -> bool:
        await _round(house)
        compared = await _entries(house, key, Kind.THING_DIFFER, Kind.THING_AGREE)
        seen[:] = [entry.data["state"] for entry in compared]
        return sorted(seen) == sorted(findings)

    seen: list[str] = []
    try:
        await until(look, f"{key} has {', '.join(findings)}")
    except AssertionError as error:
        raise AssertionError(f"{error}; it has {seen}") from None
    await _round(house)
    assert await look(), "and nothing of it twice"


async def _made(house: House, key: IncidentKey, action: str) -> Effect:
    async def look() -> Effect | None:
        made = [
            each
            for each in (await house.case(key)).effects.values()
            if each.action == action and each.state == "done" and each.connection.startswith("unhcr/")
        ]
        return made[0] if made else None

    return await until(look, f"{action} is done")


async def _changed(house: House, effect: Effect, **state: object) -> None:
    """Somebody changes it at the vendor, and no webhook tells."""
    kind = {"page.trigger": "page", "ticket.create": "ticket", "room.open": "room"}[effect.action]
    thing = house.muster.world.thing(effect.connection, kind, effect.vendor_ref)
    assert thing is not None
    house.muster.world.change(thing, **state)


async def _set(house: House, key: IncidentKey, effect: Effect) -> bool:
    changes = [each for each in (await house.case(key)).effects.values() if each.about == effect.id]
    return len(changes) == 2 and all(each.state == "done" for each in changes)


async def _ended(house: House, key: IncidentKey, effect: Effect) -> None:
    async def look() -> bool:
        orders = [each for each in (await house.case(key)).effects.values() if each.about == effect.id]
        return bool(orders) and all(each.state == "done" for each in orders)

    await until(look, f"{effect.id} is ended")


async def test_an_acknowledgement_that_no_webhook_told_is_heard_of_once(house: House) -> None:
    key = await house.declared(severity="critical")
    page = await _made(house, key, "page.trigger")
    await _made(house, key, "room.open")
    await _changed(house, page, status="acknowledged")
    await _found(house, key)
    (told,) = await _entries(house, key, Kind.PAGE_ACKNOWLEDGE)
    assert told.data["effect"] == page.id


async def test_the_page_of_a_closed_incident_is_resolved_and_agrees_afterwards(house: House) -> None:
    key = await house.declared(severity="critical")
    page, ticket = await _made(house, key, "page.trigger"), await _made(house, key, "ticket.create")
    await house.do("unhcr-duty", "close", key)
    await _ended(house, key, ticket)
    await _found(house, key, *PAGE_ENDED)
    resolved = house.muster.world.thing(page.connection, "page", page.vendor_ref)
    assert resolved is not None
    assert resolved.state["status"] == "resolved"


async def test_a_ticket_ended_there_is_told_with_both_sides_and_the_incident_stays_open(house: House) -> None:
    key = await house.declared()
    ticket = await _made(house, key, "ticket.create")
    await _changed(house, ticket, status="done")
    await _found(house, key, Finding.OVER_THERE)
    (told,) = await _entries(house, key, Kind.THING_DIFFER)
    assert (told.data["state"], told.data["said"], told.data["phase"]) == ("over_there", "done", "detect")
    assert (await house.case(key)).state.is_open
    await _changed(house, ticket, status="in_progress")
    await _found(house, key, Finding.OVER_THERE, Finding.AGREES)


async def test_who_opens_a_ticket_again_that_the_closing_ended_has_the_last_word_and_people_are_told(
    house: House,
) -> None:
    key = await house.declared()
    ticket = await _made(house, key, "ticket.create")
    await house.do("unhcr-duty", "close", key)
    await _ended(house, key, ticket)
    await _changed(house, ticket, status="in_progress")
    await _found(house, key, Finding.REOPENED_THERE, *PAGE_ENDED)
    kept = house.muster.world.thing(ticket.connection, "ticket", ticket.vendor_ref)
    assert kept is not None
    assert kept.state["status"] == "in_progress"


async def test_a_moved_ticket_is_followed_and_a_room_that_was_archived_is_told(house: House) -> None:
    key = await house.declared()
    ticket, room = await _made(house, key, "ticket.create"), await _made(house, key, "room.open")
    await _changed(house, ticket, key="OPS-7")
    await _changed(house, room, archived=True)
    await _found(house, key, Finding.MOVED, Finding.OVER_THERE)
    assert (await house.case(key)).effects[ticket.id].vendor_ref == "OPS-7"
    assert await house.muster.effects.made(ticket.connection, "OPS-7") is not None


async def test_a_ticket_whose_link_leads_nowhere_is_found_again_by_search_and_followed(house: House) -> None:
    key = await house.declared()
    ticket = await _made(house, key, "ticket.create")

    async def indexed() -> bool:
        return house.muster.world.search(ticket.connection, "ticket", ticket.id) is not None

    await until(indexed, "a search shows it")
    await _changed(house, ticket, key="NEW-7", lost=True)
    await _found(house, key, Finding.MOVED)
    assert (await house.case(key)).effects[ticket.id].vendor_ref == "NEW-7"


async def test_a_ticket_set_otherwise_there_is_told_with_both_sides_and_what_was_commented_is_heard_once(
    house: House,
) -> None:
    key = await house.declared(severity="high")
    ticket = await _made(house, key, "ticket.create")
    said = {"id": "77", "account": "A-1", "at": utc_now().isoformat(), "words": "The mailbox is restored."}
    await _changed(house, ticket, severity="low", remarks=[said])
    await _found(house, key, Finding.OTHERWISE)
    (told,) = await _entries(house, key, Kind.THING_DIFFER)
    assert (told.data["said"], told.data["ours"]) == ("low, unhcr-duty", "high, unhcr-duty")
    (comment,) = await _entries(house, key, Kind.TICKET_COMMENT)
    assert (comment.data["remark"], comment.texts["words"]) == ("77", said["words"])
    await _changed(house, ticket, severity="low", assignee="unhcr-legal")
    await _found(house, key, Finding.OTHERWISE, Finding.OTHERWISE)
    await house.do("unhcr-duty", "severity", key, severity="critical")
    await house.do("unhcr-duty", "transfer", key, **naming("unhcr-ciso"))
    await until(lambda: _set(house, key, ticket), "the ticket is set again")
    await _found(house, key, Finding.OTHERWISE, Finding.OTHERWISE, Finding.AGREES)
