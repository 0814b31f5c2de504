"""What the playbooks that ship say, in the language of whoever reads it.

A CACAO document is in one language, and the record keeps what it said as it said it, with the values of its variables
put in. Each of its texts stands in the catalogue under `says.<its first words>`, a variable as a placeholder, and what
it calls things under `shipped.<its words>`. A line of the record that is one of them is said anew where it is shown;
any other, such as what people wrote, stays as it is.
"""

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import Final, NamedTuple

from playbooks.domain.tongue import SOURCE, Tongue, speaking, tongue
from playbooks.texts.catalogue import load_texts

_NOT_WORDS: Final = re.compile(r"[^a-z0-9]+")
_VARIABLE: Final = re.compile(r"__([a-z][a-z0-9_]*?)__:value")
_LONGEST: Final = 80
_MARK: Final = "\0"
_MEANING: Final = re.compile(r"([A-Za-z0-9_-]+: )(.+)")
"""What is asked for by name, and what it means (`bot/library.py`)."""


class _Pattern(NamedTuple):
    code: str
    begins: str
    line: re.Pattern[str]


def code_of_name(words: str) -> str:
    """The code of the catalogue for what a shipped playbook calls something."""
    return f"shipped.{_slug(words)}"


def code_of_text(words: str) -> str:
    """The code of the catalogue for what a shipped playbook says."""
    return f"says.{_slug(as_catalogued(words))[:_LONGEST].strip('-')}"


def as_catalogued(words: str) -> str:
    """A playbook's text as the catalogue has it in English: `__system__:value` is `{system}`."""
    return _VARIABLE.sub(r"{\1}", words)


def template_as_read(words: str) -> str:
    """What a shipped playbook says before its variables have values, in the reader's language; any other as it is."""
    code, texts = code_of_text(words), load_texts()
    if tongue().language == SOURCE or code not in texts:
        return words
    return texts.say(code, **{name: f"__{name}__:value" for name in texts.placeholders(code)})


def name_as_read(name: str) -> str:
    """What a shipped playbook calls something, in the reader's language; any other name as it is."""
    code, texts = code_of_name(name), load_texts()
    is_ours = tongue().language != SOURCE and code in texts and _english(code) == name
    return texts.say(code) if is_ours else name


def text_as_read(words: str) -> str:
    """What a shipped playbook says, with or without its values, in the reader's language; any other text as it is."""
    language = tongue().language
    if language == SOURCE or not words:
        return words
    return "\n".join(_line_as_read(line, language) for line in words.split("\n"))


@lru_cache(maxsize=4096)
def _line_as_read(line: str, _language: str) -> str:
    said = _said_anew(line)
    if said is None and (asked := _MEANING.fullmatch(line)):
        meaning = _said_anew(asked[2])
        said = None if meaning is None else f"{asked[1]}{meaning}"
    return line if said is None else said


def _said_anew(line: str) -> str | None:
    texts = load_texts()
    if code := _whole().get(line):
        return texts.say(code)
    for pattern in _patterns():
        if line.startswith(pattern.begins) and (found := pattern.line.fullmatch(line)):
            return texts.say(
                pattern.code, **{name: text_as_read(value) for name, value in found.groupdict().items()}
            )
    return None


@cache
def _whole() -> dict[str, str]:
    """The code of each text that takes no value, by what it is in English."""
    texts = load_texts()
    return {_english(code): code for code in _codes() if not texts.placeholders(code)}


@cache
def _patterns() -> tuple[_Pattern, ...]:
    """The texts that take values, as what they are in English with any values: the one that says most first.

    A value may be anything, so that a short text would take a longer one that begins alike for itself and its value.
    """
    valued = (code for code in _codes() if load_texts().placeholders(code))
    return tuple(_pattern(code) for code in sorted(valued, key=_said_length, reverse=True))


def _pattern(code: str) -> _Pattern:
    marked = {name: f"{_MARK}{name}{_MARK}" for name in load_texts().placeholders(code)}
    pieces = _english(code, **marked).split(_MARK)
    return _Pattern(code, pieces[0], re.compile("".join(_expressions(pieces))))


def _expressions(pieces: list[str]) -> Iterator[str]:
    """A placeholder takes anything, and wherever it stands again the same."""
    known = set[str]()
    for index, piece in enumerate(pieces):
        if index % 2 == 0:
            yield re.escape(piece)
        else:
            yield f"(?P={piece})" if piece in known else f"(?P<{piece}>.+)"
            known.add(piece)


def _said_length(code: str) -> int:
    return len(_english(code, **dict.fromkeys(load_texts().placeholders(code), "")))


def _codes() -> Iterator[str]:
    return (code for code in load_texts() if code.startswith("says."))


def _english(code: str, **args: str) -> str:
    with speaking(Tongue(language=SOURCE)):
        return load_texts().say(code, **args)


def _slug(words: str) -> str:
    return _NOT_WORDS.sub("-", words.lower()).strip("-")
