"""Templates, and the words that pages share. Autoescape is always on; what is missing is an error, found by tests."""

from datetime import datetime
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse

from bot.web.page.lanes import Picture
from bot.web.page.spans import spoken
from bot.web.parts import WebParts
from bot.web.render import HtmlRenderer, time_element, words
from bot.web.said import Said
from bot.web.signin.session import Visitor
from playbooks.domain import tongue as clocks
from playbooks.domain.inert import harmless, one_line
from playbooks.domain.tongue import brief_day, colon, full_day, tongue
from playbooks.texts.wording import label

_TEMPLATES: Final = Path(__file__).parent / "templates"


def draw(picture: Picture) -> str:
    """The lanes as a picture that stands alone, for paper."""
    environment = Environment(loader=FileSystemLoader(_TEMPLATES), autoescape=True, undefined=StrictUndefined)
    return environment.get_template("paper/lanes.svg").render(picture=picture)


class Pages:
    """Renders the templates of one app."""

    def __init__(self, parts: WebParts) -> None:
        self._parts = parts
        self._environment = Environment(
            loader=FileSystemLoader(_TEMPLATES),
            autoescape=True,
            auto_reload=False,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.filters.update(
            moment=in_full,
            day=of_day,
            full_day=full_day,
            plain_moment=clocks.moment,
            plain_day=clocks.day,
            brief_day=brief_day,
            brief=brief,
            clock=clock,
            spoken=spoken,
            line=one_line,
            words=title_words,
            words_of=words,
            plainly=lines,
            label=self._label,
            inline=HtmlRenderer().inline,
        )
        said = Said(parts.texts)
        self._environment.globals.update(
            say=said.say, say_parts=said.with_markup, script_words=said.for_scripts, colon=colon
        )
        self._environment.globals.update(html=HtmlRenderer(), html_with_buttons=HtmlRenderer(form="press"))

    def render(self, template: str, **context: Any) -> str:  # noqa: ANN401  a template takes what it takes
        """The text of a template, a whole page or a piece of one."""
        spoken = self._environment.get_template(template)
        return spoken.render(now=self._parts.now(), tongue=tongue(), **context)

    def page(
        self,
        template: str,
        visitor: Visitor | None,
        *,
        status: int = 200,
        **context: Any,  # noqa: ANN401  as above
    ) -> HTMLResponse:
        """A whole page, for somebody signed in or for nobody."""
        return HTMLResponse(self.render(template, visitor=visitor, **context), status)

    def _label(self, value: str, name: str) -> str:
        return label(self._parts.texts, name, str(value))


def pages_of(request: Request) -> Pages:
    """The pages of the app that takes this request."""
    pages: Pages = request.app.state.pages
    return pages


def in_full(at: datetime) -> Markup:
    """A moment, for people and for machines; with its zone, since the parties sit around the world."""
    return time_element(at, clocks.moment(at))


def brief(at: datetime) -> Markup:
    """A moment of these days; the year and the zone are said elsewhere on the page."""
    return time_element(at, clocks.brief(at))


def of_day(at: datetime) -> Markup:
    """The day alone."""
    return time_element(at, clocks.day(at))


def title_words(text: str) -> Markup:
    """Somebody's words that stand in no document, on one line."""
    return words(one_line(text))


def lines(text: str) -> Markup:
    """Somebody's words with their lines, outside of any document."""
    return words(harmless(text))


def clock(at: datetime) -> Markup:
    """The time of day alone, where the day is said beside it."""
    return time_element(at, clocks.clock(at))
