"""What each person was last answered, for when nothing can be asked: her own answers, as old as they are."""

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from playbooks.domain.document import Document

_MOST: Final = 2_000


@dataclass(frozen=True, slots=True)
class LastAnswer:
    """An answer and when it was given."""

    document: Document
    answered_at: datetime


class LastAnswers:
    """In memory alone, the least used forgotten first. Nobody is shown what she was not shown before."""

    def __init__(self) -> None:
        self._known: OrderedDict[tuple[str, ...], LastAnswer] = OrderedDict()

    def remember(self, question: tuple[str, ...], answer: LastAnswer) -> None:
        """Keep the answer to a question, which says who asked, what, of what, and over which way back."""
        self._known[question] = answer
        self._known.move_to_end(question)
        if len(self._known) > _MOST:
            self._known.popitem(last=False)

    def last(self, question: tuple[str, ...]) -> LastAnswer | None:
        """The last answer to this very question."""
        return self._known.get(question)
