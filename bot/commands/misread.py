"""What was typed and cannot be understood, with the nearest that would be right."""

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Final

from playbooks.domain.errors import Malformed, NotFound
from playbooks.domain.saying import Saying

_LONGEST_WORD: Final = 60
"""What is longer is no slip of the fingers, and comparing it would cost more than it is worth."""


class Misread(Malformed):
    """A line that is no command as it stands. `code` is a text of the catalogue, which `said` fills."""

    def __init__(self, code: str, *, nearest: str | None = None, **said: str | int) -> None:
        super().__init__(Saying(text=code, args=said), code=code)
        self.nearest = nearest
        self.said = said


class Missing(Misread):
    """Something that the command needs was not given; its form asks for it, where a chat system has forms."""

    def __init__(self, label: str, *, code: str = "misread.missing") -> None:
        super().__init__(code, field=label)


class Unfound(Misread, NotFound):
    """Someone or something named that nobody knows by that name."""


def nearest(typed: str, known: Iterable[str]) -> str | None:
    """The known word that is most like what was typed, whatever its case; None when nothing is near."""
    if len(typed) > _LONGEST_WORD:
        return None
    by_fold = {word.casefold(): word for word in known}
    found = get_close_matches(typed.casefold(), by_fold, n=1, cutoff=0.6)
    return by_fold[found[0]] if found else None


def short(typed: str) -> str:
    """What was typed, short enough to be said back."""
    return typed if len(typed) <= _LONGEST_WORD else typed[: _LONGEST_WORD - 1] + "…"
