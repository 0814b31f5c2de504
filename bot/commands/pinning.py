"""A message of a chat system that somebody pins into the record by a sign, a menu or a reply."""

from datetime import datetime
from typing import Final

from bot.commands.adding import ADDING
from playbooks.domain.organization import Person

PIN: Final = next(command for command in ADDING if command.words == ("pin",))


def pin_of(author: Person | None, at: datetime, link: str, words: str) -> dict[str, str]:
    """The fields of the command; an author whom nobody knows is left out."""
    by = author.id if author else ""
    return {"by": by, "at": at.isoformat(timespec="seconds"), "link": link, "message": words}
