"""What a browser fetches before anybody asked is no act of a person: it is refused, and asked for again when it is."""

from typing import Final

from fastapi import Request

from playbooks.domain.errors import Unavailable
from playbooks.domain.saying import says

_SAY_SO: Final = ("sec-purpose", "purpose", "x-moz", "x-purpose")
"""Fetch Metadata's header, and those that browsers sent before it."""
_EARLY: Final = ("prefetch", "prerender", "preview")


def check_deliberate(request: Request) -> None:
    """Raise Unavailable for a page that is fetched or drawn beforehand (Speculation Rules, `Sec-Purpose`)."""
    said = " ".join(request.headers.get(name, "") for name in _SAY_SO).lower()
    if any(word in said for word in _EARLY):
        raise Unavailable(says("not_deliberate"))
