"""A machine that takes calls: a console of an endpoint tool, an OpenC2 consumer."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Self

from typing_extensions import override

from tests.contract.fakes.server import Answer, Call, FakeServer

TOKEN = "a-console-token"


class FakeMachine(FakeServer):
    """Does what it is told, every time that it is told; `says` is the OpenC2 status of its answers."""

    def __init__(self) -> None:
        super().__init__()
        self.says = 200
        self.done: list[Call] = []
        self.headers: dict[str, str] = {}
        self.answers: dict[str, Any] = {}
        """What it answers, by the end of the path; an object is JSON, a text is sent as it is."""

    @override
    def handle(self, call: Call) -> Answer:
        if call.headers.get("Authorization") != f"Bearer {TOKEN}":
            return Answer(401, {})
        if call.path.endswith("/elsewhere"):
            return Answer(307, {}, {"Location": "http://169.254.169.254/latest/meta-data"})
        if call.path.endswith("/unknown"):
            return Answer(404, {})
        self.done.append(call)
        said = next((said for path, said in self.answers.items() if call.path.endswith(path)), None)
        if call.path.endswith("/openc2"):
            results = {} if said is None else {"results": said}
            return Answer(200, {"body": {"openc2": {"response": {"status": self.says, **results}}}})
        return Answer(200, {"ok": True} if said is None else said, self.headers)

    @asynccontextmanager
    async def away(self, tls: ssl.SSLContext | None = None) -> AsyncIterator[Self]:
        """An address at which nobody answers."""
        async with self.served(tls):
            pass
        await asyncio.sleep(0)
        yield self
