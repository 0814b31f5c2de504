"""What language a browser or a terminal asks for."""

import pytest

from bot.terminal.language import offered as by_terminal
from bot.web.language import offered as by_browser

SHIPPED = ("en", "es", "fr")


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("fr-CH, fr;q=0.9, en;q=0.8", "fr"),
        ("de, es;q=0.4, en;q=0.2", "es"),
        ("en;q=0.1, fr", "fr"),
        ("fr;q=0, es", "es"),
        ("de", ""),
        ("", ""),
        ("fr;q=much, ;;;,es", "es"),
        ("*", ""),
    ],
)
def test_a_browser_gets_the_language_it_wants_most_of_those_that_ship(header: str, language: str) -> None:
    assert by_browser(header, SHIPPED) == language


@pytest.mark.parametrize(
    ("environ", "language"),
    [
        ({"LANG": "fr_FR.UTF-8"}, "fr"),
        ({"LANG": "fr_FR.UTF-8", "LC_ALL": "es_ES.UTF-8"}, "es"),
        ({"LANG": "C.UTF-8"}, ""),
        ({}, ""),
    ],
)
def test_a_terminal_speaks_the_language_of_its_locale(environ: dict[str, str], language: str) -> None:
    assert by_terminal(environ, SHIPPED) == language
