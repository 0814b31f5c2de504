"""Full text of people's words as a blind index: each word stands there as its keyed hash, in its place.

So the database finds words, side by side too, and holds none of them: what lies under lock is not told by its index. It
tells how often a word comes, and which entries share one. The key follows from the installation's first entry key.
"""

import hmac
import re
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Final

from integrations.postgres.vault import Vault

INSERT: Final = """
INSERT INTO words (entry, tree, vector)
SELECT id, tree, hidden::tsvector FROM new, (SELECT %s::text AS hidden) AS said WHERE hidden <> ''
ON CONFLICT DO NOTHING
"""
"""The words of each id of `new`, from `hidden_words`."""

_WORD: Final = re.compile(r"\w{1,100}")
_TERM: Final = re.compile(r'(-?)(?:"([^"]*)"|(\S+))')
_MOST: Final = 16_000
"""Words of an entry; PostgreSQL counts places no further."""
_PLACES: Final = 255
"""Of one word; PostgreSQL keeps no more."""
_DIGITS: Final = 16


def hidden_words(vault: Vault, texts: Mapping[str, str]) -> str:
    """An entry's words as a tsvector, each as its hash with its places; empty where there are none."""
    found = (match.group() for text in texts.values() for match in _WORD.finditer(text.casefold()))
    places: dict[str, list[str]] = {}
    for place, word in enumerate(islice(found, _MOST), start=1):
        places.setdefault(word, []).append(str(place))
    return " ".join(f"{_hidden(vault, word)}:{','.join(each[:_PLACES])}" for word, each in places.items())


def hidden_question(vault: Vault, question: str) -> str:
    """What is searched for, in the form of `websearch_to_tsquery`: `"side by side"`, `-not`, `or`."""
    return " ".join(_terms(vault, question.casefold()))


def _terms(vault: Vault, question: str) -> Iterator[str]:
    for sign, together, alone in _TERM.findall(question):
        if alone == "or" and not sign:
            yield "or"
        elif words := _WORD.findall(together or alone):
            yield f'{sign}"{" ".join(_hidden(vault, word) for word in words)}"'


def _hidden(vault: Vault, word: str) -> str:
    return "w" + hmac.digest(vault.words_key, word.encode(), "sha256").hex()[:_DIGITS]
