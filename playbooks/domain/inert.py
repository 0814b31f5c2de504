"""Inert text: anybody's words and addresses, made so that they can act nowhere, whatever shows them."""

import re
import unicodedata
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator

_LINE_ENDS = str.maketrans({"\u0085": "\n", "\u2028": "\n", "\u2029": "\n", "\v": "\n", "\f": "\n"})
_REORDERING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Bidirectional embeddings, overrides and isolates: with them a text moves its neighbours (Unicode TR 36)."""


_UNSEEN = frozenset(
    map(chr, (0x180E, 0x200B, *range(0x2060, 0x2065), *range(0x206A, 0x2070), 0xFEFF, *range(0xFFF9, 0xFFFC)))
) | frozenset(map(chr, range(0xE0000, 0xE0080)))
"""What nobody sees and no script needs: zero-width spaces, deprecated controls, annotations, tags. With them a name
looks like another, and what is there for machines alone stands where people read (Unicode TR 36, TR 39)."""
_JOINERS = re.compile("(?<![^\\x00-\\x7f])[\u200c\u200d]+|[\u200c\u200d]+(?![^\\x00-\\x7f])")
"""Joiners beside a letter of ASCII: scripts that join stand on both sides of theirs, as emoji do."""


def harmless(text: str) -> str:
    """Make text inert: one kind of line end, control characters made visible, reordering and unseen ones removed.

    Letters, marks, digits, punctuation and emoji of every script stay, and so do line feed and tab.
    """
    unified = text.replace("\r\n", "\n").replace("\r", "\n").translate(_LINE_ENDS)
    seen = "".join(_visible(character) for character in unified)
    return _JOINERS.sub("", seen)


def one_line(text: str) -> str:
    """Make text inert and keep it on one line, its spaces run together; for headings, labels and titles."""
    return " ".join(harmless(text).split())


def _visible(character: str) -> str:
    if character in "\n\t":
        return character
    if character in _REORDERING or character in _UNSEEN:
        return ""
    if character == "\x7f":
        return "\u2421"
    if character < " ":
        return chr(0x2400 + ord(character))
    return "\ufffd" if unicodedata.category(character) in {"Cc", "Cs"} else character


def _locating(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or "@" in parts.netloc:
        raise ValueError(
            f"“{url}” does not locate anything; a link is an http(s) address without credentials"
        )
    if any(character.isspace() or not character.isprintable() or character in '<>"|\\`' for character in url):
        raise ValueError(f"“{url}” holds characters that an address may not hold; percent-encode them")
    return url


def is_locating(url: str) -> bool:
    """Tell whether this is an address that may stand in a link."""
    try:
        return bool(_locating(url))
    except ValueError:
        return False


def _command(line: str) -> str:
    if not line.startswith("/") or line != one_line(line):
        raise ValueError(f"“{line}” is no command line; it is one line that begins with “/”")
    return line


Lines = Annotated[str, BeforeValidator(lambda text: harmless(text) if isinstance(text, str) else text)]
"""Anybody's words, several lines allowed, inert."""
Line = Annotated[str, BeforeValidator(lambda text: one_line(text) if isinstance(text, str) else text)]
"""Anybody's words on one line, inert."""
Url = Annotated[str, AfterValidator(_locating)]
CommandLine = Annotated[str, AfterValidator(_command)]
