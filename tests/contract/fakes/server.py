"""What the HTTP servers of the fakes have in common: calls are remembered, and faults strike on demand."""

import asyncio
import json
import ssl
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Self

from aiohttp import web

Json = dict[str, Any]


@dataclass(frozen=True)
class Call:
    """One request as it came in."""

    method: str
    path: str
    query: Mapping[str, list[str]]
    headers: Mapping[str, str]
    body: Any


@dataclass(frozen=True)
class Answer:
    """One answer as it goes out."""

    status: int = 200
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Fault:
    """What becomes of the next `times` requests whose method and path are these."""

    method: str
    path: str
    kind: str
    """`request_lost` before it acts; `answer_lost`, `failed_after`, `hangs` and `html` (no JSON) after; or a status."""
    times: int = 1


class FakeServer:
    """Answers what `handle` says, unless a fault strikes; `now` is its clock, in seconds."""

    def __init__(self, now: Callable[[], float] | None = None) -> None:
        self.now = now or (lambda: asyncio.get_running_loop().time())
        self.calls: list[Call] = []
        self.answered: list[tuple[Call, Answer]] = []
        self.faults: list[Fault] = []
        self.retry_after: Mapping[str, str] = {"Retry-After": "7"}
        self.url = ""
        self._transports: set[asyncio.WriteTransport] = set()

    def handle(self, call: Call) -> Answer:
        """What the vendor would do and answer."""
        raise NotImplementedError

    def fail(self, method: str, path: str, kind: str, times: int = 1) -> None:
        """Let the next requests to a path that ends so go wrong."""
        self.faults.append(Fault(method, path, kind, times))

    def count(self, method: str, path: str) -> int:
        """How many requests there were to paths that end so."""
        return sum(call.method == method and call.path.endswith(path) for call in self.calls)

    @asynccontextmanager
    async def served(self, tls: ssl.SSLContext | None = None) -> AsyncIterator[Self]:
        """On a port of this machine for as long as the block runs."""
        app = web.Application(client_max_size=64 * 1024 * 1024)
        app.router.add_route("*", "/{path:.*}", self._take)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.05)
        await runner.setup()
        try:
            await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=tls).start()
            scheme, port = "https" if tls else "http", runner.addresses[0][1]
            self.url = f"{scheme}://localhost:{port}" if tls else f"{scheme}://127.0.0.1:{port}"
            yield self
        finally:
            await runner.cleanup()
            await self._hung_up()

    async def _hung_up(self) -> None:
        """Until every connection is closed; a transport closes in the turns of the loop that follow."""
        for transport in self._transports:
            transport.abort()
        for _ in range(5):
            await asyncio.sleep(0)

    async def _take(self, request: web.Request) -> web.StreamResponse:
        if request.transport is not None:
            self._transports.add(request.transport)
        query = {name: list(request.query.getall(name)) for name in request.query}
        body = await _body(request)
        call = Call(request.method, request.path, query, dict(request.headers), body)
        self.calls.append(call)
        kind = self._struck(call)
        if kind is not None and kind.isdecimal():
            return _response(Answer(int(kind), {}, self.retry_after if kind == "429" else {}))
        answer = Answer() if kind == "request_lost" else self.handle(call)
        self.answered.append((call, answer))
        if kind in {"request_lost", "answer_lost"} and request.transport is not None:
            request.transport.abort()
        if kind == "hangs":
            await asyncio.sleep(300)
        if kind == "html":
            return web.Response(text="<html>Sign in</html>", content_type="text/html")
        return _response(Answer(500, {}) if kind == "failed_after" else answer)

    def _struck(self, call: Call) -> str | None:
        for fault in self.faults:
            if fault.times and call.method == fault.method and call.path.endswith(fault.path):
                fault.times -= 1
                return fault.kind
        return None


async def _body(request: web.Request) -> Any:
    """JSON, or of a form its one file as its name and its bytes."""
    if request.content_type == "multipart/form-data":
        file = (await request.post())["file"]
        assert isinstance(file, web.FileField)
        with file.file:
            return file.filename, file.file.read()
    text = await request.text()
    return json.loads(text) if text else None


def _response(answer: Answer) -> web.Response:
    if answer.body is None:
        return web.Response(status=answer.status, headers=answer.headers)
    if isinstance(answer.body, bytes):
        return web.Response(status=answer.status, body=answer.body, headers=answer.headers)
    if isinstance(answer.body, str):
        return web.Response(status=answer.status, text=answer.body, headers=answer.headers)
    return web.json_response(answer.body, status=answer.status, headers=answer.headers)
