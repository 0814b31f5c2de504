"""Full text of people's words as a blind index: each word stands there as its keyed hash, in its place.

So the database finds words, side by side too, and holds none of them: what lies under lock is not told by its index. It
tells how often a word comes, and which entries share one. The key follows from the installation's first entry key.
"""

import re
from collections.abc import Iterator, Mapping
from hashlib import blake2b
from itertools import chain, islice
from typing import Final

from integrations.postgres.vault import Vault

WORDS: Final = """
INSERT INTO words (entry, tree, vector) SELECT id, tree, words::tsvector FROM fresh WHERE words <> ''
ON CONFLICT DO NOTHING
"""
"""Writes the words of each row of `fresh`: its `id`, its `tree`, and its `words`, from `hidden_words`."""

_WORD: Final = re.compile(r"\w{1,100}")
_TERM: Final = re.compile(r'(-?)(?:"([^"]*)"|(\S+))')
_MOST: Final = 16_000
"""Words of an entry; PostgreSQL counts places no further."""
_PLACES: Final = 255
"""Of one word; PostgreSQL keeps no more."""
_BYTES: Final = 8


def hidden_words(vault: Vault, texts: Mapping[str, str]) -> str:
    """An entry's words as a tsvector, each as its hash with its places; empty where there are none."""
    found = chain.from_iterable(_WORD.findall(text.casefold()) for text in texts.values())
    places: dict[str, list[str]] = {}
    for place, word in enumerate(islice(found, _MOST), start=1):
        places.setdefault(word, []).append(str(place))
    key = vault.words_key
    return " ".join(f"{_hidden(key, word)}:{','.join(each[:_PLACES])}" for word, each in places.items())


def hidden_question(vault: Vault, question: str) -> str:
    """What is searched for, in the form of `websearch_to_tsquery`: `"side by side"`, `-not`, `or`."""
    return " ".join(_terms(vault, question.casefold()))


def _terms(vault: Vault, question: str) -> Iterator[str]:
    for sign, together, alone in _TERM.findall(question):
        if alone == "or" and not sign:
            yield "or"
        elif words := _WORD.findall(together or alone):
            yield f'{sign}"{" ".join(_hidden(vault.words_key, word) for word in words)}"'


def _hidden(key: bytes, word: str) -> str:
    """Keyed BLAKE2b (RFC 7693), which is one call where HMAC is three: it is asked for each word of each entry."""
    return "w" + blake2b(word.encode(), digest_size=_BYTES, key=key).hexdigest()
