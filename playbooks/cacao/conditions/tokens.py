"""The words of a condition (STIXPattern.g4, OASIS)."""

import re
from dataclasses import dataclass
from enum import StrEnum

from playbooks.domain.saying import Saying, saying


class NotACondition(Exception):
    """The text is not in the grammar. `position` counts characters from 0."""

    def __init__(self, problem: Saying, position: int) -> None:
        super().__init__(problem)
        self.problem = problem
        self.position = position


class TokenKind(StrEnum):
    """What a token is."""

    KEYWORD = "keyword"
    NAME = "name"
    TEXT = "text"
    NUMBER = "number"
    TIME = "time"
    BINARY = "binary"
    HEX = "hex"
    OPERATOR = "operator"
    SIGN = "sign"
    END = "end"


KEYWORDS = frozenset(
    ("AND", "OR", "NOT", "IN", "LIKE", "MATCHES", "ISSUBSET", "ISSUPERSET", "EXISTS", "TRUE", "FALSE")
)


@dataclass(frozen=True)
class Token:
    """One word; `value` is what it means, `text` how it was written."""

    kind: TokenKind
    text: str
    value: str
    position: int


_PATTERN = re.compile(
    r"""
      (?P<skip>\s+|//[^\n]*|/\*.*?\*/)
    | (?P<time>t'[^'\\]*')
    | (?P<binary>b'[^'\\]*')
    | (?P<hex>h'[^'\\]*')
    | (?P<text>'(?:[^'\\]|\\['\\])*')
    | (?P<quoted>"(?:[^"]|"")*")
    | (?P<number>[+-]?(?:[0-9]*\.[0-9]+|[0-9]+))
    | (?P<name>[A-Za-z_][A-Za-z0-9_-]*)
    | (?P<operator>==|!=|<>|<=|>=|=|<|>)
    | (?P<sign>[()\[\],.:*])
    """,
    re.VERBOSE | re.DOTALL,
)
_PREFIXED = {"time": TokenKind.TIME, "binary": TokenKind.BINARY, "hex": TokenKind.HEX}


def tokens_of(text: str) -> list[Token]:
    """Split a condition into words; raises NotACondition where none fits."""
    found: list[Token] = []
    position = 0
    while position < len(text):
        match = _PATTERN.match(text, position)
        if match is None:
            raise NotACondition(saying("condition.sign", sign=text[position]), position)
        if match.lastgroup != "skip":
            found.append(_token(match))
        position = match.end()
    found.append(Token(TokenKind.END, "", "", position))
    return found


def _token(match: re.Match[str]) -> Token:
    group, text, position = match.lastgroup or "", match.group(), match.start()
    if group == "name" and text.upper() in KEYWORDS:
        return Token(TokenKind.KEYWORD, text, text.upper(), position)
    if group == "quoted":
        return Token(TokenKind.NAME, text, text[1:-1].replace('""', '"'), position)
    if group == "text":
        return Token(TokenKind.TEXT, text, re.sub(r"\\(.)", r"\1", text[1:-1], flags=re.DOTALL), position)
    if group in _PREFIXED:
        return Token(_PREFIXED[group], text, text[2:-1], position)
    return Token(TokenKind(group), text, text, position)
