"""The grammar of conditions: a recursive descent over STIXPattern.g4's `comparisonExpression`.

Muster's one extension: the right side may be a variable too. EXISTS, and NOT before a test, are STIX 2.1's.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from playbooks.cacao import limits
from playbooks.cacao.conditions.tokens import NotACondition, Token, TokenKind, tokens_of
from playbooks.domain.saying import saying
from playbooks.texts.catalogue import load_texts
from playbooks.texts.wording import label

Scalar = str | int | float | bool


@dataclass(frozen=True)
class Literals:
    """A value written in the condition, with the kind it was written as."""

    kind: TokenKind
    value: Scalar


@dataclass(frozen=True)
class PathTo:
    """`__name__:value`, perhaps with a way into the value: `.key`, `[3]`, `[*]`."""

    object: str
    name: str
    inside: tuple[str | int, ...] = ()

    @property
    def is_variable(self) -> bool:
        """Whether this is a CACAO variable and not a property of a STIX object."""
        return self.name == "value" and self.object.startswith("__") and self.object.endswith("__")


Operand = Literals | PathTo


@dataclass(frozen=True)
class Test:
    """A comparison; `operator` in capitals, `=` and `!=` whatever way they were written."""

    path: PathTo
    operator: str
    operands: tuple[Operand, ...]
    negated: bool = False


@dataclass(frozen=True)
class Exists:
    """Whether a value is known."""

    path: PathTo
    negated: bool = False


@dataclass(frozen=True)
class Joined:
    """Parts joined by AND or by OR."""

    word: Literal["AND", "OR"]
    parts: tuple["Condition", ...]


@dataclass(frozen=True)
class Not:
    """The opposite of a part."""

    part: "Condition"


Condition = Test | Exists | Joined | Not

_SAME = {"==": "=", "<>": "!="}
_WORDS = ("LIKE", "MATCHES", "ISSUBSET", "ISSUPERSET")


def parse_condition(text: str) -> Condition:
    """Read a condition; raises NotACondition, with the position, for anything outside the grammar."""
    if len(text) > limits.CONDITION:
        raise NotACondition(saying("condition.long", size=limits.CONDITION), 0)
    return _Parser(tokens_of(text)).whole()


def variables_of(condition: Condition) -> Iterator[str]:
    """Names of the variables a condition reads, as `__name__`, in order of appearance."""
    for path in paths_of(condition):
        if path.is_variable:
            yield path.object


def paths_of(condition: Condition) -> Iterator[PathTo]:
    """Every path a condition reads, in order of appearance."""
    if isinstance(condition, Joined):
        for part in condition.parts:
            yield from paths_of(part)
    elif isinstance(condition, Not):
        yield from paths_of(condition.part)
    else:
        yield condition.path
        if isinstance(condition, Test):
            yield from (operand for operand in condition.operands if isinstance(operand, PathTo))


class _Parser:
    def __init__(self, tokens: list[Token]) -> None:
        self._tokens = tokens
        self._index = 0
        self._depth = 0
        self._patterns = 0

    def whole(self) -> Condition:
        condition = self._joined("OR")
        if self._here.kind is not TokenKind.END:
            raise self._wrong("end")
        return condition

    @property
    def _here(self) -> Token:
        return self._tokens[self._index]

    def _wrong(self, wanted: str) -> NotACondition:
        """`wanted` is a sign of the grammar, or what the catalogue says of it under `condition.wanted`."""
        at = self._here.position
        awaited = label(load_texts(), "condition.wanted", wanted)
        if not self._here.text:
            return NotACondition(saying("condition.ends", wanted=awaited), at)
        return NotACondition(saying("condition.other", wanted=awaited, found=self._here.text[:60]), at)

    def _take(self) -> Token:
        token = self._here
        self._index += 1
        return token

    def _taken(self, *texts: str) -> bool:
        """Step over a keyword or sign if it stands here."""
        found = self._here.kind in (TokenKind.KEYWORD, TokenKind.SIGN) and self._here.value in texts
        if found:
            self._index += 1
        return found

    def _must(self, text: str) -> None:
        if not self._taken(text):
            raise self._wrong(text)

    def _joined(self, word: Literal["AND", "OR"]) -> Condition:
        inner = self._test if word == "AND" else lambda: self._joined("AND")
        parts = [inner()]
        while self._taken(word):
            parts.append(inner())
        return parts[0] if len(parts) == 1 else Joined(word, tuple(parts))

    def _test(self) -> Condition:
        self._depth += 1
        if self._depth > limits.DEPTH:
            raise NotACondition(saying("condition.deep", size=limits.DEPTH), self._here.position)
        try:
            return self._nested()
        finally:
            self._depth -= 1

    def _nested(self) -> Condition:
        if self._taken("NOT"):
            return Not(self._test())
        if self._taken("EXISTS"):
            return Exists(self._path())
        if self._taken("("):
            inner = self._joined("OR")
            self._must(")")
            return inner
        return self._comparison(self._path())

    def _comparison(self, path: PathTo) -> Test:
        if self._here.kind is TokenKind.OPERATOR:
            written = self._take().value
            return Test(path, _SAME.get(written, written), (self._operand(),))
        negated = self._taken("NOT")
        if self._taken("IN"):
            return Test(path, "IN", self._set(), negated)
        if self._here.kind is TokenKind.KEYWORD and self._here.value in _WORDS:
            self._patterns += 1
            if self._patterns > limits.PATTERNS:
                raise NotACondition(saying("condition.patterns", size=limits.PATTERNS), self._here.position)
            return Test(path, self._take().value, (self._text(),), negated)
        raise self._wrong("test")

    def _text(self) -> Operand:
        if self._here.kind is not TokenKind.TEXT:
            raise self._wrong("text")
        return self._operand()

    def _set(self) -> tuple[Operand, ...]:
        self._must("(")
        if self._taken(")"):
            return ()
        members = [self._operand()]
        while self._taken(","):
            members.append(self._operand())
        self._must(")")
        return tuple(members)

    def _path(self) -> PathTo:
        if self._here.kind is not TokenKind.NAME:
            raise self._wrong("variable")
        object_name = self._take().value
        self._must(":")
        return PathTo(object_name, self._name(), tuple(self._inside()))

    def _name(self) -> str:
        if self._here.kind is not TokenKind.NAME:
            raise self._wrong("name")
        return self._take().value

    def _inside(self) -> Iterator[str | int]:
        while True:
            if self._taken("."):
                yield self._name()
            elif self._taken("["):
                yield self._index_in_list()
                self._must("]")
            else:
                return

    def _index_in_list(self) -> str | int:
        if self._taken("*"):
            return "*"
        token = self._here
        if token.kind is TokenKind.NUMBER and token.text.lstrip("+-").isdigit() and len(token.text) < 10:
            self._index += 1
            return int(token.text)
        raise self._wrong("index")

    def _operand(self) -> Operand:
        token = self._here
        if token.kind is TokenKind.NAME:
            return self._path()
        if token.kind is TokenKind.KEYWORD and token.value in ("TRUE", "FALSE"):
            self._index += 1
            return Literals(TokenKind.KEYWORD, token.value == "TRUE")
        if token.kind in (TokenKind.TEXT, TokenKind.TIME, TokenKind.BINARY, TokenKind.HEX):
            self._index += 1
            return Literals(token.kind, token.value)
        if token.kind is TokenKind.NUMBER and len(token.text) <= 40:
            self._index += 1
            return Literals(token.kind, float(token.text) if "." in token.text else int(token.text))
        raise self._wrong("operand")
