"""The terminal room: piped line by line, and talked in with a prompt, completion and news."""

import asyncio
import io
from collections.abc import AsyncIterator, Callable
from datetime import timedelta

from prompt_toolkit import PromptSession
from prompt_toolkit.completion import CompleteEvent
from prompt_toolkit.data_structures import Size
from prompt_toolkit.document import Document as Typed
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output.vt100 import Vt100_Output

from bot.commands.completion import Surroundings
from bot.commands.desk import Desk
from bot.terminal.completer import RoomCompleter
from bot.terminal.room import Room
from playbooks.domain.case import Case
from playbooks.domain.command import Command, Verdict
from playbooks.domain.errors import Unavailable
from playbooks.domain.ids import IncidentKey
from playbooks.domain.release import Reader
from playbooks.texts import load_texts
from tests.circle import KEY, NOON, Circle, Conversation, directory

DEADLINE = timedelta(seconds=20).total_seconds()


class LivelyCircle(Circle):
    """A circle whose news go on coming, and whose record may be away once."""

    def __init__(self) -> None:
        super().__init__()
        self.queue: asyncio.Queue[IncidentKey | Unavailable] = asyncio.Queue()

    async def changes(self) -> AsyncIterator[IncidentKey]:
        while True:
            news = await self.queue.get()
            if isinstance(news, Unavailable):
                raise news
            yield news


def room_of(talk: Conversation, handle: str = "unhcr-ciso") -> Room:
    person = directory().person(handle)
    return Room(talk.desk, talk.circle, directory(), load_texts(), person, clock=lambda: NOON)


async def piped(talk: Conversation, text: str, key: IncidentKey | None = None) -> tuple[int, str]:
    target = io.StringIO()
    code = await room_of(talk).pipe(io.StringIO(text), target, key)
    return code, target.getvalue()


async def test_piped_lines_are_answered_in_order_bare_and_end_well() -> None:
    code, said = await piped(
        Conversation(), "declare Ransomware severity=high\nseverity critical\n\nstatus\n"
    )
    assert code == 0
    assert (
        said.index("INC-2026-0001 is declared")
        < said.index("now critical")
        < said.index("# INC-2026-0001 Ransomware")
    )
    assert "\x1b" not in said


async def test_one_piped_line_that_failed_makes_the_exit_code_one() -> None:
    code, said = await piped(Conversation(), "declare Ransomware\nnonsense\nnote still goes on\n")
    assert code == 1
    assert "noted" in said


async def test_who_comes_in_while_the_record_is_away_is_in_the_room_and_told_that_what_she_types_is_answered() -> (
    None
):
    class Away(Circle):
        away = False

        async def case(self, reader: Reader, key: IncidentKey) -> Case:
            if self.away:
                raise Unavailable("The database does not answer; nothing of this was stored.")
            return await super().case(reader, key)

    circle = Away()
    talk = Conversation(circle)
    await piped(talk, "declare Ransomware\n")
    circle.away = True
    _code, said = await piped(talk, "note In this room\n", KEY)
    assert "What you type is answered" in said
    assert "nothing of this was stored" not in said
    assert circle.last.incident == KEY


async def test_a_backslash_carries_a_piped_command_on() -> None:
    talk = Conversation()
    await piped(talk, "declare Ransomware \\\nfirst\\\n  second\n")
    assert talk.circle.last.texts == {"title": "Ransomware", "note": "first\n  second"}


async def test_each_line_is_a_command_of_its_own_even_when_it_is_the_same() -> None:
    talk = Conversation()
    await piped(talk, "declare Ransomware\nnote again\nnote again\n")
    ids = [command.id for command in talk.circle.commands]
    assert len(set(ids)) == len(ids) == 3
    assert all(id.startswith("terminal:") for id in ids)


async def test_a_room_that_is_not_there_for_this_person_is_said_so() -> None:
    code, said = await piped(Conversation(), "exit\n", IncidentKey("INC-2026-0042"))
    assert code == 1
    assert "There is no incident INC-2026-0042" in said


class Screen:
    """A terminal of 80 by 24 that remembers what was written to it."""

    def __init__(self) -> None:
        self._written = io.StringIO()
        self.output = Vt100_Output(
            self._written, lambda: Size(rows=24, columns=80), term="xterm", enable_cpr=False
        )

    @property
    def text(self) -> str:
        return self._written.getvalue()

    async def until(self, holds: Callable[[str], bool]) -> None:
        async with asyncio.timeout(DEADLINE):
            while not holds(self.text):
                await asyncio.sleep(0.01)


async def test_talking_shows_answers_and_what_others_do_meanwhile() -> None:
    circle = LivelyCircle()
    talk, screen = Conversation(circle), Screen()
    await talk.desk.say("declare Ransomware", talk.speaker("unhcr-ciso", None))
    await talk.desk.say("invite WFP", talk.speaker("unhcr-ciso"))
    with create_pipe_input() as keys:
        session = PromptSession[str](input=keys, output=screen.output)
        talking = asyncio.create_task(room_of(talk).talk(session, KEY, colours=True))
        await screen.until(lambda text: "declared the incident" in text)
        keys.send_text("note half of a")
        await screen.until(lambda text: "half of a" in text)
        await talk.desk.say("join", talk.speaker("wfp-ciso"))
        circle.queue.put_nowait(KEY)
        await screen.until(lambda text: "joined for WFP" in text)
        keys.send_text(" note\x1b\rand more\r")
        await screen.until(lambda text: "noted." in text)
        assert circle.last.texts == {"note": "half of a note\nand more"}
        circle.queue.put_nowait(KEY)
        circle.queue.put_nowait(Unavailable("The record is away."))
        await screen.until(lambda text: "No news from the record" in text)
        assert "unhcr-ciso (UNHCR) noted" not in screen.text, "one's own command was answered already"
        await talk.desk.say("note said while it was away", talk.speaker("wfp-ciso"))
        await screen.until(lambda text: "said while it was away" in text)
        keys.send_text("\x04")
        async with asyncio.timeout(DEADLINE):
            await talking
    assert "Left." in screen.text


async def test_how_an_open_question_stands_is_below_the_line_until_it_is_over() -> None:
    circle = LivelyCircle()
    talk, screen = Conversation(circle), Screen()
    for who, line in (
        ("unhcr-ciso", "declare Ransomware"),
        ("unhcr-ciso", "invite WFP"),
        ("wfp-ciso", "join"),
    ):
        await talk.desk.say(line, talk.speaker(who, None if "declare" in line else KEY))
    with create_pipe_input() as keys:
        session = PromptSession[str](input=keys, output=screen.output)
        talking = asyncio.create_task(room_of(talk).talk(session, KEY, colours=False))
        await screen.until(lambda text: "declared the incident" in text)
        assert session.bottom_toolbar is None
        await talk.desk.say("ask status UNHCR,WFP Affected?", talk.speaker("unhcr-ciso"))
        circle.queue.put_nowait(KEY)
        await screen.until(lambda _: "0 of 2 answered; affected 0" in str(session.bottom_toolbar))
        await talk.desk.say("answer C-1 affected", talk.speaker("wfp-ciso"))
        circle.queue.put_nowait(KEY)
        await screen.until(lambda _: "1 of 2 answered; affected 1" in str(session.bottom_toolbar))
        keys.send_text("\x04")
        async with asyncio.timeout(DEADLINE):
            await talking


class Receipts:
    """Every verdict has one, long as they are."""

    async def receipt(self, command: Command, verdict: Verdict) -> str:
        return f"muster-receipt.1.{'k' * 80}.{verdict.outcome}.{command.verb}-end"


async def test_a_receipt_is_its_last_letters_until_somebody_asks_for_it() -> None:
    talk, screen = Conversation(), Screen()
    talk.desk = Desk(talk.circle, talk.circle, directory(), load_texts(), Receipts())
    with create_pipe_input() as keys:
        session = PromptSession[str](input=keys, output=screen.output)
        talking = asyncio.create_task(room_of(talk).talk(session, None, colours=False))
        await screen.until(lambda text: "muster>" in text)
        keys.send_text("receipt\r")
        await screen.until(lambda text: "there is no receipt" in text)
        keys.send_text("declare Ransomware\r")
        await screen.until(lambda text: "Receipt …lare-end" in text)
        assert "muster-receipt.1" not in screen.text
        keys.send_text("receipt\r")
        await screen.until(lambda text: "done.declare-end" in text.replace("\r", "").replace("\n", ""))
        keys.send_text("exit\r")
        async with asyncio.timeout(DEADLINE):
            await talking
    _, said = await piped(talk, "note Seen.\n", KEY)
    assert "done.note-end" in said, "piped, it may be kept"


async def test_tab_completes_what_can_only_be_one() -> None:
    talk, screen = Conversation(), Screen()
    with create_pipe_input() as keys:
        session = PromptSession[str](input=keys, output=screen.output)
        talking = asyncio.create_task(room_of(talk).talk(session, None, colours=False))
        await screen.until(lambda text: "muster>" in text)
        keys.send_text("decl\t")
        await screen.until(lambda _text: session.default_buffer.text == "declare")
        keys.send_text(" Ransomware restri\t")
        await screen.until(lambda _text: session.default_buffer.text.endswith("restricted"))
        keys.send_text("\r")
        await screen.until(lambda text: "You are now in the room" in text)
        keys.send_text("exit\r")
        async with asyncio.timeout(DEADLINE):
            await talking
    assert talk.circle.last.args["restricted"] is True


def test_the_room_completes_its_own_words_too() -> None:
    around = Surroundings(directory(), incidents=(KEY,))
    completer = RoomCompleter(lambda: around, load_texts())
    offered = completer.get_completions(Typed("enter INC"), CompleteEvent())
    assert [completion.text for completion in offered] == [KEY]
