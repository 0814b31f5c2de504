"""A code as people type and read it: itself, or its word in any language of the catalogue.

So a line means the same in every language: whoever reads « élevée » may type that, and a yes may be `oui` or `si`.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from typing import Final

from playbooks.domain.tongue import Tongue, speaking
from playbooks.texts import languages, load_texts
from playbooks.texts.wording import label

_YES_OR_NO: Final = ("true", "false")
"""As a playbook has them (CACAO 2.0, §10.18.4: `boolean`); the catalogue has the words."""


def word(family: str, code: str) -> str:
    """What the reader's language has for a code of this family of the catalogue; the code where it has nothing."""
    sort = _sort(code)
    return label(load_texts(), "answer", sort) if sort else label(load_texts(), family, code)


def meant(typed: str, family: str, codes: tuple[str, ...]) -> str | None:
    """The code that was typed, in whatever language and case; None for none. The first, where two share a word."""
    wanted = folded(typed)
    return next((code for code in codes if wanted == folded(code)), None) or next(
        (code for code in codes if wanted in _spelled(family, code)), None
    )


def spellings(family: str, code: str) -> Iterator[str]:
    """A code and its word in every language."""
    yield code
    for language in languages():
        with speaking(Tongue(language=language)):
            yield word(family, code)


def folded(text: str) -> str:
    """What counts of a word that is typed: neither case, accents, nor how its parts are joined."""
    plain = "".join(sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign))
    return re.sub(r"[\s_-]+", "-", plain.replace("’", "'").casefold().strip())  # noqa: RUF001  as people write it


def _sort(code: str) -> str | None:
    """Whether a code is a yes or a no, in whatever language its playbook was written."""
    return next((sort for sort in _YES_OR_NO if folded(code) in _of_sort(sort)), None)


@cache
def _of_sort(sort: str) -> frozenset[str]:
    return frozenset({sort, *_labels("answer", sort)})


def _labels(family: str, code: str) -> Iterator[str]:
    for language in languages():
        with speaking(Tongue(language=language)):
            yield folded(label(load_texts(), family, code))


@cache
def _spelled(family: str, code: str) -> frozenset[str]:
    sort = _sort(code)
    return _of_sort(sort) if sort else frozenset(_labels(family, code))
