"""Spaces that a language keeps its signs with, so that whoever writes a text types a plain one.

French has a space before `:`, `;`, `?`, `!`, `%` and `»` and after `«`, and no line ends there
(Imprimerie nationale, *Lexique des règles typographiques*). What stands in backquotes is typed by people and stays.
"""

import re
from typing import Final

_NO_BREAK: Final = "\N{NO-BREAK SPACE}"
_JOINED: Final = {"fr": re.compile(r" (?=[:;?!%»](?!\w))|(?<=«) ")}
"""Of a language, the plain spaces at which no line may end."""


def typeset(language: str, text: str) -> str:
    """The text as the language is printed."""
    if language not in _JOINED:
        return text
    return "`".join(
        span if index % 2 else _JOINED[language].sub(_NO_BREAK, span)
        for index, span in enumerate(text.split("`"))
    )
