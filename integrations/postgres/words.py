"""Full text of people's words as a blind index: each word stands there as its keyed hash, in its place.

So the database finds words, side by side too, and holds none of them: what lies under lock is not told by its index. It
tells how often a word comes, and which entries share one. The key follows from the installation's first entry key.
"""

import hmac
import re
from collections.abc import Iterator, Mapping
from hashlib import sha256
from typing import Final

from integrations.postgres.vault import Vault

INSERT: Final = """
INSERT INTO words (entry, tree, vector)
SELECT id, tree, to_tsvector('simple', hidden) FROM new, (SELECT %s::text AS hidden) AS said WHERE hidden <> ''
ON CONFLICT DO NOTHING
"""
"""The words of each id of `new`, from `hidden_words`."""

_WORD: Final = re.compile(r"\w{1,100}")
_TERM: Final = re.compile(r'(-?)(?:"([^"]*)"|(\S+))')
_MOST: Final = 16_000
"""Words of an entry; PostgreSQL counts places no further."""
_DIGITS: Final = 16


def hidden_words(vault: Vault, texts: Mapping[str, str]) -> str:
    """An entry's words in their order, each as its hash; empty where there are none."""
    found = (match.group() for text in texts.values() for match in _WORD.finditer(text.casefold()))
    return " ".join(_hidden(vault, word) for _, word in zip(range(_MOST), found, strict=False))


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
    return "w" + hmac.new(vault.words_key, word.encode(), sha256).hexdigest()[:_DIGITS]
