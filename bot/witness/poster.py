"""Posts the log's newest head where people keep it: in chat rooms and mailboxes of other organizations."""

import logging
from collections.abc import Callable, Mapping

from bot.witness.pacing import Pacing
from playbooks.domain.document import Banner, Code, Document, Heading, Paragraph, Text
from playbooks.domain.errors import IncidentError
from playbooks.domain.marking import Marking
from playbooks.domain.proof.heads import SignedHead
from playbooks.domain.proof.held import in_a_word
from playbooks.domain.proof.notes import Note
from playbooks.ports.witness import Board, PostedHeads
from playbooks.texts import Texts

_log = logging.getLogger(__name__)


class Poster:
    """What the runner `witness` does for those that only keep; it asks for no answer."""

    def __init__(
        self,
        heads: PostedHeads,
        boards: Mapping[str, Callable[[], Board]],
        checkpoint: Callable[[SignedHead], Note],
        texts: Texts,
        pacing: Pacing,
    ) -> None:
        """`boards` are opened when something is posted: one whose secret is missing keeps no other from it."""
        self._heads = heads
        self._boards = boards
        self._checkpoint = checkpoint
        self._texts = texts
        self._pacing = pacing

    async def step(self) -> int:
        """Post the newest head where it is due; always 0, since nothing is left until the next waking."""
        newest = await self._heads.newest()
        if newest is not None:
            for place, board in self._boards.items():
                if await self._pacing.is_due(place, newest.head.size, self._heads.posted):
                    await self._post(place, board, newest)
        return 0

    async def _post(self, place: str, board: Callable[[], Board], newest: SignedHead) -> None:
        document = _told(self._texts, self._checkpoint(newest))
        try:
            await board().post(f"head/{place}/{newest.head.size}", document)
        except IncidentError as error:
            _log.warning("head not posted to %s: %s", place, error.sentence)
            await self._heads.not_posted(place, error.sentence)
        else:
            await self._heads.keep_posted(place, newest.head.size)


def _told(texts: Texts, note: Note) -> Document:
    """The head in one word that survives chat and mail, and what it is for."""
    return Document(
        blocks=(
            Banner(marking=Marking.GREEN),
            Heading(text=texts.say("head.title")),
            Paragraph(parts=(Text(text=texts.say("head.use")),)),
            Paragraph(parts=(Code(text=in_a_word(note)),)),
        )
    )
