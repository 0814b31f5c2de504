"""The copy on the machine: whole or not there, nobody's who may not know, and no longer than what it is a copy of."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from bot.composition.copied_views import copied_views
from bot.kept.copy import Copied, LocalCopy
from bot.kept.copying import Copying
from bot.kept.sealed import kept_key
from integrations.simulated.record import SimulatedRecord
from playbooks.domain.entry import Entry
from playbooks.domain.errors import NotFound
from playbooks.domain.ids import ConnectionId, IncidentKey, OrganizationCode
from playbooks.domain.marking import Marking
from playbooks.domain.release import Reader
from tests.circle import KEY, NOON, Conversation, directory

PAGE = 5


class Machine:
    """A database's record, and the copy of it; `said` is a day of people at a desk."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.talk = folder, Conversation()
        self.erasures = 0
        self.open: set[IncidentKey] = set()
        self.compromised = frozenset[ConnectionId]()
        self.copying = self.process()

    def process(self) -> Copying:
        self.record = SimulatedRecord()
        return Copying(self.copy(), self.record, self._open_now, self._standing, lambda: NOON, self)

    async def distrusted(self) -> frozenset[ConnectionId]:
        return self.compromised

    def copy(self) -> LocalCopy:
        return LocalCopy(self.folder / "copy", kept_key(self.folder / "keys"))

    async def said(self, line: str, handle: str = "unhcr-ciso", incident: IncidentKey | None = KEY) -> None:
        reply = await self.talk.desk.hear(line, self.talk.speaker(handle, incident))
        assert not reply.failed, reply.document
        self.open |= {KEY} if reply.verdict else set()

    async def copied(self) -> Copied:
        """After the process has looked, as a process that started since reads it."""
        for key, entries in self.talk.circle.entries.items():
            there = [entry async for _, entry in self.record.entries(key)]
            self.record.keep(entries[len(there) :])
            self.copying.changed(key)
        await self.copying.step()
        copied = self.copy().read()
        assert copied is not None
        return copied

    async def _open_now(self) -> Mapping[IncidentKey, int]:
        return dict.fromkeys(sorted(self.open), self.erasures)

    async def _standing(self) -> tuple[Entry, ...]:
        return ()


@pytest.fixture
async def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    monkeypatch.setattr("bot.kept.copying.PAGE", PAGE)
    machine = Machine(tmp_path)
    await machine.said("declare Ransomware severity=high", incident=None)
    return machine


def reader(handle: str, ceiling: Marking = Marking.RED) -> Reader:
    person = directory().person(handle)
    return Reader(organization=person.organization, person=person.id, ceiling=ceiling)


async def test_it_says_what_was_declared_compromised(machine: Machine) -> None:
    await machine.copied()
    assert machine.copy().distrusted() == frozenset()
    machine.compromised = frozenset({ConnectionId("unhcr/chat")})
    await machine.copied()
    assert machine.copy().distrusted() == machine.compromised


async def knows(copied: Copied, whoever: Reader) -> bool:
    try:
        await copied_views(copied, NOON).case(whoever, KEY)
    except NotFound:
        return False
    return True


async def test_it_gives_what_the_record_gives_and_no_more(machine: Machine) -> None:
    await machine.said("note The director's mailbox.")
    copied = await machine.copied()
    views = copied_views(copied, NOON)
    for handle in ("unhcr-ciso", "unhcr-duty"):
        assert await views.case(reader(handle), KEY) == await machine.talk.circle.case(reader(handle), KEY)
    assert not await knows(copied, reader("wfp-ciso"))
    assert not await knows(copied, reader("unhcr-duty", Marking.CLEAR)), "what the way back may not carry"


async def test_who_left_is_told_nothing_from_the_next_copy_on(machine: Machine) -> None:
    await machine.said("invite WFP")
    await machine.said("join", "wfp-ciso")
    assert await knows(await machine.copied(), reader("wfp-ciso"))
    await machine.said("leave", "wfp-ciso")
    assert await knows(await machine.copied(), reader("wfp-ciso")) == await in_the_record(machine, "wfp-ciso")


async def in_the_record(machine: Machine, handle: str) -> bool:
    try:
        await machine.talk.circle.case(reader(handle), KEY)
    except NotFound:
        return False
    return True


async def test_of_a_restricted_incident_those_alone_are_told_who_are_named_there(machine: Machine) -> None:
    await machine.said("restrict unhcr-ciso")
    copied = await machine.copied()
    assert await knows(copied, reader("unhcr-ciso"))
    assert not await knows(copied, reader("unhcr-duty"))
    assert not await knows(copied, Reader(organization=OrganizationCode("UNHCR"))), "nor an account of it"


async def test_a_long_story_is_written_on_and_read_as_one(machine: Machine) -> None:
    for number in range(PAGE + 3):
        await machine.said(f"note Number {number}.")
    first = await machine.copied()
    pages = {place.name: place.stat().st_mtime_ns for place in (machine.folder / "copy").glob("*-0.copy")}
    await machine.said("note And one more.")
    then = await machine.copied()
    assert len(then.incidents[KEY]) == len(first.incidents[KEY]) + 1
    assert then.incidents[KEY] == machine.talk.circle.entries[KEY]
    assert pages == {
        place.name: place.stat().st_mtime_ns for place in (machine.folder / "copy").glob("*-0.copy")
    }, "a page that is full is not written again"


async def test_what_was_erased_is_gone_from_the_copy_too(machine: Machine) -> None:
    for number in range(PAGE + 3):
        await machine.said(f"note Number {number}.")
    await machine.copied()
    stay = machine.talk.circle.entries[KEY]
    machine.talk.circle.entries[KEY] = [each.model_copy(update={"texts": {}}) for each in stay]
    machine.copying, machine.erasures = machine.process(), 1
    copied = await machine.copied()
    assert not any(entry.texts for entry in copied.incidents[KEY])


async def test_a_closed_incident_leaves_nothing_behind(machine: Machine) -> None:
    await machine.copied()
    machine.open.clear()
    assert not (await machine.copied()).incidents
    assert [place.name for place in (machine.folder / "copy").glob("*.copy")] == ["index.copy"]


async def test_an_incident_of_which_a_page_is_spoiled_is_not_told_at_all(machine: Machine) -> None:
    await machine.copied()
    (page,) = (machine.folder / "copy").glob("*-0.copy")
    page.write_bytes(page.read_bytes()[:-1] + bytes([page.read_bytes()[-1] ^ 1]))
    copied = machine.copy().read()
    assert copied is not None
    assert not copied.incidents


async def test_a_page_that_is_put_in_anothers_place_does_not_open(machine: Machine) -> None:
    await machine.copied()
    (page,) = (machine.folder / "copy").glob("*-0.copy")
    page.write_bytes((machine.folder / "copy" / "index.copy").read_bytes())
    copied = machine.copy().read()
    assert copied is not None
    assert not copied.incidents


async def test_no_word_of_it_can_be_read_in_the_folder(machine: Machine) -> None:
    await machine.copied()
    for place in (machine.folder / "copy").iterdir():
        assert b"Ransomware" not in place.read_bytes()
    assert (machine.folder / "copy").stat().st_mode & 0o077 == 0
