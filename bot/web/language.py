"""What language a browser asks for (RFC 9110, section 12.5.4), spoken until the page knows whose it is."""

from collections.abc import Iterator, Sequence
from typing import Final

from babel.core import negotiate_locale
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from playbooks.domain.tongue import SOURCE, Tongue, speaking

_MOST: Final = 20
"""Languages that are looked at in one header."""


def offered(header: str, languages: Sequence[str]) -> str:
    """The language wanted most that there are texts in; empty where none is."""
    if not header:
        return ""
    wanted = sorted(_wanted(header), key=lambda each: -each[1])
    found = negotiate_locale([language for language, weight in wanted if weight > 0], languages, sep="-")
    return found or ""


def _wanted(header: str) -> Iterator[tuple[str, float]]:
    for each in header.split(",")[:_MOST]:
        language, _, weight = each.strip().partition(";")
        try:
            yield language.strip(), float(weight.strip().removeprefix("q=") or 1)
        except ValueError:
            continue


class BrowserLanguage:
    """Speaks the browser's language for as long as a request lasts."""

    def __init__(self, app: ASGIApp, *, languages: Sequence[str]) -> None:
        self._app = app
        self._languages = languages

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        language = offered(Headers(scope=scope).get("Accept-Language", ""), self._languages)
        scope["state"] = {**scope.get("state", {}), "offered": language}
        with speaking(Tongue(language=language or SOURCE)):
            await self._app(scope, receive, send)
