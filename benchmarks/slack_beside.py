"""As much of Slack as an app needs: who it is, and where its answers go; it says yes to everything at once."""

import asyncio
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Final

_ANSWERED: Final = re.compile(rb"POST /answered/(-?\d+) ")
_LENGTH: Final = re.compile(rb"content-length: (\d+)", re.IGNORECASE)


@dataclass
class SlackBeside:
    """Where it is, and whose answer is waited for."""

    port: int = 0
    team: str = "T0CIRCLE"
    waiting: dict[int, asyncio.Future[None]] = field(default_factory=dict)

    @property
    def url(self) -> str:
        """Of its Web API."""
        return f"http://127.0.0.1:{self.port}/api/"

    def response_url(self, number: int) -> str:
        """Where the answer to a command goes."""
        return f"http://127.0.0.1:{self.port}/answered/{number}"

    def awaited(self, number: int) -> asyncio.Future[None]:
        """Done when the first answer to this command is here."""
        return self.waiting.setdefault(number, asyncio.get_running_loop().create_future())

    async def take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One request."""
        head = await reader.readuntil(b"\r\n\r\n")
        length = _LENGTH.search(head)
        await reader.readexactly(int(length[1]) if length else 0)
        answered = _ANSWERED.match(head)
        arrived = self.waiting.get(int(answered[1])) if answered else None
        if arrived is not None and not arrived.done():
            arrived.set_result(None)
        said = {"ok": True, "team_id": self.team, "user_id": "U0MUSTER", "bot_id": "B0", "url": self.url}
        body = json.dumps(said).encode()
        kind = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n"
        writer.write(kind + b"Content-Length: %d\r\n\r\n" % len(body) + body)
        await writer.drain()
        writer.close()


@asynccontextmanager
async def slack_beside() -> AsyncIterator[SlackBeside]:
    """For as long as the block runs."""
    slack = SlackBeside()
    server = await asyncio.start_server(slack.take, "127.0.0.1", 0)
    slack.port = server.sockets[0].getsockname()[1]
    async with server:
        yield slack
