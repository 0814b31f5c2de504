"""On which line of a JSON text each value stands. The text was read before, so it is well-formed and bounded."""

import json
import re
from collections.abc import Iterable, Iterator

from playbooks.cacao.finding import Path

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|\n\s*|[^\s{}\[\],:"]+', re.DOTALL)


def lines_of(text: str, paths: Iterable[Path]) -> dict[Path, int]:
    """The line, counted from 1, on which each of these values begins, and each value around it."""
    wanted = {path[:length] for path in paths for length in range(1, len(path) + 1)}
    deepest = max(map(len, wanted), default=0)
    return {path: line for path, line in _placed(text, deepest) if path in wanted} if wanted else {}


def _placed(text: str, deepest: int) -> Iterator[tuple[Path, int]]:
    """One pass with a stack: a list is at its next index, an object at the name that stands before the value."""
    line, path = 1, list[str | int]()
    opened: list[str] = []
    is_name = False
    for found in _TOKEN.finditer(text):
        sign = found[0]
        if sign[0] == "\n":
            line += sign.count("\n")
        elif sign in "}]":
            opened.pop()
            path.pop()
            is_name = False
        elif sign == ",":
            is_name = opened[-1] == "{"
            if not is_name:
                path[-1] = int(path[-1]) + 1
        elif sign == ":":
            is_name = False
        elif is_name:
            path[-1] = str(json.loads(sign))
        else:
            if 0 < len(path) <= deepest:
                yield tuple(path), line
            if sign in "{[":
                opened.append(sign)
                path.append("" if sign == "{" else 0)
                is_name = sign == "{"
