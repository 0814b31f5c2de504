"""What people say while the database is away is kept, offered again, and never carried out behind their backs."""

import asyncio
import re
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest

from bot.community import RecordedCommunity
from bot.composition.copied_views import copied_views
from bot.kept.copy import LocalCopy
from bot.kept.copying import Copying
from bot.kept.desk import AWAY, SafeDesk
from bot.kept.lines import HELD_FOR, KeptLines
from bot.kept.sealed import kept_key
from integrations.simulated.record import SimulatedRecord
from playbooks.domain.case import Case
from playbooks.domain.command import Command, Verdict
from playbooks.domain.document import plain
from playbooks.domain.errors import BrokenOff, NotFound, Unavailable
from playbooks.domain.ids import CommandId, ConnectionId, IncidentKey
from playbooks.domain.release import Reader
from playbooks.ports.views import IncidentLine, TriageItem
from playbooks.texts import load_texts
from tests.circle import NOON, Circle, Conversation, directory

SLACK = ConnectionId("unhcr/chat")
AS_OF = NOON + timedelta(minutes=7)


class Outage(Circle):
    """A circle whose database goes away and comes back."""

    def __init__(self) -> None:
        super().__init__()
        self.away = False

        self.hangs = False
        self.breaks_off = False
        self.compromised = frozenset[ConnectionId]()
        self.taken: dict[CommandId, Verdict] = {}
        self.undecided: set[CommandId] = set()

    async def distrusted(self) -> frozenset[ConnectionId]:
        return self.compromised

    async def decided(self, id: CommandId) -> Verdict | None:
        if id in self.undecided:
            return None
        if id not in self.taken:
            raise NotFound("It was never taken.")
        return self.taken[id]

    async def reached(self) -> None:
        if self.away:
            raise Unavailable("The database does not answer.", code=AWAY)
        if self.hangs:
            await asyncio.Event().wait()

    async def submit(self, command: Command) -> Verdict:
        await self.reached()
        verdict = await super().submit(command)
        if self.breaks_off:
            self.taken[command.id] = verdict
            raise BrokenOff("The database does not answer.", code=AWAY)
        return verdict

    async def case(self, reader: Reader, key: IncidentKey) -> Case:
        await self.reached()
        return await super().case(reader, key)

    async def incidents(self, reader: Reader, *, open_only: bool = False) -> Sequence[IncidentLine]:  # type: ignore[override]
        await self.reached()
        return await super().incidents(reader, open_only=open_only)

    async def triage(self, reader: Reader) -> list[TriageItem]:
        await self.reached()
        return await super().triage(reader)


class Talk(Conversation):
    desk: SafeDesk

    def __init__(self, folder: Path) -> None:
        self.outage = Outage()
        super().__init__(self.outage)
        self.folder = folder
        self.start()

    def start(self) -> None:
        """The process, anew on the same machine."""
        kept = KeptLines(self.folder / "kept", kept_key(self.folder / "keys"))
        told = RecordedCommunity(directory(), self._changes)
        copy = LocalCopy(self.folder / "copy", kept_key(self.folder / "keys"))
        here = (self.outage, self.outage, directory(), load_texts(), kept)
        self.desk = SafeDesk(
            *here,
            copy=copy,
            over=copied_views,
            communities=told,
            trust=self.outage,
            decided=self.outage.decided,
        )

    async def copied(self) -> None:
        """What the process beside the desk does as something is recorded."""
        record = SimulatedRecord()
        for entries in self.outage.entries.values():
            record.keep(entries)
        copy = LocalCopy(self.folder / "copy", kept_key(self.folder / "keys"))

        async def open_now() -> dict[IncidentKey, int]:
            return dict.fromkeys(self.outage.entries, 0)

        await Copying(copy, record, open_now, self._changes, lambda: AS_OF).step()

    async def _changes(self) -> tuple[()]:
        await self.outage.reached()
        return ()

    async def said(
        self,
        line: str,
        handle: str = "unhcr-ciso",
        *,
        later: timedelta = timedelta(),
        via: ConnectionId | None = None,
    ) -> str:
        speaker = self.speaker(handle)
        said = {"received_at": speaker.received_at + later, "via": via}
        speaker = speaker.model_copy(update=said)
        return plain((await self.desk.hear(line, speaker)).document)


@pytest.fixture
async def talk(tmp_path: Path) -> Talk:
    talk = Talk(tmp_path)
    await talk.said("declare Ransomware severity=high")
    return talk


def kept(talk: Talk) -> list[Path]:
    return sorted((talk.folder / "kept").glob("*.kept"))


async def test_a_command_is_kept_and_said_not_to_be_carried_out(talk: Talk) -> None:
    talk.outage.away = True
    answer = await talk.said("severity critical")
    assert "not carried out" in answer
    assert len(kept(talk)) == 1
    assert talk.outage.last.verb == "declare"


async def test_it_is_offered_again_and_judged_only_when_confirmed(talk: Talk) -> None:
    talk.outage.away = True
    await talk.said("severity critical")
    talk.start()
    talk.outage.away = False
    assert "1 line that you gave" in await talk.said("status")
    assert talk.outage.last.verb == "declare"
    (button,) = [line for line in (await talk.said("kept")).splitlines() if "kept confirm" in line]
    assert "that you gave" not in await talk.said(f"kept confirm {button.rpartition(' ')[2]}")
    assert talk.outage.last.verb == "severity"
    assert talk.outage.last.id == CommandId("test:2"), "the id that it was to have"
    assert not kept(talk)
    assert "that you gave" not in await talk.said("status")


async def test_while_it_is_still_away_a_confirmation_loses_nothing(talk: Talk) -> None:
    talk.outage.away = True
    await talk.said("severity critical")
    (name,) = [
        word for word in (await talk.said("kept")).split() if word.startswith("K-") and word.endswith(",")
    ]
    assert "not carried out" in await talk.said(f"kept confirm {name.rstrip(',')}")
    assert len(kept(talk)) == 1


async def test_what_had_been_taken_after_all_is_told_to_be_done_and_offered_no_more(talk: Talk) -> None:
    talk.outage.breaks_off = True
    assert "whether this was taken is not known" in await talk.said("severity critical")
    talk.outage.breaks_off = False
    answer = await talk.said("status")
    assert "was carried out once: severity critical" in answer
    assert "that you gave" not in answer
    assert not kept(talk)


async def test_what_had_been_taken_cannot_be_dropped_as_if_it_were_not_done(talk: Talk) -> None:
    talk.outage.breaks_off = True
    (name,) = re.findall(r"K-[0-9a-f]{6}", await talk.said("severity critical"))
    talk.outage.breaks_off = False
    assert "was carried out once" in await talk.said(f"kept drop {name}")


async def test_what_is_confirmed_while_the_engine_is_away_is_under_way_and_told_to_be_done_when_it_is(
    talk: Talk,
) -> None:
    talk.outage.away = True
    (name,) = re.findall(r"K-[0-9a-f]{6}", await talk.said("severity critical"))
    talk.outage.away = False
    talk.outage.unavailable = Unavailable("The command is kept and will be carried on.", code="temporal_away")
    talk.outage.undecided = {CommandId("test:2")}
    assert "will be carried on" in await talk.said(f"kept confirm {name}")
    for asked in ("kept", f"kept drop {name}", f"kept confirm {name}"):
        answer = await talk.said(asked)
        assert "is not decided yet" in answer
        assert "not carried out" not in answer
    talk.outage.unavailable = None
    assert "that you gave" not in await talk.said("status")

    talk.outage.undecided = set()
    talk.outage.taken[CommandId("test:2")] = await talk.outage.submit(talk.outage.last)
    assert "was carried out once: severity critical" in await talk.said("status")
    assert not kept(talk)


async def test_from_a_compromised_place_nothing_is_kept_for_anybody_to_confirm(talk: Talk) -> None:
    talk.outage.compromised = frozenset({SLACK})
    talk.outage.away = True
    await talk.said("close Nothing to see", via=SLACK)
    assert not kept(talk)


async def test_from_a_compromised_place_nobody_s_lines_are_dropped_or_confirmed(talk: Talk) -> None:
    talk.outage.away = True
    (name,) = re.findall(r"K-[0-9a-f]{6}", await talk.said("severity critical"))
    talk.outage.away, talk.outage.compromised = False, frozenset({SLACK})
    for line in (f"kept drop {name}", f"kept confirm {name}"):
        assert "compromised" in await talk.said(line, via=SLACK)
    assert len(kept(talk)) == 1
    assert talk.outage.last.verb == "declare"


async def test_what_was_given_over_a_place_comes_from_there_also_when_it_is_confirmed_elsewhere(
    talk: Talk,
) -> None:
    talk.outage.away = True
    (name,) = re.findall(r"K-[0-9a-f]{6}", await talk.said("severity critical", via=SLACK))
    talk.outage.away = False
    await talk.said(f"kept confirm {name}")
    assert talk.outage.last.actor.via == SLACK


async def test_its_words_are_told_where_they_were_given_and_in_muster_s_own_rooms_alone(talk: Talk) -> None:
    talk.outage.away = True
    await talk.said("note The director's mailbox")
    talk.outage.away = False
    assert "director" in await talk.said("kept")
    assert "director" not in await talk.said("kept", via=SLACK)


async def test_it_can_be_dropped(talk: Talk) -> None:
    talk.outage.away = True
    await talk.said("severity critical")
    talk.outage.away = False
    (name,) = [
        word for word in (await talk.said("kept")).split() if word.startswith("K-") and word.endswith(",")
    ]
    assert "was not carried out" in await talk.said(f"kept drop {name.rstrip(',')}")
    assert not kept(talk)
    assert talk.outage.last.verb == "declare"


async def test_after_four_hours_it_is_told_to_have_expired_and_cannot_be_confirmed(talk: Talk) -> None:
    talk.outage.away = True
    await talk.said("severity critical")
    talk.outage.away = False
    (name,) = [
        word for word in (await talk.said("kept")).split() if word.startswith("K-") and word.endswith(",")
    ]
    late = HELD_FOR + timedelta(minutes=1)
    assert "expired" in await talk.said("kept", later=late)
    assert not kept(talk)
    assert "Nothing of yours" in await talk.said(f"kept confirm {name.rstrip(',')}", later=late)
    assert talk.outage.last.verb == "declare"


async def test_who_confirms_what_has_expired_hears_so_with_its_words_to_give_it_again(talk: Talk) -> None:
    talk.outage.away = True
    (name,) = re.findall(r"K-[0-9a-f]{6}", await talk.said("severity critical"))
    talk.outage.away = False
    answer = await talk.said(f"kept confirm {name}", later=HELD_FOR + timedelta(minutes=1))
    assert "has expired and was not carried out; give it again if it still holds: severity critical" in answer
    assert talk.outage.last.verb == "declare"
    assert not kept(talk)


async def test_nobody_sees_or_confirms_what_another_gave(talk: Talk) -> None:
    talk.outage.away = True
    await talk.said("severity critical")
    (name,) = [
        word for word in (await talk.said("kept")).split() if word.startswith("K-") and word.endswith(",")
    ]
    talk.outage.away = False
    assert "Nothing of yours is kept" in await talk.said("kept", "wfp-ciso")
    assert "Nothing of yours" in await talk.said(f"kept confirm {name.rstrip(',')}", "wfp-ciso")
    assert "that you gave" not in await talk.said("list", "wfp-ciso")


@pytest.mark.parametrize("line", ["status", "who", "tasks", "list"])
async def test_who_never_asked_before_is_answered_from_the_copy_also_by_a_process_that_just_started(
    talk: Talk, line: str
) -> None:
    before = await talk.said(line, "unhcr-duty")
    await talk.copied()
    talk.outage.away = True
    talk.start()
    answer = await talk.said(line, "unhcr-duty")
    assert "how things stood at 2026-11-22 12:07 UTC" in answer
    assert before.strip() in answer


async def test_what_is_not_copied_is_said_to_be_away_and_not_to_be_nothing(talk: Talk) -> None:
    await talk.copied()
    talk.outage.away = True
    for line, handle in (
        ("status", "wfp-ciso"),
        ("triage", "unhcr-ciso"),
        ("INC-2026-0009 who", "unhcr-ciso"),
    ):
        answer = await talk.said(line, handle)
        assert "does not answer" in answer
        assert "Ransomware" not in answer
        assert "how things stood" not in answer


async def test_where_nothing_was_copied_the_database_is_said_to_be_away(talk: Talk) -> None:
    talk.outage.away = True
    assert "does not answer" in await talk.said("status")


async def test_the_same_delivery_twice_is_one_line(talk: Talk) -> None:
    talk.outage.away = True
    speaker = talk.speaker("unhcr-ciso")
    for _ in range(2):
        await talk.desk.hear("severity critical", speaker)
    assert len(kept(talk)) == 1


async def test_no_word_of_it_can_be_read_in_the_folder(talk: Talk) -> None:
    talk.outage.away = True
    await talk.said("note The director's mailbox")
    (file,) = kept(talk)
    assert b"director" not in file.read_bytes()
    assert file.parent.stat().st_mode & 0o077 == 0


async def test_a_spoiled_file_takes_nothing_else_with_it(talk: Talk) -> None:
    talk.outage.away = True
    await talk.said("severity critical")
    await talk.said("severity low")
    spoiled = kept(talk)[0]
    spoiled.write_bytes(spoiled.read_bytes()[:-1] + bytes([spoiled.read_bytes()[-1] ^ 1]))
    talk.outage.away = False
    assert (await talk.said("kept")).count("K-") >= 1


async def test_while_only_the_engine_is_away_nothing_is_kept_twice(talk: Talk) -> None:
    talk.outage.unavailable = Unavailable("The command is kept and will be carried on.", code="temporal_away")
    assert "will be carried on" in await talk.said("severity critical")
    assert not kept(talk)


async def test_what_is_misread_is_said_so_and_not_kept(talk: Talk) -> None:
    talk.outage.away = True
    assert "severity" in await talk.said("severty high")
    assert not kept(talk)


async def test_a_database_that_hangs_is_not_waited_for_and_nothing_is_lost(talk: Talk) -> None:
    before = await talk.said("status")
    await talk.copied()
    talk.outage.hangs = True
    talk.desk.within = timedelta(seconds=0.2)
    assert "whether this was taken is not known" in await talk.said("severity critical")
    assert before.strip() in await talk.said("status")
    assert "hangs" in await talk.said("triage")
    assert len(kept(talk)) == 1


def test_processes_that_start_together_have_one_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as together:
        keys = set(together.map(lambda _: kept_key(tmp_path / "keys"), range(40)))
    assert len(keys) == 1
    assert len(keys.pop()) == 32


def test_a_key_that_was_never_written_is_made_anew(tmp_path: Path) -> None:
    (tmp_path / "kept.key").touch()
    assert len(kept_key(tmp_path)) == 32


async def test_whom_to_call_is_told_from_the_machine_itself_also_to_who_never_asked(talk: Talk) -> None:
    talk.start()
    talk.outage.away = True
    said = await talk.said("directory show WFP", "unhcr-duty")
    assert "World Food Programme" in said
    assert "does not answer" not in said
