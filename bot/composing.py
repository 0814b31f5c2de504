"""Wording an effect: the entries it tells of, released to the connection's organization, in the catalogue's words."""

from collections.abc import Awaitable, Callable

from playbooks.actions.effect import CommandAt, EffectRequest
from playbooks.domain.connection import Connection
from playbooks.domain.document import Banner, Document, Heading
from playbooks.domain.errors import NotFound
from playbooks.domain.ids import EntryId
from playbooks.domain.release import Reader, show
from playbooks.domain.telling import tell
from playbooks.ports.composer import Withheld
from playbooks.ports.http import Call
from playbooks.ports.reading import Reading
from playbooks.texts.catalogue import Texts

Calls = Callable[[CommandAt], Awaitable[Call]]
"""From where a command stands to the call it makes. Raises NotFound or Malformed."""


class Composer:
    """The release rule's place in the door: every byte that leaves was released here, entry by entry."""

    def __init__(self, reading: Reading, texts: Texts, calls: Calls) -> None:
        self._reading = reading
        self._texts = texts
        self._calls = calls

    async def __call__(self, request: EffectRequest, connection: Connection) -> Document | Call | Withheld:
        """The message of this effect for this connection; Withheld when any entry of it may not be told there.

        An account is an organization's, no person's: of a restricted incident it learns nothing, not even by a page.
        """
        if not connection.carries(request.marking):
            return Withheld(code="ceiling")
        account = Reader(organization=connection.organization, ceiling=connection.ceiling)
        try:
            reader = await self._reading.placed(account, request.incident)
        except NotFound:
            return Withheld(code="not_known")
        if request.command is not None:
            return await self._calls(request.command)
        if not request.entries:
            return self._coded(request)
        entries = await self._reading.entries_by_id(reader, [EntryId(id) for id in request.entries])
        told = [show(entry, reader) for entry in entries]
        if len(told) < len(request.entries) or any(shown.is_withheld for shown in told):
            return Withheld(code="not_released")
        blocks: list[object] = [Banner(marking=request.marking)]
        for shown in told:
            blocks.extend(tell(shown, self._texts).blocks)
        return Document.model_validate({"blocks": blocks})

    def _coded(self, request: EffectRequest) -> Document:
        """A text of codes alone, or none for an effect without words."""
        banner = Banner(marking=request.marking)
        if request.text not in self._texts:
            return Document(blocks=(banner,))
        args = {name: str(value) for name, value in request.args.items()}
        said = self._texts.say(request.text, **args, incident=request.incident)
        return Document(blocks=(banner, Heading(text=said)))
