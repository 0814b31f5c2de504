"""A chat room in which heads of the log are posted, for others to keep."""

from playbooks.domain.document import Document
from playbooks.domain.ids import EffectId
from playbooks.ports.chat import ChatPort, Post


class RoomBoard:
    """One room of one connection."""

    def __init__(self, chat: ChatPort, room: str) -> None:
        self._chat = chat
        self._room = room

    async def post(self, id: str, document: Document) -> None:
        """See the port; a repeat that the vendor knows by its id is one message."""
        await self._chat.post(Post(effect_id=EffectId(id), document=document, room=self._room))
