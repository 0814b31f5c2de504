"""What was said back to a line, kept for the page that the browser is sent to next.

In memory, for minutes: an answer that got lost (another process, a restart) costs nothing, for what was decided stands
in the story, and the same line sent again gets the same verdict.
"""

from collections import OrderedDict
from datetime import datetime, timedelta
from typing import Final

from starlette.requests import Request

from bot.commands.desk import Reply
from playbooks.domain.ids import PersonId

_KEPT: Final = 500
_FOR: Final = timedelta(minutes=10)


class Answers:
    """Answers by the line's id; each is for the person who said it alone."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[PersonId, str], tuple[datetime, Reply]] = OrderedDict()

    def keep(self, person: PersonId, once: str, reply: Reply, now: datetime) -> None:
        """Keep an answer; the oldest go first when there are many."""
        self._kept[person, once] = (now, reply)
        while len(self._kept) > _KEPT:
            self._kept.popitem(last=False)

    def find(self, person: PersonId, once: str, now: datetime) -> Reply | None:
        """The answer to a line, as often as the page is loaded while it is fresh."""
        kept = self._kept.get((person, once))
        return kept[1] if kept and now - kept[0] < _FOR else None


def answers_of(request: Request) -> Answers:
    """The answers that the app keeps."""
    answers: Answers = request.app.state.answers
    return answers
