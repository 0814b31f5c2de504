"""The terminal's renderer passes the suite of renderers; nothing that anybody wrote is an order to the terminal."""

import re
import unicodedata

import pytest

from bot.terminal.render import render
from playbooks.domain.document import Banner, Code, Document, Heading, Paragraph, Text
from playbooks.domain.marking import Marking
from tests.contract.renderers import check_renderer, everywhere

_STYLE = re.compile(r"\x1b\[[0-9;]*m")


def _acts(rendered: str) -> list[str]:
    """Escape sequences, control characters, and what stands at the left edge."""
    bare = _STYLE.sub("", rendered)
    edges = [line[:1] for line in bare.split("\n") if line and not line[0].isspace() and line[0] in "#-[T"]
    controls = [c for c in bare if c != "\n" and unicodedata.category(c) in {"Cc", "Cs", "Zl", "Zp"}]
    return [*_STYLE.findall(rendered), *edges, *controls]


def _shown(rendered: str) -> str:
    return _STYLE.sub("", rendered)


def test_coloured_and_bare_keep_every_word_and_let_none_act() -> None:
    check_renderer(lambda document: render(document, colours=True), active=_acts, shown=_shown)
    check_renderer(
        lambda document: render(document, colours=False),
        active=lambda text: [c for c in text if c != "\n" and unicodedata.category(c) in {"Cc", "Cs"}],
        shown=_shown,
    )


@pytest.mark.parametrize(
    "order",
    [
        "\x1b[2J\x1b[H",  # clears the screen
        "\x1b]0;owned\x07",  # retitles the window
        "\x1b]52;c;cm0gLXJmIC8=\x07",  # fills the clipboard
        "\x1b]8;;https://evil.example\x07click\x1b]8;;\x07",  # a link
        "\x1bP$q\x1b\\",  # makes the terminal answer as if typed
        "\x9b31m",  # the eight-bit form
        "\x07\x08\x0b\x0c\r\x7f",
        "\u202e\u2066",  # reorders its neighbours
    ],
)
@pytest.mark.parametrize("colours", [True, False])
def test_no_order_to_the_terminal_survives_even_in_a_document_that_was_not_checked(
    order: str, *, colours: bool
) -> None:
    unchecked = Document.model_construct(
        blocks=(
            Heading.model_construct(text=order),
            Paragraph.model_construct(
                parts=(Text.model_construct(text=order), Code.model_construct(text=order))
            ),
        )
    )
    for document in (unchecked, everywhere(order)):
        rendered = _STYLE.sub("", render(document, colours=colours))
        assert not {c for c in rendered if unicodedata.category(c) == "Cc"} - {"\n"}
        assert "\u202e" not in rendered


def test_bare_output_has_no_colours() -> None:
    assert "\x1b" not in render(everywhere("word"), colours=False)


def test_a_marking_stands_in_its_colour_on_black_and_an_exercise_says_so_first() -> None:
    rendered = render(Document(blocks=(Banner(marking=Marking.RED, exercise=True),)), colours=True)
    assert rendered.index("EXERCISE") < rendered.index("TLP:RED")
    assert "\x1b[1;91;40m TLP:RED" in rendered
