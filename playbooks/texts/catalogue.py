"""The catalogue: a code such as `verdict.severity` in, a sentence in the reader's language out.

The language is that of whoever is spoken to (`playbooks/domain/tongue.py`). What a language lacks is said in English.
A text is a sentence with placeholders, `{incident}: the severity is now {severity}.` What fills one is data:
it is put in as it is, once, and never read as a text itself.
"""

import gettext
import re
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from io import BytesIO
from typing import Final

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from playbooks.domain.document import Code, Inline, Text, Time, plain_part
from playbooks.domain.tongue import SOURCE, moment, number, tongue
from playbooks.texts.typesetting import typeset

_PLACEHOLDER: Final = re.compile(r"\{([a-z_][a-z0-9_]*)\}")
_FOLDER: Final = files("playbooks.texts")
_COUNTS: Final = frozenset({"count", "size"})
"""What is a number of something; any other number names something, such as an entry, and is written as it is."""


class UnknownText(LookupError):
    """No such code, or a placeholder left unfilled: a fault of the program, which its tests find."""


class Texts:
    """The texts of every language that ships."""

    def __init__(self, codes: Mapping[str, bool]) -> None:
        """Of these codes; each says whether its text counts."""
        self._codes = codes

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages that there are texts in, by their codes."""
        return languages()

    def __contains__(self, code: str) -> bool:
        """Tell whether the catalogue has this code."""
        return code in self._codes

    def __iter__(self) -> Iterator[str]:
        """All codes, in the order of the catalogue."""
        return iter(self._codes)

    def say(self, code: str, /, **args: object) -> str:
        """The text with its placeholders filled. A counted text takes `count`. Raises UnknownText."""
        return _PLACEHOLDER.sub(lambda match: self._fill(code, match[1], args), self._text(code, args))

    def parts(self, code: str, /, **args: Inline | str | int) -> tuple[Inline, ...]:
        """The text as inline pieces: a time or a mention stays one, `what stands so` is code. Raises UnknownText."""
        spans = enumerate(self._text(code, args).split("`"))
        return tuple(
            part
            for index, span in spans
            if span
            for part in (
                (self._literally(code, span, args),) if index % 2 else self._pieces(code, span, args)
            )
        )

    def placeholders(self, code: str) -> frozenset[str]:
        """The names that the text takes. Raises UnknownText."""
        return frozenset(_PLACEHOLDER.findall(self._text(code, {"count": 2})))

    def _text(self, code: str, args: Mapping[str, object]) -> str:
        if code not in self._codes:
            raise UnknownText(code)
        language = tongue().language
        translations = _translations(language if language in languages() else SOURCE)
        if not self._codes[code]:
            return translations.gettext(code)
        count = args.get("count")
        if not isinstance(count, int):
            raise UnknownText(f"{code} takes a count")
        return translations.ngettext(code, code, count)

    def _literally(self, code: str, span: str, args: Mapping[str, Inline | str | int]) -> Code:
        """What stands between backticks is one piece, what fills it among it: a command can be typed as it is told."""
        return Code(text=_PLACEHOLDER.sub(lambda match: plain_part(self._part(code, match[1], args)), span))

    def _pieces(self, code: str, span: str, args: Mapping[str, Inline | str | int]) -> Iterator[Inline]:
        for index, piece in enumerate(_PLACEHOLDER.split(span)):
            if index % 2:
                yield self._part(code, piece, args)
            elif piece:
                yield Text(text=piece)

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
        if isinstance(value, Time):
            return moment(value.at)
        return number(value) if isinstance(value, int) and name in _COUNTS else str(value)


@cache
def load_texts() -> Texts:
    """The catalogues that ship with Muster. English is read now, any other language when somebody first speaks it."""
    return Texts(
        {_code(message.id): isinstance(message.id, tuple) for message in _read(SOURCE) if message.id}
    )


@cache
def languages() -> tuple[str, ...]:
    """The languages that ship, English first."""
    there = (file.name.removesuffix(".po") for file in _FOLDER.iterdir() if file.name.endswith(".po"))
    return tuple(sorted(there, key=lambda language: (language != SOURCE, language)))


@cache
def _translations(language: str) -> gettext.GNUTranslations:
    compiled = BytesIO()
    write_mo(compiled, _read(language))
    compiled.seek(0)
    translations = gettext.GNUTranslations(compiled)
    if language != SOURCE:
        translations.add_fallback(_translations(SOURCE))
    return translations


@cache
def _read(language: str) -> Catalog:
    with (_FOLDER / f"{language}.po").open("rb") as source:
        catalogue = read_po(source, locale=language, abort_invalid=True)
    for message in catalogue:
        message.string = _typeset(language, message.string)
    return catalogue


def _typeset(
    language: str, said: str | list[str] | tuple[str, ...] | None
) -> str | list[str] | tuple[str, ...] | None:
    if said is None:
        return None
    return (
        typeset(language, said) if isinstance(said, str) else tuple(typeset(language, form) for form in said)
    )


def _code(id: str | list[str] | tuple[str, ...]) -> str:
    return id if isinstance(id, str) else id[0]
