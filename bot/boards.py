"""The board that a room keeps of a question: made of what the room's organization may have, whenever it is edited."""

from bot.commands.board import live_board
from playbooks.domain.document import Document
from playbooks.domain.errors import NotFound
from playbooks.domain.ids import ConsultationId, IncidentKey
from playbooks.domain.release import Reader
from playbooks.ports.views import Views
from playbooks.texts import Texts


class Boards:
    """Makes them."""

    def __init__(self, views: Views, texts: Texts) -> None:
        self._views = views
        self._texts = texts

    async def __call__(self, reader: Reader, key: IncidentKey, consultation: ConsultationId) -> Document:
        """How a question stands. Raises NotFound where the reader may not know of it, and Unavailable."""
        case = await self._views.case(reader, key)
        found = case.consultations.get(consultation)
        if found is None:
            raise NotFound(f"There is no question {consultation} in {key} for this room.")
        return live_board(self._texts, case, found, reader)
