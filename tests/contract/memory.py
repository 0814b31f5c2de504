"""What every record, ledger, inbox and store of content keeps to. All of them are empty when a suite begins."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from datetime import timedelta
from typing import Any

import pytest

from playbooks.domain.entry import Entry
from playbooks.domain.errors import Conflict, NotFound
from playbooks.domain.ids import CommandId, EntryId, OrganizationCode
from playbooks.ports.content import Content
from playbooks.ports.inbox import Inbox, Letter
from playbooks.ports.ledger import Ledger
from playbooks.ports.record import Decision, Record
from tests.record_samples import KEY, NOON, command, entry, verdict

JUDGE = f"incident/{KEY}"
WFP = OrganizationCode("WFP")


async def check_record(record: Record, ledger: Ledger) -> None:
    """`ledger` is the one that stands beside the record."""
    await _the_first_of_an_id_stands(record)
    await _what_is_read_again_begins_where_one_stood(record)
    await _changes_are_told(record)
    await _a_judge_decides_each_number_and_each_cause_once(record)
    await _what_stands_by_itself_takes_no_number(record)
    await _a_verdict_stands_with_its_entries(record, ledger)
    await _a_decided_command_goes_to_its_judge_again_until_it_is_settled(record, ledger)


async def _read(record: Record) -> list[Entry]:
    return [each async for _, each in record.entries(KEY)]


async def _the_first_of_an_id_stands(record: Record) -> None:
    await record.append([entry(1), entry(1, kind="another")])
    await record.append([entry(1, kind="a third"), entry(2), entry(3, incident=None)])
    assert await _read(record) == [entry(1), entry(2)]
    assert [each async for _, each in record.entries(None)] == [entry(3, incident=None)]
    assert await record.entries_by_id([entry(2).id, EntryId("none")]) == (entry(2),)


async def _what_is_read_again_begins_where_one_stood(record: Record) -> None:
    """One that has no place yet is told again; then by its place."""
    placed = [position async for position, _ in record.entries(KEY)]
    assert placed in ([1, 2], [None, None])
    if placed == [1, 2]:
        assert [each async for _, each in record.entries(KEY, 1)] == [entry(2)]


async def _changes_are_told(record: Record) -> None:
    changes = record.changes()
    assert await anext(changes) == ""
    await record.append([entry(4)])
    assert await anext(changes) in {"", KEY}


def _decision(number: int | None, cause: int) -> Decision:
    return Decision(
        number=number, cause=f"web:{cause}", entries=(entry(cause),), verdict=verdict(entry(cause))
    )


async def _a_judge_decides_each_number_and_each_cause_once(record: Record) -> None:
    for number in (1, 2, 3):
        assert await record.decide(JUDGE, _decision(number, 10 + number)) == ()
    later = entry(11, at=entry(12).at)
    (stands,) = await record.decide(JUDGE, Decision(number=4, cause="web:11", entries=(later,)))
    assert stands == _decision(1, 11).model_copy(update={"entries": (entry(11).without_words(),)})
    stand = await record.decide(JUDGE, _decision(2, 19))
    assert [(each.number, each.cause) for each in stand] == [(2, "web:12"), (3, "web:13")]
    assert await record.entries_by_id([entry(19).id]) == ()
    assert await record.decided(KEY) == {JUDGE: 3}


async def _what_stands_by_itself_takes_no_number(record: Record) -> None:
    assert await record.decide("timer", _decision(None, 21)) == ()
    assert await record.decide("timer", _decision(None, 22)) == ()
    assert [each.cause for each in await record.decide("timer", _decision(None, 21))] == ["web:21"]
    assert await record.decided(KEY) == {JUDGE: 3}


async def _a_verdict_stands_with_its_entries(record: Record, ledger: Ledger) -> None:
    await ledger.enter(command(31))
    await record.append([entry(31)], verdict=(command(31).id, verdict(entry(31))))
    await record.append([entry(31)], verdict=(command(31).id, verdict()))
    assert await ledger.enter(command(31)) == verdict(entry(31))


async def _a_decided_command_goes_to_its_judge_again_until_it_is_settled(
    record: Record, ledger: Ledger
) -> None:
    await ledger.enter(command(32))
    await record.decide("another judge", _decision(None, 32), settles=command(32).id)
    assert await ledger.verdict(command(32).id) == verdict(entry(32))
    assert await ledger.enter(command(32)) is None
    other = verdict().model_copy(update={"code": "another"})
    assert await ledger.settle(command(32).id, other) == verdict(entry(32))
    assert await ledger.enter(command(32)) == verdict(entry(32))


async def check_ledger(ledger: Ledger) -> None:
    """One verdict a command, one key a request."""
    assert await ledger.enter(command()) is None
    assert await ledger.enter(command(received_at=NOON + timedelta(minutes=1))) is None
    with pytest.raises(Conflict, match="used before for another command"):
        await ledger.enter(command(args={"pinned": True}))
    assert await ledger.command(command().id) == command()
    assert await ledger.texts(command().id) == command().texts
    assert await ledger.pending(timedelta()) == [command()]
    assert await ledger.pending(timedelta(hours=1)) == []
    assert await ledger.settle(command().id, verdict()) == verdict()
    assert await ledger.settle(command().id, verdict(entry(1))) == verdict()
    assert await ledger.enter(command()) == await ledger.verdict(command().id) == verdict()
    assert await ledger.pending(timedelta()) == []
    for question in (ledger.command, ledger.texts, ledger.verdict):
        with pytest.raises(NotFound):
            await question(CommandId("web:none"))
    with pytest.raises(NotFound):
        await ledger.settle(CommandId("web:none"), verdict())
    asked = [CommandId(f"web:{number % 3}") for number in range(6)]
    keys = [await ledger.allocate(each, WFP, 2026) for each in asked]
    assert keys == [f"INC-2026-{number:04}" for number in (1, 2, 3)] * 2
    assert await ledger.allocate(CommandId("web:next-year"), WFP, 2027) == "INC-2027-0001"
    assert [each.key for each in await ledger.incidents()] == [*keys[:3], "INC-2027-0001"]


def letter(number: int) -> Letter:
    """A letter to an incident."""
    return Letter(id=f"answer-{number}", recipient="incident/INC-2026-0001", body={"number": number})


async def failing(
    batch: AbstractAsyncContextManager[Any], act: Callable[[Any], None] = lambda _: None
) -> None:
    """Work on a batch and break off with an error."""
    with pytest.raises(RuntimeError):  # noqa: PT012  the error must come from within
        async with batch as taken:
            act(taken)
            raise RuntimeError


async def check_inbox(inbox: Inbox, record: Record) -> None:
    """Letters come once and in order, and stay when their delivery fails; `record` is the one beside it."""
    arrivals = inbox.arrivals(timedelta(seconds=30))
    await anext(arrivals)
    await inbox.commit([letter(1), letter(2)], entries=[entry(1)])
    await anext(arrivals)
    await inbox.commit([letter(2), letter(3)])
    assert await record.entries_by_id([entry(1).id]) == (entry(1),)
    await failing(inbox.batch())
    async with inbox.batch(2) as letters, inbox.batch(2) as others:
        assert (letters, others) == ([letter(1), letter(2)], [letter(3)])
    await inbox.commit([letter(1)])
    async with inbox.batch() as letters:
        assert letters == []


async def check_content(content: Content) -> None:
    """Content is found by its hash."""
    sha256 = await content.put(b"playbook")
    assert await content.put(b"playbook") == sha256
    assert await content.get(sha256) == b"playbook"
    with pytest.raises(NotFound):
        await content.get("none")
