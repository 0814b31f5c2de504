"""The cookies: of the session, of the visit before it, of where to go on. None is read by any script."""

from enum import StrEnum

from fastapi import Response
from starlette.requests import HTTPConnection

from bot.web.parts import WebSettings


class Cookie(StrEnum):
    """A cookie by its purpose."""

    SESSION = "muster_session"
    VISIT = "muster_visit"
    """Of somebody who is not signed in yet; binds forms and challenges to her browser."""
    NEXT = "muster_next"
    """Where she goes on after she signed in elsewhere; a path of this installation."""

    def name_for(self, settings: WebSettings) -> str:
        """The name that browsers keep it under; `__Host-` lets no other host set it (RFC 6265bis)."""
        return f"__Host-{self.value}" if settings.secure else self.value


def read_cookie(connection: HTTPConnection, settings: WebSettings, cookie: Cookie) -> str:
    """The cookie's value, empty when there is none."""
    return connection.cookies.get(cookie.name_for(settings), "")


def set_cookie(response: Response, settings: WebSettings, cookie: Cookie, value: str) -> None:
    """Give a cookie that scripts cannot read and other sites cannot send; the browser forgets it when it closes."""
    response.set_cookie(
        cookie.name_for(settings), value, path="/", httponly=True, samesite="strict", secure=settings.secure
    )


def drop_cookie(response: Response, settings: WebSettings, cookie: Cookie) -> None:
    """Take a cookie back."""
    response.delete_cookie(
        cookie.name_for(settings), path="/", httponly=True, samesite="strict", secure=settings.secure
    )
