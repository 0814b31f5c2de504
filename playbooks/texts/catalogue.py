"""The catalogue: a code such as `verdict.severity` in, a sentence in the reader's language out.

A text is a sentence with placeholders, `{incident}: the severity is now {severity}.` What fills one is data:
it is put in as it is, once, and never read as a text itself.
"""

import gettext
import re
from collections.abc import Iterator, Mapping
from datetime import UTC
from functools import cache
from importlib.resources import files
from io import BytesIO
from typing import Final

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from playbooks.domain.document import Code, Inline, Text, Time

_PLACEHOLDER: Final = re.compile(r"\{([a-z_][a-z0-9_]*)\}")


class UnknownText(LookupError):
    """No such code, or a placeholder left unfilled: a fault of the program, which its tests find."""


class Texts:
    """The texts of one language."""

    def __init__(self, locale: str, translations: gettext.GNUTranslations, codes: Mapping[str, bool]) -> None:
        """Take the compiled catalogue; `codes` says of each whether it counts something."""
        self.locale = locale
        self._translations = translations
        self._codes = codes

    def __contains__(self, code: str) -> bool:
        """Tell whether the catalogue has this code."""
        return code in self._codes

    def __iter__(self) -> Iterator[str]:
        """All codes, in the order of the catalogue."""
        return iter(self._codes)

    def say(self, code: str, **args: object) -> str:
        """The text with its placeholders filled. A counted text takes `count`. Raises UnknownText."""
        return _PLACEHOLDER.sub(lambda match: self._fill(code, match[1], args), self._text(code, args))

    def parts(self, code: str, **args: Inline | str | int) -> tuple[Inline, ...]:
        """The text as inline pieces: a time or a mention stays one, `what stands so` is code. Raises UnknownText."""
        pieces = _PLACEHOLDER.split(self._text(code, args))
        return tuple(
            part
            for index, piece in enumerate(pieces)
            for part in (_pieces(piece) if index % 2 == 0 else (self._part(code, piece, args),))
        )

    def placeholders(self, code: str) -> frozenset[str]:
        """The names that the text takes. Raises UnknownText."""
        return frozenset(_PLACEHOLDER.findall(self._text(code, {"count": 2})))

    def _text(self, code: str, args: Mapping[str, object]) -> str:
        if code not in self._codes:
            raise UnknownText(code)
        if not self._codes[code]:
            return self._translations.gettext(code)
        count = args.get("count")
        if not isinstance(count, int):
            raise UnknownText(f"{code} takes a count")
        return self._translations.ngettext(code, code, count)

    def _part(self, code: str, name: str, args: Mapping[str, Inline | str | int]) -> Inline:
        value = args.get(name)
        if value is None or isinstance(value, str | int):
            return Text(text=self._fill(code, name, args))
        return value

    @staticmethod
    def _fill(code: str, name: str, args: Mapping[str, object]) -> str:
        if name not in args:
            raise UnknownText(f"{code} takes {name}")
        value = args[name]
        return f"{value.at.astimezone(UTC):%Y-%m-%d %H:%M} UTC" if isinstance(value, Time) else str(value)


def _pieces(literal: str) -> Iterator[Inline]:
    for index, piece in enumerate(literal.split("`")):
        if piece:
            yield Code(text=piece) if index % 2 else Text(text=piece)


@cache
def load_texts(locale: str = "en") -> Texts:
    """Read the catalogue of a language that ships with Muster. Raises LookupError for one that does not."""
    file = files("playbooks.texts") / f"{locale}.po"
    if not file.is_file():
        raise LookupError(f"There are no texts in “{locale}”.")
    with file.open("rb") as source:
        catalogue = read_po(source, locale=locale, abort_invalid=True)
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    codes = {_code(message.id): isinstance(message.id, tuple) for message in catalogue if message.id}
    return Texts(locale, gettext.GNUTranslations(compiled), codes)


def _code(id: str | list[str] | tuple[str, ...]) -> str:
    return id if isinstance(id, str) else id[0]
