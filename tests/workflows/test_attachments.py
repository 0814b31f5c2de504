"""Files go both ways between an incident and its ticket, each once, and nothing that Muster attached comes back."""

from hashlib import sha256

import pytest

from bot.composition.installation import utc_now
from bot.composition.worker import rounds
from integrations.postgres.evidence import PostgresEvidence
from integrations.simulated.ticketing import SimulatedTicketing
from playbooks.domain.case import Effect
from playbooks.domain.entry import Entry
from playbooks.domain.ids import ConnectionId, EvidenceId, IncidentKey
from playbooks.domain.kinds import Kind
from playbooks.domain.seen import Attached
from playbooks.ports.evidence import MOST_BYTES
from tests.workflows.house import House, until
from tests.workflows.test_reconciling import LATER, _entries, _made

pytestmark = pytest.mark.asyncio(loop_scope="session")

MEMORY = b"MZ what was in memory"
NOTE = b"The firewall's log of that night"


def _tracker(house: House, ticket: Effect) -> SimulatedTicketing:
    port = house.muster.connections.port(ConnectionId(ticket.connection))
    assert isinstance(port, SimulatedTicketing)
    return port


async def _there(house: House, ticket: Effect) -> tuple[Attached, ...]:
    return (await _tracker(house, ticket).look(ticket.vendor_ref)).files


async def _taken_in(house: House, key: IncidentKey, name: str, content: bytes) -> None:
    hashed = await PostgresEvidence(house.muster.pool).keep(key, content)
    given = {"sha256": hashed, "size": len(content), "texts": {"name": name}}
    await house.do("unhcr-duty", "evidence.add", key, **given)


async def _round(house: House) -> None:
    await rounds(house.muster, lambda: utc_now() + LATER).step()


async def _told(house: House, key: IncidentKey, *kinds: Kind) -> list[Entry]:
    """What came of rounds until there is something, and of one more."""

    async def look() -> bool:
        await _round(house)
        return bool(await _entries(house, key, *kinds))

    await until(look, f"{key} hears of the file")
    await _round(house)
    return await _entries(house, key, *kinds)


async def test_a_file_in_evidence_is_attached_to_the_ticket_once_and_does_not_come_back(house: House) -> None:
    key = await house.declared()
    ticket = await _made(house, key, "ticket.create")
    await _taken_in(house, key, "memory of FS-GVA-03.raw", MEMORY)
    attached = await _made(house, key, "ticket.attach")
    (file,) = await _there(house, ticket)
    assert (file.ref, file.name) == (attached.vendor_ref, f"{key}-E-1 memory of FS-GVA-03.raw")
    assert await _tracker(house, ticket).fetch(file) == MEMORY
    await _round(house)
    await _round(house)
    assert await _entries(house, key, Kind.TICKET_ATTACH) == []
    assert list((await house.case(key)).evidence) == ["E-1"]
    assert len(await _there(house, ticket)) == 1


async def test_a_file_of_which_only_the_hash_is_known_stays_where_it_is(house: House) -> None:
    key = await house.declared()
    ticket = await _made(house, key, "ticket.create")
    hashed = sha256(b"left where it is").hexdigest()
    await house.do("unhcr-duty", "evidence.add", key, sha256=hashed, texts={"name": "disk.raw"})

    async def withheld() -> Effect | None:
        effects = (await house.case(key)).effects.values()
        return next((each for each in effects if each.action == "ticket.attach" and each.ended_at), None)

    effect = await until(withheld, "the file is withheld")
    assert (effect.state, effect.detail) == ("withheld", "not_kept")
    assert await _there(house, ticket) == ()


async def test_a_file_that_somebody_attached_there_is_in_evidence_here_once(house: House) -> None:
    key = await house.declared()
    ticket = await _made(house, key, "ticket.create")
    _tracker(house, ticket).attach_there(ticket.vendor_ref, "A-1", "firewall.log", NOTE)
    (received,) = await _told(house, key, Kind.EVIDENCE_RECEIVE)
    assert received.texts == {"name": "firewall.log"}
    hashed = sha256(NOTE).hexdigest()
    assert (received.data["sha256"], received.data["size"], received.data["ref"]) == (
        hashed,
        len(NOTE),
        ticket.vendor_ref,
    )
    assert (received.actor.id, received.actor.organization) == ("simulated-ticketing/A-1", "UNHCR")
    assert (received.marking, received.audience) == ((await house.case(key)).state.marking, ("UNHCR",))
    assert (await house.case(key)).evidence[EvidenceId("E-1")].sha256 == hashed
    assert await PostgresEvidence(house.muster.pool).fetch(key, hashed) == NOTE
    assert len(await _there(house, ticket)) == 1, "what came from the ticket does not go there"


async def test_the_same_file_again_and_one_that_is_too_large_are_told_and_not_kept(house: House) -> None:
    key = await house.declared()
    ticket = await _made(house, key, "ticket.create")
    await _taken_in(house, key, "memory.raw", MEMORY)
    await _made(house, key, "ticket.attach")
    tracker = _tracker(house, ticket)
    tracker.attach_there(ticket.vendor_ref, "A-1", "again.raw", MEMORY)
    tracker.attach_there(ticket.vendor_ref, "A-1", "disk.raw", b"0" * (MOST_BYTES + 1))
    told = await _told(house, key, Kind.TICKET_ATTACH)
    assert {(each.texts["name"], each.data["state"]) for each in told} == {
        ("again.raw", "known"),
        ("disk.raw", "too_large"),
    }
    assert list((await house.case(key)).evidence) == ["E-1"]
