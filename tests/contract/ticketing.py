"""What every TicketingPort keeps to."""

from collections.abc import Awaitable, Callable

import pytest

from playbooks.domain.errors import Permanent
from playbooks.domain.ids import PersonId
from playbooks.domain.incident import Severity
from playbooks.domain.marking import Marking
from playbooks.domain.seen import SeenAs
from playbooks.ports.seen import Observed, Searched
from playbooks.ports.ticketing import (
    Attach,
    Comment,
    CreateTicket,
    HoldsFiles,
    TicketingPort,
    TicketStatus,
    Transition,
    UpdateTicket,
)
from tests.contract.samples import FILE, INCIDENT, MESSAGE, some_id


async def check_ticketing_port(port: TicketingPort, caught_up: Callable[[], Awaitable[None]]) -> None:
    """`caught_up` returns when what was created can be found."""
    ticket = await _a_ticket_is_found_by_its_effect(port, caught_up)
    await _a_comment_is_found_by_its_effect(port, caught_up, ticket)
    await _a_file_is_attached_and_fetched(port, caught_up, ticket)
    await _a_part_of_a_ticket_is_a_ticket(port, ticket)
    await _fields_are_set(port, ticket)
    await _a_status_is_reached_once(port, ticket)
    await _an_unknown_ticket_is_refused(port)


async def _a_ticket_is_found_by_its_effect(
    port: TicketingPort, caught_up: Callable[[], Awaitable[None]]
) -> str:
    request = CreateTicket(
        effect_id=some_id("ticket.create", "1"), document=MESSAGE, severity=Severity.HIGH, labels=(INCIDENT,)
    )
    assert await port.find_ticket(request) is None, "a ticket that nobody created is not found"
    created = await port.create_ticket(request)
    await caught_up()
    found = await port.find_ticket(request)
    assert found is not None, "a ticket that was created is found"
    assert found.ref == created.ref
    again = await port.create_ticket(request)
    await caught_up()
    assert again.ref != created.ref, "a tracker takes no key; if this one does, say so in the registry"
    oldest = await port.find_ticket(request)
    assert oldest is not None
    assert oldest.ref == created.ref, "of two tickets the oldest is found"
    assert isinstance(port, Searched)
    assert await port.search(request.effect_id) == created.ref, "by the mark of its effect alone"
    assert await port.search(some_id("ticket.create", "never")) == ""
    return created.ref


async def _a_comment_is_found_by_its_effect(
    port: TicketingPort, caught_up: Callable[[], Awaitable[None]], ticket: str
) -> None:
    request = Comment(effect_id=some_id("ticket.comment", "1"), ticket=ticket, document=MESSAGE)
    assert await port.find_comment(request) is None
    made = await port.comment(request)
    await caught_up()
    found = await port.find_comment(request)
    assert found is not None, "a comment that was made is found"
    assert found.ref == made.ref


async def _a_file_is_attached_and_fetched(
    port: TicketingPort, caught_up: Callable[[], Awaitable[None]], ticket: str
) -> None:
    request = Attach(
        effect_id=some_id("ticket.attach", "1"),
        ticket=ticket,
        mark=f"{INCIDENT}-E-1",
        marking=Marking.AMBER,
        file=FILE,
    )
    assert await port.find_attachment(request) is None
    made = await port.attach(request)
    await caught_up()
    found = await port.find_attachment(request)
    assert found is not None, "a file that was attached is found by its mark"
    assert found.ref == made.ref
    other = request.model_copy(
        update={"mark": f"{INCIDENT}-E-11", "effect_id": some_id("ticket.attach", "2")}
    )
    assert await port.find_attachment(other) is None, "and by no other"
    assert isinstance(port, HoldsFiles)
    assert isinstance(port, Observed)
    (seen,) = (await port.look(ticket)).files
    assert (seen.ref, seen.name, seen.size) == (made.ref, request.name, len(FILE.content))
    assert await port.attached(made.ref) == seen
    assert await port.fetch(seen) == FILE.content
    with pytest.raises(Permanent):
        await port.attached("attachment/999")
    with pytest.raises(Permanent):
        await port.attach(request.model_copy(update={"ticket": "NONE-1"}))


async def _a_part_of_a_ticket_is_a_ticket(port: TicketingPort, ticket: str) -> None:
    part = CreateTicket(effect_id=some_id("ticket.create", "part"), document=MESSAGE, parent=ticket)
    assert (await port.create_ticket(part)).ref != ticket


async def _fields_are_set(port: TicketingPort, ticket: str) -> None:
    """Whoever has no account there is named, and the rest is done all the same."""
    stranger = PersonId("wfp-ciso")
    update = UpdateTicket(effect_id=some_id("ticket.update", "1"), ticket=ticket, severity=Severity.CRITICAL)
    for _ in range(2):
        assert (await port.update(update)).ref == ticket
    made = await port.update(update.model_copy(update={"assignee": stranger}))
    assert made.missing in ((), (stranger,))


async def _a_status_is_reached_once(port: TicketingPort, ticket: str) -> None:
    done = Transition(effect_id=some_id("ticket.transition", "1"), ticket=ticket, status=TicketStatus.DONE)
    assert isinstance(port, Observed)
    assert (await port.look(ticket)).as_ is SeenAs.FRESH
    assert (await port.transition(done)).ref == ticket
    seen = await port.look(ticket)
    assert (seen.as_, seen.ref) == (SeenAs.OVER, ticket)
    assert seen.said, "in the tracker's own words"
    assert (await port.look("NONE-1")).as_ is SeenAs.GONE
    assert (await port.transition(done)).ref == ticket, "a ticket that is there already stays there"


async def _an_unknown_ticket_is_refused(port: TicketingPort) -> None:
    with pytest.raises(Permanent):
        await port.comment(
            Comment(effect_id=some_id("ticket.comment", "2"), ticket="NONE-1", document=MESSAGE)
        )
    with pytest.raises(Permanent):
        await port.update(
            UpdateTicket(effect_id=some_id("ticket.update", "2"), ticket="NONE-1", severity=Severity.CRITICAL)
        )
    with pytest.raises(Permanent):
        await port.transition(
            Transition(effect_id=some_id("ticket.transition", "2"), ticket="NONE-1", status=TicketStatus.OPEN)
        )
