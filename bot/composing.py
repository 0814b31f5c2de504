"""Wording an effect: the entries it tells of, released to the connection's organization, in the catalogue's words."""

from collections.abc import Awaitable, Callable
from datetime import datetime

from playbooks.actions.board import BOARD
from playbooks.actions.by_route import SEND_EACH
from playbooks.actions.effect import CommandAt, EffectRequest
from playbooks.actions.giving import GIVE
from playbooks.actions.moving import BRIEFING
from playbooks.domain.connection import Connection, PortName
from playbooks.domain.document import Banner, Document, Heading, Time, paragraph
from playbooks.domain.errors import NotFound
from playbooks.domain.evidence import file_name
from playbooks.domain.ids import ConsultationId, EntryId, IncidentKey, PersonId
from playbooks.domain.release import Reader, Shown, show
from playbooks.domain.telling import at_hand, tell
from playbooks.domain.told import referred, text_of
from playbooks.ports.composer import Composed, Withheld
from playbooks.ports.http import Call
from playbooks.ports.reading import Reading
from playbooks.ports.trust import Trust, Trusting
from playbooks.ports.write import File, Letters
from playbooks.texts.catalogue import Texts
from playbooks.texts.wording import said as in_words

Brief = Callable[[Reader, IncidentKey], Awaitable[Document]]
"""What a new room begins with, as its organization may have it. Raises NotFound."""
Files = Callable[[IncidentKey, str], Awaitable[bytes]]
"""The bytes of a file in evidence by its SHA-256. Raises NotFound for one that is not kept here."""
Sheets = Callable[[Connection, IncidentKey, str], Awaitable[bytes]]
"""What of an incident's indicators may go to a collection, by what is asked. Raises NotFound for nothing."""
Calls = Callable[[CommandAt], Awaitable[Call]]
"""From where a command stands to the call it makes. Raises NotFound or Malformed."""

Boards = Callable[[Reader, IncidentKey, ConsultationId], Awaitable[Document]]
"""How a question stands, as an organization's room may have it. Raises NotFound."""
LinkFor = Callable[[IncidentKey, ConsultationId, PersonId], Awaitable[tuple[str, datetime] | None]]
"""By which link a person answers a question without signing in, and until when (`bot/answer_links.py`)."""


async def _no_link(_key: IncidentKey, _consultation: ConsultationId, _person: PersonId) -> None:
    return None


async def _no_boards(_reader: Reader, key: IncidentKey, _consultation: ConsultationId) -> Document:
    raise NotFound(f"Nothing can be said of {key} here.")


async def _no_briefing(_reader: Reader, key: IncidentKey) -> Document:
    raise NotFound(f"Nothing can be said of {key} here.")


async def _no_files(key: IncidentKey, _sha256: str) -> bytes:
    raise NotFound(f"No files of {key} are kept here.")


async def _no_sheets(_connection: Connection, key: IncidentKey, _what: str) -> bytes:
    raise NotFound(f"No indicators of {key} can be put together here.")


class Composer:
    """The release rule's place in the door: every byte that leaves was released here, entry by entry."""

    def __init__(  # noqa: PLR0913  what words are made of, named where it is put together
        self,
        reading: Reading,
        texts: Texts,
        calls: Calls,
        brief: Brief = _no_briefing,
        trust: Trust | None = None,
        address: Callable[[IncidentKey], str] = str,
        files: Files = _no_files,
        *,
        link_for: LinkFor = _no_link,
        boards: Boards = _no_boards,
        sheets: Sheets = _no_sheets,
    ) -> None:
        """`address` is where people find an incident; it locates, and signs nobody in."""
        self._reading = reading
        self._brief = brief
        self._trust = trust or Trusting()
        self._address = address
        self._files = files
        self._link_for = link_for
        self._boards = boards
        self._sheets = sheets
        self._texts = texts
        self._calls = calls

    async def __call__(self, request: EffectRequest, connection: Connection) -> Composed | Withheld:
        """The message of this effect for this connection; Withheld when any entry of it may not be told there.

        An account is an organization's, no person's: of a restricted incident it learns nothing, not even by a page.
        """
        if no := await self._forbidden(request, connection):
            return Withheld(code=no)
        account = Reader(organization=connection.organization, ceiling=connection.ceiling)
        try:
            reader = await self._reading.placed(account, request.incident)
        except NotFound:
            return Withheld(code="not_known")
        if request.command is not None:
            return await self._call(request.command, reader)
        if request.action == GIVE:
            return await self._sheet(request, connection)
        return await self._told(request, connection, reader)

    async def _told(
        self, request: EffectRequest, connection: Connection, reader: Reader
    ) -> Composed | Withheld:
        if not request.entries:
            return _within(await self._without_entries(request, reader), connection)
        entries = await self._reading.entries_by_id(reader, [EntryId(id) for id in request.entries])
        told = [show(entry, reader) for entry in entries]
        if len(told) < len(request.entries) or any(shown.is_withheld for shown in told):
            return Withheld(code="not_released")
        if request.file:
            return await self._file(request, *told)
        blocks: list[object] = [Banner(marking=request.marking)]
        for shown in told:
            blocks.extend(tell(shown, self._texts).blocks)
            blocks.extend(
                at_hand(shown, self._texts, connection.organization)
                if connection.port is PortName.CHAT
                else ()
            )
        return Document.model_validate({"blocks": blocks})

    async def _forbidden(self, request: EffectRequest, connection: Connection) -> str:
        """Why nothing may go there at all; empty where something may."""
        is_chat = connection.port is PortName.CHAT
        if is_chat and connection.id in await self._trust.distrusted():
            return "untrusted"
        bounded_one_by_one = request.action == GIVE
        return "" if bounded_one_by_one or connection.carries(request.marking) else "ceiling"

    async def _without_entries(self, request: EffectRequest, reader: Reader) -> Composed | Withheld:
        if request.text == BRIEFING:
            try:
                return await self._brief(reader, request.incident)
            except NotFound:
                return Withheld(code="not_released")
        if request.text == BOARD:
            try:
                return await self._boards(reader, request.incident, ConsultationId(request.consultation))
            except NotFound:
                return Withheld(code="not_released")
        if request.action == SEND_EACH:
            people = [PersonId(person) for person in request.args["to"]]
            return Letters(by_person={person: await self._letter(request, person) for person in people})
        return self._coded(request)

    async def _letter(self, request: EffectRequest, person: PersonId) -> Document:
        """What all are told, and by which link she alone may answer."""
        said = self._coded(request)
        link = await self._link_for(request.incident, ConsultationId(request.consultation), person)
        if link is None:
            return said
        address, until = link
        own = self._texts.parts(
            "question.link", consultation=request.consultation, deadline=Time(at=until), link=address
        )
        return Document(blocks=(*said.blocks, paragraph(*own)))

    async def _file(self, request: EffectRequest, received: Shown) -> File | Withheld:
        """A file in evidence under the name it was taken in by; one that is not kept here stays where it is."""
        try:
            content = await self._files(request.incident, request.file)
        except NotFound:
            return Withheld(code="not_kept")
        name = (received.slots.get("texts") or {}).get("name", "")
        return File(name=file_name(str(name)), content=content)

    async def _sheet(self, request: EffectRequest, connection: Connection) -> File | Withheld:
        try:
            content = await self._sheets(connection, request.incident, request.text)
        except NotFound:
            return Withheld(code="no_indicators")
        return File(name="indicators.json", content=content)

    async def _call(self, at: CommandAt, reader: Reader) -> Call | Withheld:
        """The call with its values; prose that people answered is put in where the account may have it."""
        references = {name: found for name, value in at.values.items() if (found := referred(value))}
        told: dict[str, str | None] = {}
        for name, (id, question) in references.items():
            entries = await self._reading.entries_by_id(reader, [id])
            texts = show(entries[0], reader).slots.get("texts", {}) if entries else {}
            if text_of(question) not in texts:
                return Withheld(code="not_released")
            told[name] = texts[text_of(question)]
        return await self._calls(at.model_copy(update={"values": {**at.values, **told}}) if told else at)

    def _coded(self, request: EffectRequest) -> Document:
        """A text of codes alone, or none for an effect without words."""
        banner = Banner(marking=request.marking)
        if request.text not in self._texts:
            return Document(blocks=(banner,))
        told = in_words(request.text, {**request.args, "incident": request.incident})
        body, link = f"{request.text}.body", self._address(request.incident)
        more = self._texts.parts(body, incident=request.incident, link=link) if body in self._texts else ()
        return Document(blocks=(banner, Heading(text=told), *((paragraph(*more),) if more else ())))


def _within(said: Composed | Withheld, connection: Connection) -> Composed | Withheld:
    """What is told of an incident as it stands now may be marked more strictly than when it was asked for."""
    banners = (
        (block for block in said.blocks if isinstance(block, Banner)) if isinstance(said, Document) else ()
    )
    return said if all(connection.carries(each.marking) for each in banners) else Withheld(code="ceiling")
