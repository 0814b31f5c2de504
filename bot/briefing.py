"""What a new room begins with: how things stand, who holds which role, and what is to be done."""

from bot.commands.status import briefing
from playbooks.domain.document import Document
from playbooks.domain.ids import IncidentKey
from playbooks.domain.release import Reader
from playbooks.ports.views import Views
from playbooks.texts import Texts


class Briefing:
    """Makes it of what the room's organization may have."""

    def __init__(self, views: Views, texts: Texts) -> None:
        self._views = views
        self._texts = texts

    async def __call__(self, reader: Reader, key: IncidentKey) -> Document:
        """The briefing of an incident. Raises NotFound and Unavailable."""
        return briefing(self._texts, await self._views.case(reader, key))
