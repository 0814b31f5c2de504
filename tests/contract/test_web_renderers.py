"""HTML and Markdown of the web pass the suite of renderers."""

from collections.abc import Sequence
from html.parser import HTMLParser

from markdown_it import MarkdownIt
from markdown_it.token import Token

from bot.web.markdown import markdown
from bot.web.render import HtmlRenderer
from tests.contract.renderers import check_renderer


class _Read(HTMLParser):
    """What a browser would make of it: elements with their attributes, and the text between."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, ...]] = []
        self.texts: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag != "bdi":
            self.elements.append((tag, *(f"{name}={value}" for name, value in attrs)))

    def handle_endtag(self, tag: str) -> None:
        if tag != "bdi":
            self.elements.append((f"/{tag}",))

    def handle_comment(self, data: str) -> None:
        self.elements.append(("comment", data))

    def handle_decl(self, decl: str) -> None:
        self.elements.append(("declaration", decl))

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def _elements(html: str) -> Sequence[tuple[str, ...]]:
    return _Read(html).elements


def _text(html: str) -> str:
    return "".join(_Read(html).texts)


def test_in_html_no_text_becomes_an_element_or_an_attribute() -> None:
    check_renderer(HtmlRenderer(), active=_elements, shown=_text)


def test_in_the_room_a_button_carries_its_own_command_alone() -> None:
    check_renderer(HtmlRenderer(form="command"), active=_elements, shown=_text)


_COMMONMARK = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
_SILENT = {"text", "softbreak", "hardbreak", "code_inline"}


def _tokens(source: str) -> Sequence[str]:
    return [
        f"{token.type} {token.attrs if token.type == 'link_open' else ''}"
        for token in _flat(_COMMONMARK.parse(source))
        if token.type not in _SILENT
    ]


def _flat(tokens: Sequence[Token]) -> list[Token]:
    return [
        each for token in tokens for each in ((token, *_flat(token.children)) if token.children else (token,))
    ]


def _read(source: str) -> str:
    return "".join(
        token.content
        if token.type in {"text", "code_inline"}
        else "\n"
        if "break" in token.type or "close" in token.type
        else ""
        for token in _flat(_COMMONMARK.parse(source))
    )


def test_in_markdown_no_text_becomes_markup() -> None:
    check_renderer(markdown, active=_tokens, shown=_read)
