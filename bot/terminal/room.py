"""`muster chat [KEY]`: the incident's room in a terminal, and the same line by line when piped.

A command's id is `terminal:` and a UUID, made when the line is entered: the same words entered again are a new
command. History lives in memory only, so what was typed under stress is not left on a disk.
"""

import asyncio
import contextlib
import io
import os
import sys
import uuid
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Final, TextIO

from prompt_toolkit import PromptSession, print_formatted_text
from prompt_toolkit.formatted_text import ANSI
from prompt_toolkit.history import InMemoryHistory
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.patch_stdout import patch_stdout

from bot.commands.board import brief_board
from bot.commands.completion import Surroundings
from bot.commands.desk import Desk, Speaker
from bot.terminal.completer import ENTER, LEAVE, RECEIPT, RoomCompleter
from bot.terminal.render import render
from playbooks.actions.routine import is_routine
from playbooks.domain.case import Case
from playbooks.domain.document import Block, Bullets, Document, Footnote, paragraph
from playbooks.domain.errors import IncidentError, NotFound, Unavailable
from playbooks.domain.ids import CommandId, IncidentKey
from playbooks.domain.organization import Directory, Person
from playbooks.domain.release import Reader
from playbooks.domain.telling import story_line
from playbooks.domain.tongue import speak, tongue
from playbooks.ports.playbooks import PlaybookAtHand
from playbooks.ports.views import Views
from playbooks.texts import Texts

_AGAIN_AFTER: Final = 2.0
"""Seconds until the record is asked for news again after it was away."""
_END: Final = 8
"""Characters of a receipt that stand for it."""
_LAST: Final = 10
"""Entries shown on coming in."""


class Room:
    """One person at a terminal, in an incident's room or in none."""

    def __init__(
        self,
        desk: Desk,
        views: Views,
        directory: Directory,
        texts: Texts,
        person: Person,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._desk = desk
        self._views = views
        self._directory = directory
        self._texts = texts
        self._person = person
        self._clock = clock
        self._reader = Reader(organization=person.organization, person=person.id)
        self._key: IncidentKey | None = None
        self._case: Case | None = None
        self._incidents: tuple[IncidentKey, ...] = ()
        self._playbooks: Mapping[str, PlaybookAtHand] = {}
        self._position = 0
        self._said: set[str] = set()
        self._tongue = tongue()
        self._live = False
        self._receipt: Footnote | None = None
        self._session: PromptSession[str] | None = None
        self._show: Callable[[Document], None] = lambda _document: None

    async def run(self, key: IncidentKey | None = None) -> int:
        """Talk until the person leaves or the pipe ends. Returns the exit code: 1 when a piped line failed."""
        if sys.stdin.isatty() and sys.stdout.isatty():
            await self.talk(
                PromptSession(history=InMemoryHistory()), key, colours="NO_COLOR" not in os.environ
            )
            return 0
        for stream in (sys.stdin, sys.stdout):
            if isinstance(stream, io.TextIOWrapper):
                stream.reconfigure(errors="replace")
        return await self.pipe(sys.stdin, sys.stdout, key)

    async def pipe(self, source: TextIO, target: TextIO, key: IncidentKey | None = None) -> int:
        """Answer each line of `source` on `target`, bare; a line that ends in a backslash goes on with the next."""

        def show(document: Document) -> None:
            target.write(render(document, colours=False) + "\n\n")
            target.flush()

        self._show = show
        failed = key is not None and not await self._enter(key)
        while line := await asyncio.to_thread(source.readline):
            while line.endswith("\\\n"):
                line = line[:-2] + "\n" + await asyncio.to_thread(source.readline)
            if line.strip() in LEAVE:
                break
            failed = not await self._take(line) or failed
        return 1 if failed else 0

    async def talk(self, session: "PromptSession[str]", key: IncidentKey | None, *, colours: bool) -> None:
        """Prompt, answer and show what is recorded meanwhile, until Ctrl-D or `exit`."""
        self._show = lambda document: print_formatted_text(
            ANSI(render(document, colours=colours)), output=session.output
        )
        self._live, self._session = True, session
        with patch_stdout(raw=True):
            await self._welcome(key)
            following = asyncio.create_task(self._follow())
            try:
                await self._prompt(session)
            finally:
                following.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await following
        self._tell("terminal.bye")

    async def _prompt(self, session: "PromptSession[str]") -> None:
        while True:
            try:
                line = await session.prompt_async(
                    lambda: f"{self._key or 'muster'}> ",
                    completer=RoomCompleter(self._around, self._texts),
                    complete_while_typing=False,
                    key_bindings=_bindings(),
                )
            except KeyboardInterrupt:
                if session.default_buffer.document.text:
                    continue  # A half-typed line is dropped; on an empty one Ctrl-C leaves, as Ctrl-D does.
                return
            except EOFError:
                return
            if line.strip() in LEAVE:
                return
            await self._take(line)

    async def _take(self, line: str) -> bool:
        """Answer one line; tells whether it went well."""
        if not line.strip():
            return True
        word, _, rest = line.strip().partition(" ")
        if word.casefold() == ENTER:
            return await self._enter(IncidentKey(rest.strip()))
        if self._live and line.strip().casefold() == RECEIPT:
            return self._whole_receipt()
        reply = await self._desk.hear(line, self._speaker())
        self._tongue = tongue()
        self._show(self._calm(reply.document) if self._live else reply.document)
        if self._key is None and reply.verdict is not None and reply.verdict.incident and not reply.failed:
            await self._enter(reply.verdict.incident)
        return not reply.failed

    def _calm(self, document: Document) -> Document:
        """A receipt is kept and not read: its end tells it apart, and who wants all of it asks."""
        blocks: list[Block] = []
        for block in document.blocks:
            if isinstance(block, Footnote):
                self._receipt = block
                said = self._texts.parts("terminal.receipt", label=block.label, end=block.code[-_END:])
                blocks.append(paragraph(*said))
            else:
                blocks.append(block)
        return Document(blocks=tuple(blocks))

    def _whole_receipt(self) -> bool:
        if self._receipt is None:
            self._tell("terminal.no_receipt")
            return False
        self._show(Document(blocks=(self._receipt,)))
        return True

    def _speaker(self) -> Speaker:
        id = CommandId(f"terminal:{uuid.uuid4()}")
        self._said.add(id)
        return Speaker(person=self._person, incident=self._key, command_id=id, received_at=self._clock())

    async def _welcome(self, key: IncidentKey | None) -> None:
        self._tell("terminal.welcome", person=self._person.id, organization=self._person.organization)
        if key is None or not await self._enter(key):
            self._tell("terminal.no_room")
            await self._refresh()

    async def _enter(self, key: IncidentKey) -> bool:
        """Go into an incident's room and show the last of it; False when there is none such for this person."""
        key = IncidentKey(key.upper())
        try:
            await self._views.case(self._reader, key)
        except NotFound:
            self._tell("terminal.no_such_room", incident=key)
            return False
        except Unavailable:
            self._tell("terminal.away")
            self._key = key  # what is asked there is answered from this machine's copy
            return False
        except IncidentError as error:
            self._show(Document(blocks=(paragraph(error.sentence),)))
            return False
        self._key, self._position = key, 0
        self._tell("terminal.entered", incident=key)
        if self._live:
            await self._news(last=_LAST)
        return True

    async def _follow(self) -> None:
        """Show what is recorded in this room, as it comes; after the record was away, first what was missed."""
        away = False
        while True:
            try:
                await self._news()
                away = False
                async for key in self._views.changes():
                    if key == self._key:
                        await self._news()
            except IncidentError:
                if not away:
                    self._tell("terminal.away")
                away = True
                await asyncio.sleep(_AGAIN_AFTER)
            else:
                return

    async def _news(self, last: int | None = None) -> None:
        if self._key is None:
            return
        speak(self._tongue)  # she may have said so since the room was entered
        story = await self._views.story(self._reader, self._key, self._position)
        self._position = max((shown.position or 0 for shown in story), default=self._position)
        others = [
            shown for shown in story if shown.slots.get("cause") not in self._said and not is_routine(shown)
        ]
        if others:
            recent = others[-last:] if last else others
            self._show(Document(blocks=(Bullets(items=tuple(story_line(s, self._texts) for s in recent)),)))
        await self._refresh()

    async def _refresh(self) -> None:
        """What completion offers follows the record; where it cannot be read, the old offers stand."""
        with contextlib.suppress(IncidentError):
            self._playbooks = await self._desk.playbooks()
            self._incidents = tuple(line.key for line in await self._views.incidents(self._reader))
            self._case = await self._views.case(self._reader, self._key) if self._key else None
            self._keep_board()

    def _keep_board(self) -> None:
        """How each open question stands, below the line that is being typed, as the answers come in."""
        if self._session is None:
            return
        asked = self._case.open_consultations if self._case else ()
        self._session.bottom_toolbar = "\n".join(brief_board(self._texts, each) for each in asked) or None
        self._session.app.invalidate()

    def _around(self) -> Surroundings:
        return Surroundings(self._directory, self._incidents, self._case, self._playbooks)

    def _tell(self, code: str, **said: str) -> None:
        self._show(Document(blocks=(paragraph(*self._texts.parts(code, **said)),)))


def _bindings() -> KeyBindings:
    """Enter gives the command, as ever; Alt-Enter begins a new line of it."""
    bindings = KeyBindings()

    @bindings.add("escape", "enter")
    def _new_line(event: KeyPressEvent) -> None:
        event.current_buffer.insert_text("\n")

    return bindings
