"""MATCHES in bounded time: a regular expression run as an automaton, never by backtracking.

The patterns come from documents that nobody here wrote, so time must not depend on their cunning. All states are
followed at once (Thompson 1968): the cost is at most states times characters, and both are limited. Groups,
alternatives, classes, repetitions, anchors and the usual escapes are there; back-references and look-around are not
regular, cannot be run this way, and are refused.
"""

from collections.abc import Callable

from playbooks.cacao.conditions.automaton import Accepts, Holds, State, run
from playbooks.domain.saying import Faulty, saying

STATES = 1_000
WORK = 400_000
"""States times characters that one search may cost."""


class Unsupported(Faulty):
    """The pattern uses something that cannot be run in bounded time, or is no regular expression."""


class TooCostly(Faulty):
    """Pattern and value together are larger than we try."""


def search(pattern: str, text: str) -> bool:
    """Tell whether the pattern matches anywhere in the text; `.` also matches a line break (STIX 2.1 §9.6)."""
    automaton = compile_pattern(pattern)
    if len(automaton) * (len(text) + 1) > WORK:
        raise TooCostly(saying("pattern.too_costly"))
    return run(automaton, text)


def compile_pattern(pattern: str) -> list[State]:
    """The automaton of a pattern; state 0 begins, the last accepts. Raises Unsupported."""
    if len(pattern) > STATES:
        raise Unsupported(saying("pattern.too_long", size=STATES))
    compiler = _Compiler(pattern)
    return compiler.compiled()


_Piece = Callable[[int], int]
"""Builds a part of the automaton that leads to the given state; answers the state where the part begins."""

_WORD = frozenset("_")


def _is_word(character: str) -> bool:
    return character.isalnum() or character in _WORD


def _at_boundary(text: str, position: int) -> bool:
    before = position > 0 and _is_word(text[position - 1])
    after = position < len(text) and _is_word(text[position])
    return before != after


_CLASSES: dict[str, Accepts] = {
    "d": str.isdigit,
    "D": lambda c: not c.isdigit(),
    "w": _is_word,
    "W": lambda c: not _is_word(c),
    "s": str.isspace,
    "S": lambda c: not c.isspace(),
}
_CONTROLS = {"n": "\n", "r": "\r", "t": "\t", "f": "\f", "v": "\v", "a": "\a", "e": "\x1b", "0": "\0"}
_ANCHORS: dict[str, Holds] = {
    "A": lambda _, position: position == 0,
    "z": lambda text, position: position == len(text),
    "Z": lambda text, position: position == len(text) or text[position:] == "\n",
    "b": _at_boundary,
    "B": lambda text, position: not _at_boundary(text, position),
}
_HEX_LENGTHS = {"x": 2, "u": 4}


class _Compiler:
    """Reads a pattern by recursive descent; every repetition builds its part anew, so counts cost states."""

    def __init__(self, pattern: str) -> None:
        self._pattern = pattern
        self._at = 0
        self._depth = 0
        self._folds = False
        self._repeats = 0
        self._states: list[State] = []

    def compiled(self) -> list[State]:
        self._flags()
        piece = self._alternatives()
        if self._at < len(self._pattern):
            raise Unsupported(saying("pattern.not_opened"))
        end = self._new()
        begin = piece(end)
        return self._ordered(begin, end)

    def _ordered(self, begin: int, end: int) -> list[State]:
        """Renumber so that the automaton begins at 0 and accepts at the last."""
        order = [begin, *(n for n in range(len(self._states)) if n not in (begin, end)), end]
        if begin == end:
            order = [begin]
        place = {number: index for index, number in enumerate(order)}
        return [
            State(state.accepts, state.holds, [place[way] for way in state.ways])
            for state in (self._states[number] for number in order)
        ]

    def _new(self, accepts: Accepts | None = None, holds: Holds | None = None, *ways: int) -> int:
        if len(self._states) >= STATES:
            raise Unsupported(saying("pattern.states", size=STATES))
        self._states.append(State(accepts, holds, list(ways)))
        return len(self._states) - 1

    def _peek(self) -> str:
        return self._pattern[self._at : self._at + 1]

    def _next(self) -> str:
        character = self._peek()
        if not character:
            raise Unsupported(saying("pattern.ends"))
        self._at += 1
        return character

    def _taken(self, text: str) -> bool:
        found = self._pattern.startswith(text, self._at)
        if found:
            self._at += len(text)
        return found

    def _flags(self) -> None:
        """`(?i)` and `(?s)` at the very beginning; the second changes nothing here."""
        for flags, folds in (("(?i)", True), ("(?s)", False), ("(?is)", True), ("(?si)", True)):
            if self._taken(flags):
                self._folds = folds
                return

    def _alternatives(self) -> _Piece:
        self._depth += 1
        if self._depth > 50:
            raise Unsupported(saying("pattern.deep"))
        choices = [self._sequence()]
        while self._taken("|"):
            choices.append(self._sequence())
        self._depth -= 1
        if len(choices) == 1:
            return choices[0]
        return lambda to: self._new(None, None, *[choice(to) for choice in choices])

    def _sequence(self) -> _Piece:
        parts: list[_Piece] = []
        while self._peek() not in ("", "|", ")"):
            parts.append(self._repeated(self._atom()))

        def build(to: int) -> int:
            for part in reversed(parts):
                to = part(to)
            return to

        return build

    def _repeated(self, atom: _Piece) -> _Piece:
        least, most = self._count()
        if (least, most) == (1, 1):
            return atom
        self._taken("?")
        if self._peek() in ("*", "+"):
            raise Unsupported(saying("pattern.repeats_twice"))
        return lambda to: self._repetition(atom, least, most, to)

    def _repetition(self, atom: _Piece, least: int, most: int | None, to: int) -> int:
        self._repeats += max(least, most or 0)
        if self._repeats > STATES:
            raise Unsupported(saying("pattern.repeats", size=STATES))
        if most is None:
            loop = self._new()
            self._states[loop].ways = [atom(loop), to]
            to = loop
        else:
            after = to
            for _ in range(most - least):
                to = self._new(None, None, atom(to), after)
        for _ in range(least):
            to = atom(to)
        return to

    def _count(self) -> tuple[int, int | None]:
        simple: dict[str, tuple[int, int | None]] = {"*": (0, None), "+": (1, None), "?": (0, 1)}
        if self._peek() in simple:
            return simple[self._next()]
        if self._peek() != "{":
            return 1, 1
        close = self._pattern.find("}", self._at)
        low, comma, high = self._pattern[self._at + 1 : close].partition(",")
        if (
            close < 0
            or not low.isdecimal()
            or len(low) > 4
            or (high and not high.isdecimal())
            or len(high) > 4
        ):
            raise Unsupported(saying("pattern.brace", brace="{", written=r"\{"))
        self._at = close + 1
        least = int(low)
        most = (int(high) if high else None) if comma else least
        if most is not None and most < least:
            raise Unsupported(saying("pattern.fewer"))
        return least, most

    def _atom(self) -> _Piece:
        character = self._next()
        if character == "(":
            return self._group()
        if character == "[":
            return self._eat(self._set())
        if character == ".":
            return self._eat(lambda _: True)
        if character in "^$":
            return self._hold(_ANCHORS["A" if character == "^" else "Z"])
        if character == "\\":
            return self._escape()
        if character in "*+?":
            raise Unsupported(saying("pattern.nothing", sign=character))
        return self._eat(self._same(character))

    def _group(self) -> _Piece:
        if self._peek() == "?" and not self._taken("?:"):
            raise Unsupported(saying("pattern.groups"))
        inner = self._alternatives()
        if not self._taken(")"):
            raise Unsupported(saying("pattern.not_closed"))
        return inner

    def _escape(self) -> _Piece:
        letter = self._next()
        if letter in _CLASSES:
            return self._eat(_CLASSES[letter])
        if letter in _ANCHORS:
            return self._hold(_ANCHORS[letter])
        return self._eat(self._same(self._escaped(letter)))

    def _escaped(self, letter: str) -> str:
        if letter in _CONTROLS:
            return _CONTROLS[letter]
        if letter in _HEX_LENGTHS:
            digits = self._pattern[self._at : self._at + _HEX_LENGTHS[letter]]
            try:
                character = chr(int(digits, 16))
            except ValueError:
                raise Unsupported(saying("pattern.digits", sign=f"\\{letter}")) from None
            self._at += len(digits)
            return character
        if letter.isalnum():
            raise Unsupported(saying("pattern.letter", sign=f"\\{letter}"))
        return letter

    def _set(self) -> Accepts:
        negated = self._taken("^")
        members: list[Accepts] = []
        while not members or self._peek() != "]":
            members.append(self._member())
        self._next()
        return lambda c: any(member(c) for member in members) != negated

    def _member(self) -> Accepts:
        character = self._next()
        if character == "\\":
            letter = self._next()
            if letter in _CLASSES:
                return _CLASSES[letter]
            character = "\b" if letter == "b" else self._escaped(letter)
        if self._peek() == "-" and self._pattern[self._at + 1 : self._at + 2] not in ("]", ""):
            self._next()
            return self._between(character, self._upper())
        return self._same(character)

    def _upper(self) -> str:
        character = self._next()
        return self._escaped(self._next()) if character == "\\" else character

    def _between(self, low: str, high: str) -> Accepts:
        if high < low:
            raise Unsupported(saying("pattern.backwards"))
        if self._folds:
            return lambda c: low <= c.lower() <= high or low <= c.upper() <= high
        return lambda c: low <= c <= high

    def _same(self, character: str) -> Accepts:
        if self._folds:
            folded = character.casefold()
            return lambda c: c.casefold() == folded
        return lambda c: c == character

    def _eat(self, accepts: Accepts) -> _Piece:
        return lambda to: self._new(accepts, None, to)

    def _hold(self, holds: Holds) -> _Piece:
        return lambda to: self._new(None, holds, to)
