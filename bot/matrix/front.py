"""What people say on Matrix, taken to the desk, and the desk's answer taken back.

The id of a command from Matrix is `matrix:<event id>`: the homeserver gives it out, and the same event told again is
the same command. Who speaks is the sender's Matrix id, which the sender's own homeserver vouches for by its name.
"""

import logging
import re
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Final

from bot.carrying import Carrying, Spoken
from bot.commands.desk import Desk, Reply, Speaker
from bot.commands.forms import line_of
from bot.commands.pinning import PIN, pin_of
from bot.community import RecordedCommunity
from bot.identities import person_of, proven_by
from bot.rooms import RoomIncidents
from playbooks.domain.command import Outcome
from playbooks.domain.connection import Connection
from playbooks.domain.document import Document, Inline, paragraph
from playbooks.domain.errors import ProviderError, Unavailable
from playbooks.domain.ids import CommandId, ConnectionId
from playbooks.domain.organization import Directory, Person
from playbooks.domain.policy import UNTRUSTED
from playbooks.domain.saying import in_parts
from playbooks.domain.tongue import speaking
from playbooks.ports.community import Communities
from playbooks.ports.conversation import (
    Changed,
    Conversation,
    Doubted,
    Heard,
    Invited,
    Replaced,
    Said,
    Signed,
    Unreadable,
)
from playbooks.ports.trust import Trust, Trusting
from playbooks.texts import Texts

_COMMAND: Final = re.compile(r"\s*[!/]incident(?=\s|$)", re.IGNORECASE)
"""Clients keep “/” for themselves, and offer to send such a line all the same: then it is what is meant elsewhere."""
_PIN: Final = re.compile(r"\s*[!/]incident\s+pin\s*", re.IGNORECASE)
_PINS: Final = frozenset({"\N{PUSHPIN}", "\N{ROUND PUSHPIN}"})
_TOLD_AGAIN: Final = timedelta(hours=1)
"""Whoever keeps her keys to herself in a room is told so no more often: she may not be talking to Muster."""
_AS_PICTURE: Final = "\N{VARIATION SELECTOR-16}"
_log = logging.getLogger(__name__)


class MatrixFront:
    """Listens on one connection's account."""

    def __init__(  # noqa: PLR0913  what a front stands on, named where it is put together
        self,
        connection: Connection,
        conversation: Conversation,
        desk: Desk,
        directory: Directory,
        texts: Texts,
        now: Callable[[], datetime],
        trust: Trust | None = None,
        carrying: Callable[[RoomIncidents], Carrying] | None = None,
        *,
        communities: Communities | None = None,
        connected: Sequence[Connection] = (),
    ) -> None:
        """`connected` are the chat systems of everybody: a guest is as good as the one that she comes from."""
        self._connected = connected
        self._connection = connection
        self._conversation = conversation
        self._desk = desk
        self._directory = directory
        self._texts = texts
        self._now = now
        self._trust = trust or Trusting()
        self._communities = communities or RecordedCommunity(directory)
        self._rooms = RoomIncidents(connection, conversation.opened_by)
        self._carrying = carrying(self._rooms) if carrying else None
        self._unread_told: dict[tuple[str, str], datetime] = {}
        conversation.listen(self.hear)

    async def hear(self, heard: Heard) -> None:
        """Take a command, or an invitation of somebody known; what people say in a joint room is carried on."""
        person = person_of(self._directory, self._connection, heard.account)
        tongue = self._connection.tongue
        if person is not None:
            tongue = self._communities.known.tongue(self._directory, person)
        try:
            with speaking(tongue):
                if isinstance(heard, Invited | Doubted | Replaced | Unreadable):
                    await self._beside_talk(heard, person)
                elif isinstance(heard, Said) and _COMMAND.match(heard.text):
                    await self._commanded(heard, person)
                elif isinstance(heard, Changed) and _COMMAND.match(heard.text):
                    await self._edited(heard, person)
                elif isinstance(heard, Signed) and await self._is_pin(heard):
                    await self._pinned(heard, person)
                elif self._carrying is not None and not await self._replied(heard, person, self._carrying):
                    await self._carried(heard, person, self._carrying)
        except ProviderError as error:
            _log.warning("%s could not be answered: %s", self._connection.id, error.code)

    async def _beside_talk(
        self, heard: Invited | Doubted | Replaced | Unreadable, person: Person | None
    ) -> None:
        match heard:
            case Invited():
                await self._invited(heard, person)
            case Doubted():
                await self._doubted(heard, person)
            case Replaced():
                await self._replaced(heard)
            case Unreadable():
                await self._unread(heard, person)

    async def _invited(self, invitation: Invited, person: Person | None) -> None:
        """Whoever upgrades a room may be nobody of the directory: an administrator of the homeserver."""
        if not await self._is_trusted():
            return
        if person is not None:
            await self._conversation.join(invitation.room)
        else:
            await self._conversation.follow(invitation.room)

    async def _replaced(self, replaced: Replaced) -> None:
        """Nobody leads Muster elsewhere from a place in hostile hands."""
        if await self._is_trusted():
            await self._conversation.follow(replaced.by)

    async def _doubted(self, doubted: Doubted, person: Person | None) -> None:
        """Nobody is left waiting; whoever is known is told in private how Muster's device is known."""
        if not await self._is_trusted():
            return
        key = await self._conversation.decline(doubted)
        if person is not None:
            asked = Said(
                id=doubted.id, room=doubted.room, account=doubted.account, text="", said_at=self._now()
            )
            told = Document(blocks=(paragraph(*self._texts.parts("chat.not_compared", key=key)),))
            await self._conversation.answer(asked, told, privately=True)

    async def _unread(self, unread: Unreadable, person: Person | None) -> None:
        """Nobody waits for an answer to what could not be read; told once in a while, as the cause lasts."""
        place, now = (unread.room, unread.account), self._now()
        told_at = self._unread_told.get(place)
        if person is None or (told_at and now - told_at < _TOLD_AGAIN) or not await self._is_trusted():
            return
        self._unread_told[place] = now
        said = Said(id=unread.id, room=unread.room, account=unread.account, text="", said_at=unread.said_at)
        told = Document(blocks=(paragraph(*self._texts.parts("chat.unread")),))
        await self._conversation.answer(said, told)

    async def _replied(self, spoken: Spoken, person: Person | None, carrying: Carrying) -> bool:
        """Whether it was an answer to what is asked in the message above it; then it is taken as that."""
        above = (spoken.thread or spoken.replies_to) if isinstance(spoken, Said) else None
        if not isinstance(spoken, Said) or above is None or person is None:
            return False
        try:
            asked = await carrying.entry(spoken.room, above)
        except Unavailable:
            return False
        speaker = await self._speaker(spoken, person)
        reply = await self._desk.replied(spoken.text, asked, speaker)
        if reply is not None:
            await self._answer(spoken, reply, speaker)
        return reply is not None

    async def _carried(self, spoken: Spoken, person: Person | None, carrying: Carrying) -> None:
        """What cannot be carried is told to whoever said it, below it; a stranger's words go nowhere."""
        if not await carrying.is_joint(spoken.room):
            return
        if person is None:
            await self._not_carried(spoken, self._texts.parts("chat.stranger", account=spoken.account))
            return
        try:
            verdict = await carrying.take(spoken, person, await self._via(spoken.account, person))
        except Unavailable as error:
            await self._not_carried(spoken, in_parts(error.wording))
        else:
            if verdict and verdict.outcome is Outcome.REFUSED and verdict.code != UNTRUSTED:
                await self._not_carried(spoken, in_parts(verdict.wording))

    async def _not_carried(self, spoken: Spoken, why: Sequence[Inline]) -> None:
        if not await self._is_trusted() or isinstance(spoken, Signed):
            return
        below = spoken.thread if isinstance(spoken, Said) else spoken.message
        line = Said(
            id=spoken.id,
            room=spoken.room,
            account=spoken.account,
            text="",
            thread=below,
            said_at=self._now(),
        )
        told = (paragraph(*self._texts.parts("chat.not_carried")), paragraph(*why))
        await self._conversation.answer(line, Document(blocks=told))

    async def _edited(self, changed: Changed, person: Person | None) -> None:
        """What was typed first was taken, or refused; carried out twice it would be something else."""
        if person is not None and await self._is_trusted():
            found = await self._conversation.line(changed.room, changed.message)
            if found is not None:
                line, _address = found
                thread = line.thread or line.id
                await self._tell(line.model_copy(update={"id": changed.id, "thread": thread}), "chat.edited")

    async def _is_pin(self, signed: Signed) -> bool:
        """Whether a sign pins what it is put to: a pushpin, in a room of an incident."""
        is_pin = signed.sign.rstrip(_AS_PICTURE) in _PINS
        return is_pin and await self._rooms.incident(signed.room) is not None

    async def _pinned(self, signed: Signed, person: Person | None) -> None:
        if person is not None and (found := await self._pin(signed.room, signed.message)):
            pinned, line = found
            given = pinned.model_copy(
                update={"id": signed.id, "account": signed.account, "thread": pinned.thread or pinned.id}
            )
            await self._commanded(given.model_copy(update={"text": line, "replies_to": None}), person)

    async def _pin(self, room: str, message: str) -> tuple[Said, str] | None:
        """A message, and the command that pins it with its author, its time and its address."""
        found = await self._conversation.line(room, message)
        if found is None:
            return None
        said, address = found
        author = person_of(self._directory, self._connection, said.account)
        words = "\n".join(filter(None, (said.text, *(each.told(named=True) for each in said.files))))
        return said, f"!incident {line_of(PIN, pin_of(author, said.said_at, address, words))}"

    async def _commanded(self, said: Said, person: Person | None) -> None:
        """A bare `pin` that is a reply is about what it replies to."""
        above = said.replies_to if person is not None and _PIN.fullmatch(said.text) else None
        if above and (found := await self._pin(said.room, above)):
            said = said.model_copy(update={"text": found[1]})
        if person is None and await self._is_trusted():
            await self._tell(said, "chat.stranger", account=said.account)
        elif person is not None:
            speaker = await self._speaker(said, person)
            await self._answer(said, await self._desk.hear(said.text, speaker), speaker)

    async def _answer(self, said: Said, reply: Reply, speaker: Speaker) -> None:
        """What was decided is said where it was asked; what was read is for the one who may read it."""
        if not await self._is_trusted(speaker.via):
            return
        for_all = reply.verdict is not None or reply.failed or not await self._conversation.overheard(said)
        await self._conversation.answer(said, reply.document, privately=not for_all)
        if not for_all:
            await self._tell(said, "chat.privately")

    async def _is_trusted(self, via: ConnectionId | None = None) -> bool:
        """Whether nobody declared the homeserver compromised, nor where it comes from; else it is told nothing."""
        return not {self._connection.id, via} & await self._trust.distrusted()

    async def _via(self, account: str, person: Person) -> ConnectionId:
        """Where it comes from: a guest's from the homeserver that proves her, where that was declared compromised."""
        home = proven_by(self._connected, self._connection, person, account)
        return home if home and not await self._is_trusted(home) else self._connection.id

    async def _tell(self, said: Said, code: str, **args: str) -> None:
        await self._conversation.answer(said, Document(blocks=(paragraph(*self._texts.parts(code, **args)),)))

    async def _speaker(self, said: Said, person: Person) -> Speaker:
        return Speaker(
            person=person,
            incident=await self._rooms.incident(said.room),
            command_id=CommandId(f"matrix:{said.id}"),
            received_at=self._now(),
            ceiling=self._connection.ceiling,
            via=await self._via(said.account, person),
        )
