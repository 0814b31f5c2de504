"""What people typed in Slack, as they typed it: Slack escapes three characters and marks up what it recognizes.

Mentions of people stay as Slack writes them, `<@U012AB3CD>`; the commands know that form.
"""

import re
from typing import Final

_MARKED: Final = re.compile(r"<([^<>|\s][^<>|]*)(?:\|([^<>]*))?>")
_ENTITIES: Final = (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"))


def spoken(text: str) -> str:
    """The words behind Slack's markup: `<#C012|ops>` is #ops, `<https://who.int|who.int>` the address itself."""
    words = _MARKED.sub(_word, text)
    for entity, character in _ENTITIES:
        words = words.replace(entity, character)
    return words


def _word(found: re.Match[str]) -> str:
    target, label = found[1], found[2] or ""
    match target[:1]:
        case "@":
            return found[0]
        case "#":
            return f"#{label or target[1:]}"
        case "!":
            return label or f"@{target[1:].partition('^')[0]}"
        case _:
            return target
