"""A bound on what people's forms may weigh; intake and webhooks bound theirs themselves."""

import re
from typing import Final

from fastapi import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from playbooks.ports.evidence import MOST_BYTES as LARGEST_FILE
from playbooks.texts import load_texts

MOST_BYTES: Final = 512 * 1024
_FILE: Final = LARGEST_FILE + MOST_BYTES
"""A file and the fields beside it."""
_TAKES_A_FILE: Final = re.compile(r"/rooms/[^/]{1,40}/evidence")
_BOUND_THEMSELVES: Final = ("/alerts/", "/hooks/")


class BodyLimit:
    """Refuses a body that is too large with 413, as it comes in, however long it says that it is."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        if scope["type"] != "http" or scope["path"].startswith(_BOUND_THEMSELVES):
            await self._app(scope, receive, send)
            return
        taken, most = 0, _FILE if _TAKES_A_FILE.fullmatch(scope["path"]) else MOST_BYTES

        async def bounded() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > most:
                raise HTTPException(413, load_texts().say("page.failure.413.sentence", size=most // 1024))
            return message

        await self._app(scope, bounded, send)
