"""The plain renderer passes the suite of renderers, and the suite notices one that does not."""

import html
import unicodedata
from collections.abc import Callable

import pytest

from playbooks.domain.document import Document, plain
from tests.contract.renderers import check_renderer


def _lines_at_the_edge(rendered: str) -> list[str]:
    """In plain text, what begins at the left edge passes for structure, and control characters act."""
    edges = [_mark(line) for line in rendered.split("\n") if line and not line[0].isspace()]
    return edges + [
        c for c in rendered if c not in "\n\t" and unicodedata.category(c) in {"Cc", "Cs", "Zl", "Zp"}
    ]


def _mark(line: str) -> str:
    return line if line.startswith(("TLP:", "EXERCISE")) else line[:1] if line[0] in "#-[" else "label"


def _itself(rendered: str) -> str:
    return rendered


def test_plain_text_keeps_every_word_and_lets_none_act() -> None:
    check_renderer(plain, active=_lines_at_the_edge, shown=_itself)


def _unindented(document: Document) -> str:
    return plain(document).replace("\n  ", "\n")


def _forgets_fields(document: Document) -> str:
    return plain(Document(blocks=tuple(b for b in document.blocks if b.kind not in {"fields", "bullets"})))


def _chokes(document: Document) -> str:
    return plain(document).encode("ascii").decode()


def _repeats_an_escape(document: Document) -> str:
    return html.unescape(plain(document))


@pytest.mark.parametrize("broken", [_unindented, _chokes, _repeats_an_escape])
def test_the_suite_notices_a_renderer_that_lets_text_act(broken: Callable[[Document], str]) -> None:
    with pytest.raises((AssertionError, ValueError, ExceptionGroup)):
        check_renderer(broken, active=_lines_at_the_edge, shown=_itself)


def test_the_suite_notices_a_renderer_that_loses_words() -> None:
    with pytest.raises((AssertionError, ExceptionGroup)):
        check_renderer(lambda document: plain(document)[:200], active=_lines_at_the_edge, shown=_itself)
